import { hashAddress } from '../consent/address.ts';
import type { Decision } from '../consent/decision.ts';
import { applyChanges } from '../consent/fold.ts';
import { inheritedByAddress } from '../consent/inherit.ts';
import { replay } from '../ledger/replay.ts';
import type { ConvergeDeps, Known } from './converge.ts';
import type { View } from './hubspot-view.ts';

/** R8: what a contact takes over because another ledger speaks of one of its addresses (re-created, restored, changed). */
export async function inheritedDecisions(
  { contact, state }: Known,
  { address, others }: View,
  { ledger, registry, addressKey }: ConvergeDeps,
): Promise<Decision[]> {
  const hashes = [address, ...others].flatMap((one) => (one === undefined ? [] : [hashAddress(addressKey, one)]));
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
