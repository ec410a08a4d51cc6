import * as z from 'zod/mini';
import { PermanentError, RetryableError } from '../errors.ts';
import type { ApiRequest, ApiResponse, Send } from './transport.ts';

/** HubSpot's CRM batches take 100 inputs; for statuses the same is assumed (undocumented). */
export const BATCH_SIZE = 100;

const Batch = z.looseObject({
  results: z.optional(z.array(z.unknown())),
  errors: z.optional(
    z.array(
      z.looseObject({
        category: z.optional(z.string()),
        context: z.optional(z.nullable(z.record(z.string(), z.array(z.string())))),
      }),
    ),
  ),
});
export type BatchError = { category: string; context: Record<string, string[]> };
export type BatchAnswer = { results: unknown[]; errors: BatchError[] };

/** Thrown where the token lacks the scope for a call: another way may be open. */
export class MissingScopeError extends RetryableError {}

/**
 * Posts `inputs` in batches and gathers results and item errors (207). A batch that HubSpot refuses as a whole (400) is
 * halved until the input at fault stands alone, so that this input cannot hold up the others.
 */
export async function postBatches<T>(
  send: Send,
  inputs: readonly T[],
  request: (inputs: readonly T[]) => ApiRequest,
  refused: (input: T) => BatchError,
): Promise<BatchAnswer> {
  const answer: BatchAnswer = { results: [], errors: [] };
  for (let i = 0; i < inputs.length; i += BATCH_SIZE) {
    const part = await postOne(send, inputs.slice(i, i + BATCH_SIZE), request, refused);
    answer.results.push(...part.results);
    answer.errors.push(...part.errors);
  }
  return answer;
}

async function postOne<T>(
  send: Send,
  inputs: readonly T[],
  request: (inputs: readonly T[]) => ApiRequest,
  refused: (input: T) => BatchError,
): Promise<BatchAnswer> {
  const response = await send(request(inputs));
  if (response.status === 400 && inputs.length > 1) {
    const half = Math.ceil(inputs.length / 2);
    const first = await postOne(send, inputs.slice(0, half), request, refused);
    const second = await postOne(send, inputs.slice(half), request, refused);
    return { results: [...first.results, ...second.results], errors: [...first.errors, ...second.errors] };
  }
  if (response.status === 400) return { results: [], errors: inputs.map(refused) };
  const body = successOf(response, Batch);
  return {
    results: body.results ?? [],
    errors: (body.errors ?? []).map(({ category, context }) => ({ category: category ?? '', context: context ?? {} })),
  };
}

/** The parsed body of a 2xx answer. @throws MissingScopeError on 403, PermanentError on what HubSpot will never accept. */
export function successOf<T extends z.ZodMiniType>(response: ApiResponse, schema: T): z.output<T> {
  if (response.status === 403) {
    throw new MissingScopeError('HubSpot answered 403: the token lacks a scope', { afterMs: 30_000 });
  }
  if (response.status >= 300) throw new PermanentError(`HubSpot answered ${response.status}`);
  const parsed = schema.safeParse(response.body);
  if (!parsed.success) throw new RetryableError('HubSpot’s answer has an unknown shape');
  return parsed.data;
}
