import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ContactRef, LedgerEntry } from '../rules/entry.ts';
import { waitOf } from './ledger.ts';
import { settledTally, type Tally, tallyOf } from './tally.ts';

/** Key and index names of the ledger table; the stack declares the table from them. */
export const ledgerTable = {
  partitionKey: 'person',
  sortKey: 'seq',
  /** Entries count from 1; what has this number instead is a note about the table. */
  note: 0,
  addressIndex: { name: 'by-address', partitionKey: 'addressHash', sortKey: 'recordedAt' },
  /** Holds only entries that let a contact wait: DynamoDB leaves items without the key out of an index. */
  waitIndex: { name: 'by-wait', partitionKey: 'portal', sortKey: 'waitUntil' },
  /** Holds only entries that are counted: what HubSpot does not hold yet, and refusals. */
  tallyIndex: { name: 'by-tally', partitionKey: 'tally', sortKey: 'recordedAt' },
} as const;

const WAIT = ledgerTable.waitIndex.sortKey;
const TALLY = ledgerTable.tallyIndex.partitionKey;

export const personOf = ({ portal, contact }: ContactRef) => `${portal}#${contact}`;
export const tallyKey = (portal: number, tally: Tally) => `${portal}#${tally}`;

export function refOf(person: string): ContactRef {
  const [portal = '', contact = ''] = person.split('#');
  return { portal: Number(portal), contact };
}

/** An entry as the table holds it: with what indexes need, which is no part of the chain. */
export function itemOf(contact: ContactRef, entry: LedgerEntry): Record<string, unknown> {
  const tally = tallyOf(entry);
  return {
    [ledgerTable.partitionKey]: personOf(contact),
    ...entry,
    [WAIT]: waitOf(entry),
    [TALLY]: tally === undefined ? undefined : tallyKey(contact.portal, tally),
  };
}

/** The entry alone. Nothing is checked. */
export function storedEntry(item: Record<string, unknown>): Record<string, unknown> {
  const { [ledgerTable.partitionKey]: _, [WAIT]: __, [TALLY]: ___, ...entry } = item;
  return entry;
}

/** Makes an entry count as something else, or as nothing; the entry itself stays. */
export function writeTally(table: string, contact: ContactRef, seq: number, tally: Tally | undefined): UpdateCommand {
  return new UpdateCommand({
    TableName: table,
    Key: { [ledgerTable.partitionKey]: personOf(contact), [ledgerTable.sortKey]: seq },
    UpdateExpression: tally === undefined ? 'REMOVE #tally' : 'SET #tally = :tally',
    ConditionExpression: 'attribute_exists(#person)',
    ExpressionAttributeNames: { '#tally': TALLY, '#person': ledgerTable.partitionKey },
    ...(tally !== undefined && { ExpressionAttributeValues: { ':tally': tallyKey(contact.portal, tally) } }),
  });
}

/** Makes entries count as what they are once HubSpot holds what they demand. */
export function settleTallies(table: string, contact: ContactRef, entries: readonly LedgerEntry[]): UpdateCommand[] {
  return entries.map((entry) => writeTally(table, contact, entry.seq, settledTally(entry)));
}
