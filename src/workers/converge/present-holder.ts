import { contactsOfAddress } from '../../hubspot/search.ts';
import type { View } from '../../hubspot/view.ts';
import type { Dossier, Write } from '../../rules/next-step.ts';
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
  const holder = await otherHolder(address, dossier, deps);
  if (holder === undefined || recordedAddresses(dossier).has(hash)) return holder;
  const entries = await appendDecisions(dossier, [{ ...alsoHolds, about: hash }], deps, view);
  return entries === 'moved' ? 'moved' : holder;
}

/** A step without what is other contacts' by now, and these contacts. */
export type Handed = { step: Write; holders: string[] };

/**
 * R8: an address that the record held before may be another record's by now: then that record's ledger speaks, and finds what this one says
 * of the address. Nothing is written there.
 */
export async function handOverFormer(step: Write, { dossier, view }: Known, deps: ConvergeDeps): Promise<Handed> {
  const former = new Set((view.sight.former ?? []).map(({ hash }) => hash));
  const toWrite = new Set(step.also.map(({ address }) => address).filter((hash) => former.has(hash)));
  const holders = new Map<string, string>();
  for (const hash of toWrite) {
    const holder = await otherHolder(view.addresses.get(hash) ?? '', dossier, deps);
    if (holder !== undefined) holders.set(hash, holder);
  }
  if (holders.size === 0) return { step, holders: [] };
  const also = step.also.filter(({ address }) => !holders.has(address));
  return { step: { ...step, also }, holders: [...new Set(holders.values())] };
}

type Known = { dossier: Dossier; view: View };

/** Another contact whose primary address this is. */
async function otherHolder(
  address: string,
  { contact }: Dossier,
  { hubspot }: ConvergeDeps,
): Promise<string | undefined> {
  return (await contactsOfAddress(hubspot.send, address)).find((id) => id !== contact);
}
