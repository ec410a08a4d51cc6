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

/** Thrown where HubSpot's answer is final and of no use: a status that says no, or an unknown shape. */
export class UnusableAnswerError extends RetryableError {}

/** A batch call: what to send for some inputs, how an error names one input, and how many inputs HubSpot takes (default 100). */
export type BatchCall<T> = {
  request: (inputs: readonly T[]) => ApiRequest;
  contextOf: (input: T) => Context;
  most?: number;
};

/**
 * Posts `inputs` in batches and gathers results and item errors (207). A batch that fails as a whole is narrowed down to the inputs
 * at fault, whatever the status: these become item errors, and their neighbours succeed.
 * @throws RetryableError when HubSpot as such is in trouble, MissingScopeError where the token lacks the scope.
 */
export async function postBatches<T>(send: Send, inputs: readonly T[], call: BatchCall<T>): Promise<BatchAnswer> {
  const parts: BatchAnswer[] = [];
  const { most = BATCH_SIZE } = call;
  for (let i = 0; i < inputs.length; i += most) {
    parts.push(await postNarrowing(send, inputs.slice(i, i + most), call));
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
  if (inputs.length === 1 && whole.error !== undefined) throw whole.error;
  return narrowHalf(send, { part: inputs, outcome: whole }, call);
}

/** Each half alone. */
async function narrow<T>(send: Send, inputs: readonly T[], call: BatchCall<T>): Promise<BatchAnswer> {
  const half = Math.ceil(inputs.length / 2);
  const halves: Half<T>[] = [];
  for (const part of [inputs.slice(0, half), inputs.slice(half)]) {
    halves.push({ part, outcome: await post(send, part, call) });
  }
  if (halves.every(({ outcome }) => isFailure(outcome))) return narrowBoth(send, halves, call);
  const parts: BatchAnswer[] = [];
  for (const one of halves) parts.push(await narrowHalf(send, one, call));
  return joined(parts);
}

type Half<T> = { part: readonly T[]; outcome: Outcome };

function narrowHalf<T>(send: Send, { part, outcome }: Half<T>, call: BatchCall<T>): Promise<BatchAnswer> {
  if ('answer' in outcome) return Promise.resolve(outcome.answer);
  if (part.length > 1) return narrow(send, part, call);
  return Promise.resolve(faulty(part, outcome.status, call));
}

/**
 * Both halves fail: there are inputs at fault in both, or none is and the endpoint refuses whatever it gets. One input of each half, alone,
 * tells. Where these fail, too, narrowing further would only be more calls: the inputs are tried again later.
 * @throws RetryableError where HubSpot as such is in trouble.
 */
async function narrowBoth<T>(send: Send, halves: readonly Half<T>[], call: BatchCall<T>): Promise<BatchAnswer> {
  const alone: Half<T>[] = [];
  for (const { part, outcome } of halves) {
    const one = part.slice(0, 1);
    alone.push({ part: one, outcome: part.length === 1 ? outcome : await post(send, one, call) });
  }
  const rest = halves.map(({ part }) => part.slice(1)).filter((part) => part.length > 0);
  if (alone.every(({ outcome }) => isFailure(outcome))) {
    const trouble = alone.map(({ outcome }) => troubleIn(outcome)).find((error) => error !== undefined);
    if (trouble !== undefined) throw trouble;
    if (rest.length > 0) return allFaulty(halves, call);
  }
  const parts: BatchAnswer[] = [];
  for (const one of alone) parts.push(await narrowHalf(send, one, call));
  for (const part of rest) parts.push(await postNarrowing(send, part, call));
  return joined(parts);
}

const isFailure = (outcome: Outcome) => !('answer' in outcome);
const troubleIn = (outcome: Outcome) => ('error' in outcome ? outcome.error : undefined);

/** The category of inputs that HubSpot refused together with every other one that was tried: nobody knows whether they are at fault. */
export function refusedWithAll(status: number): string {
  return `HubSpot answered ${status} to all`;
}

function allFaulty<T>(halves: readonly Half<T>[], { contextOf }: BatchCall<T>): BatchAnswer {
  const errors = halves.flatMap(({ part, outcome }) => {
    const category = refusedWithAll('status' in outcome ? outcome.status : 0);
    return part.map((input) => ({ category, context: contextOf(input) }));
  });
  return { results: [], errors, unsure: false };
}

/** Only 400 says that HubSpot will never accept the input; any other status may pass. */
function faulty<T>(inputs: readonly T[], status: number, { contextOf }: BatchCall<T>): BatchAnswer {
  const category = status === 400 ? VALIDATION_ERROR : `HubSpot answered ${status}`;
  return { results: [], errors: ofEach(inputs, category, contextOf), unsure: false };
}

function ofEach<T>(inputs: readonly T[], category: string, contextOf: BatchCall<T>['contextOf']): BatchError[] {
  return inputs.map((input) => ({ category, context: contextOf(input) }));
}

/** The category of inputs of a read whose answer holds neither results nor errors. */
export const UNKNOWN_SHAPE = 'HubSpot’s answer has an unknown shape';

const isRead = ({ path }: ApiRequest) => path.includes('/batch/read');

/** `error`: trouble on HubSpot's side (5xx), which one of the inputs may cause. */
type Outcome = { answer: BatchAnswer } | { status: number; error?: ServerTroubleError };

async function post<T>(send: Send, inputs: readonly T[], { request, contextOf }: BatchCall<T>): Promise<Outcome> {
  try {
    const sent = request(inputs);
    const response = await send(sent);
    if (response.status >= 400 && response.status !== 403) return { status: response.status };
    const { results, errors } = successOf(response, Batch);
    // A read that answers neither: nobody may be taken for unknown.
    if (isRead(sent) && !Array.isArray(results) && !Array.isArray(errors)) {
      return { answer: { results: [], errors: ofEach(inputs, UNKNOWN_SHAPE, contextOf), unsure: false } };
    }
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
 * The parsed body of a 2xx answer. @throws MissingScopeError on a 403 for a missing scope, UnusableAnswerError on any other answer. Both
 * are retryable: also a 4xx may pass.
 */
export function successOf<T extends z.ZodMiniType>(response: ApiResponse, schema: T): z.output<T> {
  if (response.status === 403) {
    const { category } = Refusal.safeParse(response.body).data ?? {};
    const isScope = category === undefined || category === null || category.startsWith('MISSING_SCOPE');
    const text = `HubSpot answered 403: ${isScope ? 'the token lacks a scope' : category}`;
    throw isScope
      ? new MissingScopeError(text, { afterMs: 30_000 })
      : new UnusableAnswerError(text, { afterMs: 30_000 });
  }
  if (response.status >= 300) throw new UnusableAnswerError(`HubSpot answered ${response.status}`);
  const parsed = schema.safeParse(response.body);
  if (!parsed.success) throw new UnusableAnswerError(UNKNOWN_SHAPE);
  return parsed.data;
}
