import { MissingScopeError } from '../src/hubspot/batch.ts';
import type { Words } from './texts/words.ts';

/** Why HubSpot could not be asked: it refuses the token, the token may not see this, or HubSpot does not answer. */
export type Unseen = 'token' | 'scope' | 'away';

/** What an error of a call to HubSpot means for whoever asked. */
export function unseenBecause(error: unknown): Unseen {
  if (error instanceof MissingScopeError) return 'scope';
  return error instanceof Error && /\b401\b/.test(error.message) ? 'token' : 'away';
}

/** One line: what is unknown, why, and the mend. */
export function readableUnseen(unseen: Unseen, words: Words): string {
  const why = { token: words.unseenToken, scope: words.unseenScope, away: words.unseenAway }[unseen];
  return `${words.unseen}: ${why}\n`;
}
