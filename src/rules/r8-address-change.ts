import { asHubSpotTime, type HubSpotTime, type OurTime, shifted } from '../clocks.ts';
import type { Decision } from './decision.ts';
import type { LedgerEntry } from './entry.ts';
import { holderAt } from './holdings.ts';
import { CLOCKS_DIFFER_MS } from './order.ts';
import { recordedAddresses } from './r8-other-addresses.ts';
import type { Sight } from './sight.ts';
import type { ContactState, Holding } from './state.ts';

/**
 * R8: a record that changes its address carries along what is in force, and leaves behind what belongs to the address. So the ledger
 * keeps which address the record held when.
 */

/**
 * What the ledger does not know yet of the record's addresses; each former address gets an entry, so that it is found by the index. A record may
 * be deleted before anybody looked at its newest address: HubSpot shows deleted records, too.
 */
export function addressChanges(
  { state, entries }: { state: ContactState; entries: readonly LedgerEntry[] },
  sight: Sight,
  now: OurTime,
): Decision[] {
  const { exists, archived, address } = sight;
  if (!(exists || archived) || address === undefined) return [];
  const current = address.hash;
  const held = heldBy(state, sight, { hash: current, from: asHubSpotTime(now) });
  if (held === undefined) return [];
  const recorded = recordedAddresses({ entries });
  const changed: Decision = {
    rule: 'R8',
    outcome: 'noted',
    reason:
      'the record has another address: what was said with an address stays with it, and a "no" in force goes along',
    changes: [{ type: 'held', addresses: held }],
    about: current,
  };
  const former = new Set(held.map(({ hash }) => hash).filter((hash) => hash !== current && !recorded.has(hash)));
  return [...[...former].map(formerAddress), changed];
}

const formerAddress = (about: string): Decision => ({
  rule: 'R8',
  outcome: 'noted',
  reason: 'an address that the record held before',
  changes: [],
  about,
});

/** The addresses that the record held, by what HubSpot shows and the ledger knows. */
export function holdingsSeen(state: ContactState, sight: Sight, now: OurTime): readonly Holding[] {
  const { address } = sight;
  const seen = address && heldBy(state, sight, { hash: address.hash, from: asHubSpotTime(now) });
  return seen ?? state.holdings;
}

/** The record's addresses, where they differ from those that the ledger knows. */
function heldBy({ holdings }: ContactState, { held }: Sight, current: Holding): Holding[] | undefined {
  const isUsable = held !== undefined && held.at(-1)?.hash === current.hash && agrees(held, holdings);
  const told = isUsable ? held : holdings;
  const all = told.at(-1)?.hash === current.hash ? [...told] : [...told, current];
  return all.length === 1 || isSame(all, holdings) ? undefined : all;
}

/** A merged record's history may tell of another record's addresses: a history that contradicts what was seen is not believed. */
function agrees(history: readonly Holding[], seen: readonly Holding[]): boolean {
  const held = (from: HubSpotTime, hash: string) =>
    [-CLOCKS_DIFFER_MS, 0, CLOCKS_DIFFER_MS].some((ms) => holderAt(history, shifted(from, ms)) === hash);
  return seen.every(({ hash, from }) => held(from, hash));
}

/** Since when the record held the first address matters to nobody. */
function isSame(a: readonly Holding[], b: readonly Holding[]): boolean {
  const isThere = ({ hash, from }: Holding, i: number) => hash === b[i]?.hash && (i === 0 || from === b[i]?.from);
  return a.length === b.length && a.every(isThere);
}
