import type { Context } from 'hono';
import { error, iso } from './answers.ts';

export type BatchBody = Record<string, unknown>;
/** The answer to one input of a batch: its result, or the category of its error and what the error is about. */
export type ItemAnswer = { result: unknown } | { error: string; context: Record<string, string[]> };
/** The answer to a batch that is refused as a whole. */
export type Refused = { refused: string; message: string };

/** HubSpot takes 100 inputs in one call, and 50 where the call asks for the history of properties. */
const MOST_INPUTS = 100;
const MOST_WITH_HISTORY = 50;

/** Answers a batch call: each input apart, 200 when all went well and 207 when some did not. */
export async function answerBatch(
  c: Context,
  clock: () => number,
  handle: (inputs: unknown[], body: BatchBody) => ItemAnswer[] | Refused,
): Promise<Response> {
  const body = await c.req.json<BatchBody>().catch(() => undefined);
  const inputs = body?.['inputs'];
  const history = body?.['propertiesWithHistory'];
  const most = Array.isArray(history) && history.length > 0 ? MOST_WITH_HISTORY : MOST_INPUTS;
  if (body === undefined || !Array.isArray(inputs) || inputs.length === 0 || inputs.length > most) {
    return error(c, 400, 'VALIDATION_ERROR', `inputs: 1 to ${most} are allowed`);
  }
  const startedAt = iso(clock());
  const items = handle(inputs, body);
  if (!Array.isArray(items)) return error(c, 400, items.refused, items.message);
  const results = items.flatMap((item) => ('result' in item ? [item.result] : []));
  const errors = items.flatMap((item) => ('error' in item ? [errorOf(item)] : []));
  const failures = errors.length > 0 ? { numErrors: errors.length, errors } : {};
  const answer = { status: 'COMPLETE', results, ...failures, startedAt, completedAt: iso(clock()) };
  return c.json(answer, errors.length > 0 ? 207 : 200);
}

function errorOf({ error: category, context }: Extract<ItemAnswer, { error: string }>): object {
  return { status: 'error', category, message: 'refused', context, errors: [], links: {} };
}
