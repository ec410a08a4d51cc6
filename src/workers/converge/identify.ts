import { hashAddress } from '../../address.ts';
import { applyChanges } from '../../rules/apply-changes.ts';
import type { Decision } from '../../rules/decision.ts';
import type { LedgerEntry } from '../../rules/entry.ts';
import { replay } from '../../rules/evolve.ts';
import { inheritedByAddress } from '../../rules/r8-inherit.ts';
import type { Return } from '../../rules/state.ts';
import type { ConvergeDeps, Known } from './converge.ts';

/**
 * R8: what a contact takes over because other ledgers speak of an address that it has (re-created, restored, changed) or,
 * by its own ledger, had. `addresses` are normalised.
 */
export async function inheritedDecisions(
  { contact, entries, state }: Known,
  addresses: readonly string[],
  { ledger, registry, addressKey }: Pick<ConvergeDeps, 'ledger' | 'registry' | 'addressKey'>,
): Promise<Decision[]> {
  /** Until when an opt-out of each address is the contact's, ms; of former ones by our own clock, where seconds decide nothing. */
  const held = new Map<string, number>();
  for (const { addressHash, recordedAt } of entries) if (addressHash !== undefined) held.set(addressHash, recordedAt);
  for (const address of addresses) held.set(hashAddress(addressKey, address), Number.POSITIVE_INFINITY);
  const holders = await Promise.all(
    [...held].map(async ([hash, until]) => (await ledger.peopleWith(hash)).map((one) => ({ ...one, hash, until }))),
  );
  const found = new Map<string, { until: number; hashes: Set<string> }>();
  for (const one of holders.flat()) {
    if (one.portal !== registry.portal || one.contact === contact) continue;
    const before = found.get(one.contact);
    found.set(one.contact, {
      until: Math.max(one.until, before?.until ?? 0),
      hashes: new Set([...(before?.hashes ?? []), one.hash]),
    });
  }
  const submittedAs = hashesOfSubmissions(entries);
  const decisions: Decision[] = [];
  let current = state;
  for (const [id, { until, hashes }] of found) {
    const other = replay(await ledger.read({ portal: registry.portal, contact: id }), registry);
    const isOwners = ({ form, at }: Return) => hashes.has(submittedAs.get(`${form} ${at}`) ?? '');
    const changes = inheritedByAddress(current, other, until, isOwners);
    if (changes.length === 0) continue;
    const reason = `the address was opted out as contact ${id}; the opt-out belongs to the address`;
    decisions.push({
      rule: 'R8',
      outcome: 'inherited',
      reason,
      changes: [{ type: 'linked', contacts: [id] }, ...changes],
    });
    current = applyChanges(current, changes);
  }
  return decisions;
}

/** The hash of the address that each submission named, by form and time. */
function hashesOfSubmissions(entries: readonly LedgerEntry[]): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const { addressHash, body } of entries) {
    if (addressHash === undefined || body.kind !== 'decision') continue;
    for (const change of body.changes) {
      const back = change.type === 'return' ? change.return : change.type === 'awaiting' ? change.awaiting : undefined;
      if (back !== undefined) hashes.set(`${back.form} ${back.at}`, addressHash);
    }
  }
  return hashes;
}
