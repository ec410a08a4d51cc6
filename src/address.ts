import { createHmac } from 'node:crypto';
import { domainToASCII } from 'node:url';

/**
 * The form in which two addresses are compared (R8): trimmed, lower-cased, Unicode NFC, domain in IDN's ASCII form.
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

/** Keyed hash (HMAC-SHA-256, hex) of a normalised address: all that logs, indexes and an erased ledger may hold of an address. */
export function hashAddress(key: string, normalised: string): string {
  return keyedHash(key, normalised);
}

/** Keyed hash (HMAC-SHA-256, hex) of any text: shows that two texts are one, and tells nothing of either. */
export function keyedHash(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
