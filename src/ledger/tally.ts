import type { AppliedEntry, LedgerEntry } from '../rules/entry.ts';

/**
 * What an entry is counted as: HubSpot does not hold yet what the entry demands (`late`), a rule refused something (`refused`), or both. The
 * tally is kept beside the entry, outside the chain, and lets the entry appear in an index: so that `widerruf status` asks for what is open, and never
 * for everybody.
 */
export type Tally = 'late' | 'late-refused' | 'refused';

/** A submission or a grace that waits for its moment is not late; these are, until HubSpot holds them. */
const MUST_BE_APPLIED = ['opted-out', 'refused', 'inherited', 'merged', 'returned'];

/** What an entry counts as when it is written; undefined: nothing that anybody counts. */
export function tallyOf({ body }: Pick<LedgerEntry, 'body'>): Tally | undefined {
  if (body.kind !== 'decision') return undefined;
  const isLate = body.converge && MUST_BE_APPLIED.includes(body.outcome);
  if (body.outcome === 'refused') return isLate ? 'late-refused' : 'refused';
  return isLate ? 'late' : undefined;
}

/** What an entry counts as once HubSpot holds what the entry demands. */
export function settledTally(entry: Pick<LedgerEntry, 'body'>): Tally | undefined {
  return tallyOf(entry) === 'late-refused' ? 'refused' : undefined;
}

/**
 * The entries that demand something since HubSpot last held the desired state at an address (keyed hash; undefined: a contact without
 * one), oldest first. An unfinished convergence settles nothing.
 */
export function demandsOf(entries: readonly LedgerEntry[], address: string | undefined): LedgerEntry[] {
  const isHeld = ({ body, addressHash }: LedgerEntry) => isFinished(body) && addressHash === address;
  return entries.slice(entries.findLastIndex(isHeld) + 1).filter((entry) => tallyOf(entry)?.startsWith('late'));
}

function isFinished(body: LedgerEntry['body']): body is AppliedEntry {
  return body.kind === 'applied' && body.unfinished !== true;
}
