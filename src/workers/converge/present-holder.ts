import { contactsOfAddress } from '../../hubspot/search.ts';
import type { View } from '../../hubspot/view.ts';
import type { ConvergeDeps } from './deps.ts';

/**
 * R8: the ledger of a record that is gone speaks for its address only while no other record holds the address. Returns the contact that
 * holds it now; undefined where nobody does, or the record itself is there.
 */
export async function presentHolder(
  contact: string,
  { sight, addresses }: View,
  { hubspot }: ConvergeDeps,
): Promise<string | undefined> {
  const address = sight.exists || sight.address === undefined ? undefined : addresses.get(sight.address.hash);
  if (address === undefined) return undefined;
  return (await contactsOfAddress(hubspot.send, address)).find((id) => id !== contact);
}
