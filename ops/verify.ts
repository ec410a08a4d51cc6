import { findBreak } from '../src/ledger/chain.ts';
import type { ContactRef, LedgerEntry } from '../src/rules/entry.ts';
import type { Connection } from './connect.ts';
import { trouble } from './texts/trouble.ts';
import { type Language, outputTexts, texts, type Words } from './texts/words.ts';

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
    check(ref, await ledger.readAll(ref));
  }
  return result;
}

export function readableVerification({ contacts, entries, broken }: Verified, language: Language): string {
  const words = texts[language];
  const faults = broken.map(
    ({ contact, seq, fault }) =>
      `${words.broken}  ${words.contact} ${contact}, ${words.entry} ${seq}: ${trouble(fault, language)}`,
  );
  const counted = outputTexts[language].verified(entries, contacts);
  return `${[...faults, `${counted}: ${verdictOf(entries, broken.length, words)}.`, words.notProved].join('\n')}\n`;
}

function verdictOf(entries: number, broken: number, words: Words): string {
  if (broken > 0) return `${broken} ${words.chainsBroken}`;
  return entries === 0 ? words.nothingToCheck : words.everyChainHolds;
}
