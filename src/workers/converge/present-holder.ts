import { contactsOfAddress } from '../../hubspot/search.ts';
import type { View } from '../../hubspot/view.ts';
import type { Dossier } from '../../rules/next-step.ts';
import { alsoHolds, recordedAddresses } from '../../rules/r8-other-addresses.ts';
import { appendDecisions } from './append.ts';
import type { ConvergeDeps } from './deps.ts';

/**
 * R8: the ledger of a record that is gone writes only while no other record holds the address. Returns the contact that holds the address
 * now, which has to be converged; undefined where nobody does, or the record itself is there. The address goes into the index first: so
 * that contact finds what this ledger says of it. `moved`: another writer was first.
 */
export async function handOver(
  dossier: Dossier,
  view: View,
  deps: ConvergeDeps,
): Promise<string | 'moved' | undefined> {
  const { sight, addresses } = view;
  const hash = sight.exists ? undefined : sight.address?.hash;
  const address = hash === undefined ? undefined : addresses.get(hash);
  if (hash === undefined || address === undefined) return undefined;
  const holders = await contactsOfAddress(deps.hubspot.send, address);
  const holder = holders.find((id) => id !== dossier.contact);
  if (holder === undefined || recordedAddresses(dossier).has(hash)) return holder;
  const entries = await appendDecisions(dossier, [{ ...alsoHolds, about: hash }], deps, view);
  return entries === 'moved' ? 'moved' : holder;
}
