import { asHubSpotTime, byTime, type HubSpotTime } from '../clocks.ts';
import { submissionOf } from './decision.ts';
import type { LedgerEntry } from './entry.ts';
import { isNews } from './order.ts';
import type { Holding } from './state.ts';

/**
 * Which address a record held when (R8). HubSpot's own history of the address, where the ledger has it (`held`), tells exactly; what
 * convergence saw and what forms named tells at least the address of that moment.
 */
export function holdingsOf(entries: readonly LedgerEntry[]): Holding[] {
  return entries.reduce(withEntry, []);
}

function withEntry(known: Holding[], entry: LedgerEntry): Holding[] {
  const { body, addressHash, recordedAt } = entry;
  // What is told late (`unfinished`) may be of an address that the record no longer has.
  const wasSeen = body.kind === 'planned' || (body.kind === 'applied' && !body.unfinished);
  if (body.kind !== 'decision') return wasSeen ? withSeen(known, addressHash, asHubSpotTime(recordedAt)) : known;
  let holdings = known;
  for (const change of body.changes) {
    if (change.type === 'held') holdings = change.addresses.toSorted((a, b) => byTime(a.from, b.from));
    const submission = submissionOf(change);
    if (submission !== undefined) holdings = withSeen(holdings, addressHash, submission.at);
  }
  return holdings;
}

/** The holdings, when a record is seen to hold an address at a moment. */
export function withSeen(known: Holding[], hash: string | undefined, at: HubSpotTime): Holding[] {
  const newest = known.at(-1);
  if (hash === undefined || hash === newest?.hash || !isNews(at, newest?.from)) return known;
  return [...known, { hash, from: at }];
}

/** The address that a record held at a moment. Before the first that is known the record is taken to have held the first. */
export function holderAt(holdings: readonly Holding[], at: HubSpotTime): string | undefined {
  return (holdings.findLast(({ from }) => from <= at) ?? holdings[0])?.hash;
}

/**
 * The address with which a "no" was said: the one that the record held before that moment (R9: a "no" and a change of the address in one
 * moment cannot be ordered; said before the change, the "no" counts for both addresses).
 */
export function sayerOf(holdings: readonly Holding[], at: HubSpotTime): string | undefined {
  return (holdings.findLast(({ from }) => from < at) ?? holdings[0])?.hash;
}

/** Until when the record held an address last; undefined where it holds the address now, or nobody knows. */
export function heldUntil(hash: string, holdings: readonly Holding[]): HubSpotTime | undefined {
  const last = holdings.findLastIndex((one) => one.hash === hash);
  return last === -1 ? undefined : holdings[last + 1]?.from;
}

/**
 * The entries about an address: those that name it, and of the others those from a time in which the record held it. Somebody who asks for
 * what is kept of an address is told nothing of whoever held the record before or after (Art. 15(4) GDPR).
 */
export function entriesAbout(address: string, entries: readonly LedgerEntry[]): LedgerEntry[] {
  const holdings = holdingsOf(entries);
  return entries.filter(({ addressHash, body, recordedAt }) => {
    if (addressHash !== undefined) return addressHash === address;
    const at = body.kind === 'decision' ? body.occurredAt : asHubSpotTime(recordedAt);
    const holder = sayerOf(holdings, at);
    return holder === undefined || holder === address;
  });
}
