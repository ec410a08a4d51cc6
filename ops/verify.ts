import { findBreak } from '../src/ledger/chain.ts';
import type { ContactRef } from '../src/rules/entry.ts';
import type { Connection } from './connect.ts';
import type { Words } from './texts/words.ts';

export type Verified = { contacts: number; entries: number; broken: { contact: string; seq: number; fault: string }[] };

/** Checks the hash chains of some contacts, or of all. */
export async function verify(
  connection: Connection,
  contacts: readonly string[] | undefined,
  onContact: (result: Verified) => void,
): Promise<Verified> {
  const { ledger, registry } = connection;
  const result: Verified = { contacts: 0, entries: 0, broken: [] };
  const some = contacts?.map((contact): ContactRef => ({ portal: registry.portal, contact }));
  for await (const ref of some ?? ledger.everybody()) {
    const entries = await ledger.read(ref);
    const fault = findBreak(entries);
    result.contacts++;
    result.entries += entries.length;
    if (fault !== undefined) result.broken.push({ contact: ref.contact, ...fault });
    onContact(result);
  }
  return result;
}

export function readableVerification({ contacts, entries, broken }: Verified, words: Words): string {
  const faults = broken.map(
    ({ contact, seq, fault }) => `${words.broken}  ${words.contact} ${contact}, ${words.entry} ${seq}: ${fault}`,
  );
  const verdict = broken.length === 0 ? words.everyChainHolds : `${broken.length} ${words.chainsBroken}`;
  return `${[...faults, `${entries} ${words.entriesOf} ${contacts} ${words.contactsDative}: ${verdict}`].join('\n')}\n`;
}
