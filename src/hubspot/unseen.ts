import { reasonOf } from '../errors.ts';
import { MissingScopeError, UnusableAnswerError } from './batch.ts';
import { ServerTroubleError } from './transport.ts';

/** The parts of a portal that an audit or `widerruf doctor` looks at, each on its own. */
export type Part =
  | 'types'
  | 'properties'
  | 'forms'
  | 'emails'
  | 'submissions'
  | 'search'
  | 'contacts'
  | 'single contacts'
  | 'statuses'
  | 'single statuses'
  | 'history';

/** A part of the portal that HubSpot did not show, and why. */
export type Unseen = { part: Part; why: string };

/**
 * What a part answers, or why the part stays unseen: the token may not see the part, HubSpot says no (optional and beta endpoints change
 * and go), stumbles over the part, or answers in an unknown shape. @throws RetryableError when HubSpot as such is in trouble.
 */
export async function unlessUnseen<T>(part: Part, read: () => Promise<T>): Promise<{ seen: T } | { unseen: Unseen }> {
  try {
    return { seen: await read() };
  } catch (error) {
    if (!isOf(part, error)) throw error;
    return { unseen: { part, why: reasonOf(error).replace(/^\w+: /, '') } };
  }
}

/** Trouble on HubSpot's side that keeps an audit from its contacts passes: the audit is tried again. */
function isOf(part: Part, error: unknown): boolean {
  if (error instanceof ServerTroubleError) return part !== 'contacts';
  return error instanceof MissingScopeError || error instanceof UnusableAnswerError;
}
