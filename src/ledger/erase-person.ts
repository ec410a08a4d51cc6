import type { ContactRef, LedgerEntry } from '../rules/entry.ts';
import { holdingsOf } from '../rules/holdings.ts';
import { mergedIn } from '../rules/r8-record.ts';
import type { Ledger } from './ledger.ts';

/**
 * Erases a person's personal data wherever the ledger holds some: in the contact's own entries, in the entries of contacts that
 * became part of the contact, and in what other contacts' entries (of an earlier record, say) hold of the same addresses. Chains, decisions and
 * keyed hashes stay (R8). May be repeated. `scope`: a record's former addresses may be somebody else's by now; who is asked for by an address keeps them.
 */
export async function erasePerson(
  contact: ContactRef,
  ledger: Ledger,
  scope: 'record' | 'present address' = 'record',
): Promise<void> {
  const own = new Map<string, LedgerEntry[]>();
  for (const open = [contact.contact]; open.length > 0; ) {
    const one = open.pop() as string;
    if (own.has(one)) continue;
    // Repeats that are left out name no other address, and no other contact.
    const entries = await ledger.read({ ...contact, contact: one });
    own.set(one, entries);
    open.push(...entries.flatMap(mergedIn));
  }
  const hashes = new Set([...own.values()].flatMap(addressesOf));
  for (const hash of hashes) {
    for (const other of await ledger.peopleWith(hash)) {
      if (other.portal === contact.portal && !own.has(other.contact)) await ledger.erase(other, hashes);
    }
  }
  // An entry that names no address is the record's.
  const ownHashes = scope === 'record' ? undefined : new Set([...hashes, '']);
  for (const one of own.keys()) await ledger.erase({ ...contact, contact: one }, ownHashes);
}

/** The addresses (keyed hashes) of a ledger without those that the record no longer holds: they are somebody else's by now. */
function addressesOf(entries: readonly LedgerEntry[]): string[] {
  const holdings = holdingsOf(entries);
  const former = new Set(holdings.map(({ hash }) => hash).filter((hash) => hash !== holdings.at(-1)?.hash));
  return entries.flatMap(({ addressHash }) => addressHash ?? []).filter((hash) => !former.has(hash));
}
