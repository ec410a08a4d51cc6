import { findBreak } from '../src/ledger/chain.ts';
import type { ContactRef, LedgerEntry } from '../src/rules/entry.ts';
import type { Connection } from './connect.ts';

/**
 * What the hash chains in the table cannot tell, since whoever may write to the table can write new hashes, too. As long as
 * nothing outside the table knows the newest hashes, every answer of `verify` names these.
 */
export const NOT_PROVED = [
  'that no newest entry was cut off',
  'that no contact was removed as a whole',
  'that nobody wrote a chain anew with fresh hashes',
] as const;

export type Verified = {
  contacts: number;
  entries: number;
  broken: { contact: string; seq: number; fault: string }[];
  notProved: readonly string[];
};

/** Checks the hash chains of some contacts, or of all. */
export async function verify(
  { ledger, registry }: Pick<Connection, 'ledger' | 'registry'>,
  contacts: readonly string[] | undefined,
  onContact: (result: Verified) => void,
): Promise<Verified> {
  const result: Verified = { contacts: 0, entries: 0, broken: [], notProved: NOT_PROVED };
  const check = ({ contact }: ContactRef, entries: readonly LedgerEntry[]) => {
    const fault = findBreak(entries);
    result.contacts++;
    result.entries += entries.length;
    if (fault !== undefined) result.broken.push({ contact, ...fault });
    onContact(result);
  };
  if (contacts === undefined) await ledger.scan(check);
  for (const contact of contacts ?? []) {
    const ref = { portal: registry.portal, contact };
    check(ref, await ledger.read(ref));
  }
  return result;
}

export function readableVerification({ contacts, entries, broken, notProved }: Verified): string {
  const faults = broken.map(({ contact, seq, fault }) => `BROKEN  contact ${contact}, entry ${seq}: ${fault}`);
  const [first, second, third] = notProved;
  return [
    ...faults,
    `${entries} entries of ${contacts} contacts: ${summary(entries, broken.length)}`,
    `Not proved, because the table alone cannot tell: ${first}, ${second}, and ${third}.`,
    '',
  ].join('\n');
}

function summary(entries: number, broken: number): string {
  if (broken > 0) return `the chains of ${broken} contacts are broken.`;
  return entries === 0 ? 'nothing to check.' : 'none is altered, and none is missing before another.';
}
