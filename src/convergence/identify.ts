import { hashAddress } from '../consent/address.ts';
import type { Decision } from '../consent/decision.ts';
import { applyChanges } from '../consent/fold.ts';
import { inheritedByAddress } from '../consent/inherit.ts';
import type { ContactState } from '../consent/state.ts';
import { replay } from '../ledger/replay.ts';
import type { ConvergeDeps } from './converge.ts';

/**
 * R8: what a contact takes over because other ledgers speak of one of its addresses (re-created, restored, changed).
 * `addresses` are normalised.
 */
export async function inheritedDecisions(
  contact: string,
  state: ContactState,
  addresses: readonly string[],
  { ledger, registry, addressKey }: Pick<ConvergeDeps, 'ledger' | 'registry' | 'addressKey'>,
): Promise<Decision[]> {
  const hashes = addresses.map((one) => hashAddress(addressKey, one));
  const people = (await Promise.all(hashes.map((hash) => ledger.peopleWith(hash)))).flat();
  const ids = [...new Set(people.filter(({ portal }) => portal === registry.portal).map((one) => one.contact))];
  const decisions: Decision[] = [];
  let current = state;
  for (const id of ids.filter((one) => one !== contact)) {
    const other = replay(await ledger.read({ portal: registry.portal, contact: id }), registry);
    const changes = inheritedByAddress(current, other);
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
