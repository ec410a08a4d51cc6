import { createHmac } from 'node:crypto';
import { domainToASCII } from 'node:url';

/**
 * The form in which two addresses are compared (R8) and hashed; HubSpot is always called with the address as HubSpot gave it. Trimmed, lower-cased, Unicode NFC, domain in IDN's ASCII form.
 * Plus and dot variants stay different addresses. Undefined for a text that is no address.
 */
export function normaliseAddress(address: string | null | undefined): string | undefined {
  const text = address?.normalize('NFC').trim().toLowerCase();
  const at = text?.lastIndexOf('@') ?? -1;
  if (text === undefined || at < 1) return undefined;
  const written = text.slice(at + 1);
  // domainToASCII stops at characters that end a host in a URL: "example.at/x" would pass for example.at.
  if (/[\s/?#\\%:\p{Cc}]/u.test(written)) return undefined;
  const domain = domainToASCII(written);
  return domain === '' ? undefined : `${text.slice(0, at)}@${domain}`;
}

/** What is found for an address: by the address as given, else by the form in which addresses are compared. */
export type ByAddress<T> = (address: string) => T | undefined;

/**
 * Looks things up by address. HubSpot may answer with another spelling than it was asked with; an exact spelling goes before, since
 * HubSpot may hold both.
 */
export function byAddress<T>(found: Iterable<readonly [address: string, value: T]>): ByAddress<T> {
  const exact = new Map(found);
  const compared = new Map([...exact].map(([address, value]) => [normaliseAddress(address) ?? address, value]));
  return (address) => exact.get(address) ?? compared.get(normaliseAddress(address) ?? address);
}

/** Addresses as they were given, each person's address once: of two spellings of one address the first stays. */
export function distinctAddresses(given: readonly (string | null | undefined)[]): string[] {
  const byForm = new Map<string, string>();
  for (const address of given) {
    const form = normaliseAddress(address);
    if (form !== undefined && !byForm.has(form)) byForm.set(form, (address ?? '').trim());
  }
  return [...byForm.values()];
}

/**
 * Keyed hash (HMAC-SHA-256, hex) of an address, whatever its spelling: all that logs, indexes and an erased ledger may hold of an
 * address.
 */
export function hashAddress(key: string, address: string): string {
  return keyedHash(key, normaliseAddress(address) ?? address);
}

/** Keyed hash (HMAC-SHA-256, hex) of any text: shows that two texts are one, and tells nothing of either. */
export function keyedHash(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
