import { distinctAddresses } from '../address.ts';
import type { HeldAddress } from './address-history.ts';
import type { Contact } from './contacts.ts';

export type Addresses = { primary?: string; others: string[] };

/** A contact's addresses as HubSpot spells them. An additional address alone cannot be a contact's primary one. */
export function addressesOf(
  contact: Contact | undefined,
  deleted: Contact | undefined,
  remembered: string | undefined,
): Addresses {
  const { email, additional = [] } = contact ?? deleted ?? {};
  const known = contact === undefined ? [email, ...additional, remembered] : [email, ...additional];
  const addresses = distinctAddresses(known);
  if (contact !== undefined && contact.email === undefined) return { others: addresses };
  const [primary, ...others] = addresses;
  return { ...(primary !== undefined && { primary }), others };
}

export function all(addresses: Addresses | undefined): string[] {
  const { primary, others = [] } = addresses ?? {};
  return primary === undefined ? others : [primary, ...others];
}

/** Addresses that a contact had before: by the ledger (`former`), and by HubSpot's history. */
export function formerOf(
  former: readonly string[] | undefined = [],
  history: readonly HeldAddress[] | undefined = [],
  owned: Addresses | undefined,
): string[] {
  const current = all(owned);
  // HubSpot's own spelling goes before the ledger's.
  return distinctAddresses([...current, ...history.map(({ address }) => address), ...former]).slice(current.length);
}
