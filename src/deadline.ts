import { AsyncLocalStorage } from 'node:async_hooks';
import { RetryableError } from './errors.ts';

/**
 * When the work of an invocation has to be over. Lambda kills an invocation that exceeds its time-out, and what the invocation had
 * done but not reported is done again; so work ends earlier, by itself.
 */
export type Deadline = {
  /** Milliseconds left for work, 0 when the time is up, Infinity without a deadline. */
  remainingMs(): number;
};

const never: Deadline = { remainingMs: () => Number.POSITIVE_INFINITY };
const current = new AsyncLocalStorage<Deadline>();

/** What a worker keeps back of its minute, ms: to record what HubSpot took, and to tell SQS what is to be tried again. */
export const RESERVE_MS = 10_000;

/** Ends `reserveMs` before an invocation does: what was done has to be recorded and reported in that time. */
export function deadlineBefore(remainingMs: () => number, reserveMs: number): Deadline {
  return { remainingMs: () => Math.max(0, remainingMs() - reserveMs) };
}

/** Runs work that knows its deadline wherever it goes: {@link remainingMs} tells it. */
export function withDeadline<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
  return current.run(deadline, work);
}

/** Milliseconds left for the work that asks; Infinity where nobody set a deadline. */
export function remainingMs(): number {
  return (current.getStore() ?? never).remainingMs();
}

export function isTimeUp(): boolean {
  return remainingMs() <= 0;
}

/** What becomes of work that did not come to its end: the work is tried again. */
export const outOfTime = (): RetryableError => new RetryableError('no time was left');

/**
 * Waits for work until the deadline; work that is late goes on without anybody waiting. @throws RetryableError when the time is up.
 */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const ms = remainingMs();
  if (ms === Number.POSITIVE_INFINITY) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(outOfTime()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Gives work half of the time that is left, so that what comes after the work has time too. @throws RetryableError when the work is
 * late.
 */
export function inHalfTheTime<T>(work: () => Promise<T>): Promise<T> {
  const outer = current.getStore() ?? never;
  const half = outer.remainingMs() / 2;
  if (half === Number.POSITIVE_INFINITY) return work();
  const deadline = { remainingMs: () => Math.max(0, outer.remainingMs() - half) };
  return withDeadline(deadline, () => (isTimeUp() ? Promise.reject(outOfTime()) : inTime(work())));
}

type Pace = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * A pacer that knows the deadline: a call that has not begun by then never begins, and nobody waits longer for one that has.
 * @throws RetryableError when the time is up.
 */
export function paceInTime(pace: Pace): Pace {
  return (call) => {
    // A pacer starts calls in whatever context sets it going; each has its own caller's deadline.
    const begin = AsyncLocalStorage.bind(() => (isTimeUp() ? Promise.reject(outOfTime()) : call()));
    return isTimeUp() ? Promise.reject(outOfTime()) : inTime(pace(begin));
  };
}
