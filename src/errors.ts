/**
 * The one error taxonomy, named by what happens to the message next.
 * Expected outcomes (ignored, refused, stale) are values, never errors.
 */

export type RetryableOptions = {
  /** Before this nothing is tried again, ms. */
  afterMs?: number;
  /** `exactly`: `afterMs` is what is waited, since the other side named the time; default: at least so long. */
  waits?: 'exactly' | 'at least';
  /** `nothing`: what was asked for was surely not done. Default: nobody knows. */
  did?: 'nothing';
  cause?: unknown;
};

/** Trouble that passes: the message stays on its queue and is tried again, not before `afterMs`. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  readonly afterMs: number;
  readonly waits: 'exactly' | 'at least';
  /** What was asked for was surely not done. */
  readonly isUndone: boolean;
  constructor(message: string, { afterMs = 0, waits = 'at least', did, cause }: RetryableOptions = {}) {
    super(message, { cause });
    this.afterMs = afterMs;
    this.waits = waits;
    this.isUndone = did === 'nothing';
  }
}

/** Nothing is wrong: what the message is about cannot be seen yet, and is looked at again. */
export class WaitError extends RetryableError {}

/** A message that was understood and can never succeed: the message goes to the dead-letter queue with the reason. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** A message that nobody can read: the message goes to the dead-letter queue with the reason. */
export class PoisonError extends Error {
  override readonly name = 'PoisonError';
}

/** True when trying again cannot help. Anything unknown counts as passing trouble, so that nothing is lost. */
export function isHopeless(error: unknown): error is PermanentError | PoisonError {
  return error instanceof PermanentError || error instanceof PoisonError;
}

/** A short text for logs and dead-letter reasons. Our own messages carry no personal data; foreign ones are reduced to their name. */
export function reasonOf(error: unknown): string {
  if (error instanceof RetryableError || isHopeless(error)) return `${error.name}: ${error.message}`;
  return error instanceof Error ? error.name : 'unknown error';
}
