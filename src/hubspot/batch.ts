import * as z from 'zod/mini';
import { RetryableError } from '../errors.ts';
import { VALIDATION_ERROR } from './refusal.ts';
import { type ApiRequest, type ApiResponse, type Send, ServerTroubleError } from './transport.ts';

/** HubSpot's CRM batches take 100 inputs; for statuses the same is assumed (undocumented). */
export const BATCH_SIZE = 100;

/** HubSpot's answers may hold explicit nulls where a list or a text is missing. */
const Batch = z.looseObject({
  results: z.nullish(z.array(z.unknown())),
  errors: z.nullish(
    z.array(
      z.looseObject({
        category: z.nullish(z.string()),
        context: z.nullish(z.record(z.string(), z.array(z.string()))),
      }),
    ),
  ),
});
/** Which inputs an error is about, in HubSpot's words. */
export type Context = Record<string, string[]>;
export type BatchError = { category: string; context: Context };
/** `unsure`: an earlier try of one of the calls may have taken effect. */
export type BatchAnswer = { results: unknown[]; errors: BatchError[]; unsure: boolean };

/** Thrown where the token lacks the scope for a call: another way may be open. */
export class MissingScopeError extends RetryableError {}

/** A batch call: what to send for some inputs, and how an error names one input. */
export type BatchCall<T> = { request: (inputs: readonly T[]) => ApiRequest; contextOf: (input: T) => Context };

/**
 * Posts `inputs` in batches and gathers results and item errors (207). A batch that fails as a whole is narrowed down to the inputs
 * at fault, whatever the status: these become item errors, and their neighbours succeed.
 * @throws RetryableError when HubSpot as such is in trouble, MissingScopeError where the token lacks the scope.
 */
export async function postBatches<T>(send: Send, inputs: readonly T[], call: BatchCall<T>): Promise<BatchAnswer> {
  const parts: BatchAnswer[] = [];
  for (let i = 0; i < inputs.length; i += BATCH_SIZE) {
    parts.push(await postNarrowing(send, inputs.slice(i, i + BATCH_SIZE), call));
  }
  return joined(parts);
}

function joined(parts: readonly BatchAnswer[]): BatchAnswer {
  return {
    results: parts.flatMap(({ results }) => results),
    errors: parts.flatMap(({ errors }) => errors),
    unsure: parts.some(({ unsure }) => unsure),
  };
}

async function postNarrowing<T>(send: Send, inputs: readonly T[], call: BatchCall<T>): Promise<BatchAnswer> {
  const whole = await post(send, inputs, call);
  if ('answer' in whole) return whole.answer;
  if (inputs.length > 1) return narrow(send, inputs, call);
  if (whole.error !== undefined) throw whole.error;
  return faulty(inputs, whole.status, call);
}

/**
 * Each half alone. Where both fail by trouble on HubSpot's side, HubSpot as such is in trouble and no input is at fault: narrowing
 * further would only be more calls.
 */
async function narrow<T>(send: Send, inputs: readonly T[], call: BatchCall<T>): Promise<BatchAnswer> {
  const half = Math.ceil(inputs.length / 2);
  const halves = [inputs.slice(0, half), inputs.slice(half)];
  const outcomes: Outcome[] = [];
  for (const part of halves) outcomes.push(await post(send, part, call));
  const troubles = outcomes.map((outcome) => ('error' in outcome ? outcome.error : undefined));
  if (troubles.every((error) => error !== undefined)) throw troubles[0];
  const parts: BatchAnswer[] = [];
  for (const [i, outcome] of outcomes.entries()) {
    parts.push('answer' in outcome ? outcome.answer : await narrowed(send, halves[i] ?? [], outcome.status, call));
  }
  return joined(parts);
}

function narrowed<T>(send: Send, part: readonly T[], status: number, call: BatchCall<T>): Promise<BatchAnswer> {
  return part.length > 1 ? narrow(send, part, call) : Promise.resolve(faulty(part, status, call));
}

/** Only 400 says that HubSpot will never accept the input; any other status may pass. */
function faulty<T>(inputs: readonly T[], status: number, { contextOf }: BatchCall<T>): BatchAnswer {
  const category = status === 400 ? VALIDATION_ERROR : `HubSpot answered ${status}`;
  const errors = inputs.map((input) => ({ category, context: contextOf(input) }));
  return { results: [], errors, unsure: false };
}

/** `error`: trouble on HubSpot's side (5xx), which one of the inputs may cause. */
type Outcome = { answer: BatchAnswer } | { status: number; error?: ServerTroubleError };

async function post<T>(send: Send, inputs: readonly T[], { request }: BatchCall<T>): Promise<Outcome> {
  try {
    const response = await send(request(inputs));
    if (response.status >= 400 && response.status !== 403) return { status: response.status };
    const { results, errors } = successOf(response, Batch);
    return {
      answer: {
        results: results ?? [],
        errors: (errors ?? []).map(({ category, context }) => ({ category: category ?? '', context: context ?? {} })),
        unsure: response.unsure ?? false,
      },
    };
  } catch (error) {
    if (error instanceof ServerTroubleError) return { status: error.status, error };
    throw error;
  }
}

const Refusal = z.looseObject({ category: z.nullish(z.string()) });

/**
 * The parsed body of a 2xx answer. @throws MissingScopeError on a 403 for a missing scope, RetryableError on any other answer: also a
 * 4xx may pass.
 */
export function successOf<T extends z.ZodMiniType>(response: ApiResponse, schema: T): z.output<T> {
  if (response.status === 403) {
    const { category } = Refusal.safeParse(response.body).data ?? {};
    const isScope = category === undefined || category === null || category.startsWith('MISSING_SCOPE');
    const text = `HubSpot answered 403: ${isScope ? 'the token lacks a scope' : category}`;
    throw isScope ? new MissingScopeError(text, { afterMs: 30_000 }) : new RetryableError(text, { afterMs: 30_000 });
  }
  if (response.status >= 300) throw new RetryableError(`HubSpot answered ${response.status}`);
  const parsed = schema.safeParse(response.body);
  if (!parsed.success) throw new RetryableError('HubSpot’s answer has an unknown shape');
  return parsed.data;
}
