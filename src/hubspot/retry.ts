import pRetry from 'p-retry';
import { remainingMs as timeLeft } from '../deadline.ts';
import { RetryableError } from '../errors.ts';
import type { ApiRequest, ApiResponse, Send } from './transport.ts';

export type RetryOptions = {
  /** Time left for work, ms; default: what the deadline of the invocation tells. */
  remainingMs?: () => number;
  /** How long one try may take, ms. */
  timeoutMs: number;
  wait: (ms: number) => Promise<void>;
  /** 0 ≤ n < 1, for spreading the waits. */
  random: () => number;
  /** How often a call is tried again; default 3. */
  retries?: number;
};

const RETRIES = 3;
/** The first wait where HubSpot names none, ms; it doubles with each try and is spread by half. */
const FIRST_WAIT_MS = 150;
/** Longer waits are the queue's: an invocation that sleeps keeps other contacts waiting, ms. */
const LONGEST_WAIT_MS = 3_000;
/** Kept back of the time for work for the calls that are still to come, ms. */
const RESERVE_MS = 10_000;

/**
 * Tries a failed call again at once, so that one failure of HubSpot's costs a moment and not a message's way back to its queue. Each
 * try goes through `send`, and so through the pacer. Where HubSpot names a wait, that is what is waited. An answer to a later try
 * is `unsure` when an earlier try may have taken effect. @throws RetryableError of the last try.
 */
export function retrying(send: Send, options: RetryOptions): Send {
  const { retries = RETRIES, wait } = options;
  return (request) => {
    let mayHaveTakenEffect = false;
    let waitMs: number | undefined;
    const once = async (): Promise<ApiResponse> => {
      const answer = await send(request);
      return mayHaveTakenEffect ? { ...answer, unsure: true } : answer;
    };
    return pRetry(once, {
      retries,
      // The waits are made here: p-retry's own know nothing of what HubSpot asks for.
      minTimeout: 0,
      async onFailedAttempt({ error, attemptNumber, retriesLeft }) {
        mayHaveTakenEffect ||= isBlind(error, request);
        waitMs = retriesLeft === 0 ? undefined : waitFor(error, attemptNumber, options);
        if (waitMs !== undefined) await wait(waitMs);
      },
      shouldRetry: () => waitMs !== undefined,
    });
  };
}

/** How long to wait before the next try; undefined when the message had better go back to its queue. */
function waitFor(
  error: Error,
  attempt: number,
  { remainingMs = timeLeft, timeoutMs, random }: RetryOptions,
): number | undefined {
  if (!(error instanceof RetryableError)) return undefined;
  const doubling = FIRST_WAIT_MS * 2 ** (attempt - 1);
  const ms = error.afterMs > 0 ? error.afterMs : Math.round(doubling * (0.5 + random()));
  const isTooLong = ms > LONGEST_WAIT_MS || remainingMs() < ms + timeoutMs + RESERVE_MS;
  return isTooLong ? undefined : ms;
}

/** Whether HubSpot may have done what was asked all the same: no answer came, or one that tells of HubSpot's own trouble. */
function isBlind(error: Error, { method }: ApiRequest): boolean {
  return method !== 'GET' && error instanceof RetryableError && !error.isUndone;
}
