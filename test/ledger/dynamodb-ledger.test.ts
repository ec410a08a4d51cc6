import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TableService } from '../../local/aws/tables.ts';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { Draft } from '../../src/ledger/chain.ts';
import { findBreak } from '../../src/ledger/chain.ts';
import { ledgerTable } from '../../src/ledger/dynamodb-item.ts';
import { dynamodbLedger } from '../../src/ledger/dynamodb-ledger.ts';
import { type LedgerTable, startLedgerTable } from '../helpers/ledger-table.ts';

/** The table as the stack declares it. */
let tables: TableService;
let table: LedgerTable;
beforeAll(async () => {
  table = await startLedgerTable();
  tables = table.tables;
});
afterAll(async () => {
  await table.stop();
});
const draft = (n: number): Draft => ({
  recordedAt: ourTime(n),
  addressHash: `hash ${n % 2}`,
  body: { kind: 'planned', before: { 'subscription:501': String(n) }, intended: {} },
});

test('of many writers of one sequence number exactly one wins', async () => {
  const ledger = dynamodbLedger(tables.client, 'ledger');
  const contact = { portal: 1, contact: '1' };
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.append(contact, undefined, draft(n))));
  expect(outcomes.filter((outcome) => outcome !== 'conflict')).toHaveLength(1);
  expect(await ledger.read(contact)).toHaveLength(1);
});

test('a contact’s entries come back whole and in order, over many pages, and nobody else’s', async () => {
  const ledger = dynamodbLedger(tables.client, 'ledger');
  const contact = { portal: 1, contact: '2' };
  const long = 'x'.repeat(60_000);
  for (let n = 0; n < 40; n++) {
    const last = (await ledger.read(contact)).at(-1);
    const personal = { salt: String(n), page: long };
    await ledger.append(contact, last, { ...draft(n), personal });
  }
  const entries = await ledger.read(contact);
  expect(entries.map(({ recordedAt }) => recordedAt)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  expect(findBreak(entries)).toBeUndefined();
});

test('entries are found by the hash of the address', async () => {
  const { name, partitionKey } = ledgerTable.addressIndex;
  const { Count } = await tables.client.send(
    new QueryCommand({
      TableName: 'ledger',
      IndexName: name,
      KeyConditionExpression: '#hash = :hash',
      ExpressionAttributeNames: { '#hash': partitionKey },
      ExpressionAttributeValues: { ':hash': { S: 'hash 1' } },
    }),
  );
  expect(Count).toBeGreaterThanOrEqual(20);
});

test('who waits for something is found by the index, and only until it ends; the entry itself stays as it was', async () => {
  const ledger = dynamodbLedger(tables.client, 'ledger');
  const waiting = (until: number): Draft => ({
    recordedAt: ourTime(1),
    body: {
      kind: 'decision',
      rule: 'R7',
      outcome: 'awaiting-confirmation',
      reason: 'waits',
      occurredAt: hubspotTime(1),
      converge: true,
      changes: [
        { type: 'awaiting', company: 'museum', awaiting: { at: hubspotTime(1), form: 'f', until: hubspotTime(until) } },
      ],
    },
  });
  const contacts = { 3: 1000, 4: 2000, 5: 3000 };
  for (const [contact, until] of Object.entries(contacts)) {
    await ledger.append({ portal: 1, contact }, undefined, waiting(until));
  }
  await ledger.append({ portal: 2, contact: '6' }, undefined, waiting(2000));
  const found = async (from: number, until: number) => {
    const span = { from: ourTime(from), until: ourTime(until) };
    const contacts: string[] = [];
    for await (const { contact } of ledger.waitsEndedIn(1, span)) contacts.push(contact);
    return contacts;
  };
  expect(await found(0, 999)).toEqual([]);
  expect(await found(1000, 2000)).toEqual(['3', '4']);
  expect(await found(2001, 9000)).toEqual(['5']);
  const entries = await ledger.read({ portal: 1, contact: '3' });
  expect(findBreak(entries)).toBeUndefined();
  expect(entries[0]).not.toHaveProperty('waitUntil');
});
