import type * as z from 'zod/mini';
import { PoisonError } from '../errors.ts';

/** A message's body, parsed. @throws PoisonError naming what does not fit, without any value. */
export function readBody<T extends z.ZodMiniType>(body: string, schema: T): z.output<T> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new PoisonError('the message is not JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join('.') || 'body').join(', ');
  throw new PoisonError(`the message has an unknown shape: ${where}`);
}
