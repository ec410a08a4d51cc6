import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readAssembly } from '../../local/aws/assembly.ts';
import { createTable, startTables, type TableService } from '../../local/aws/tables.ts';
import { ourTime } from '../../src/clocks.ts';
import type { Draft } from '../../src/ledger/chain.ts';
import { findBreak } from '../../src/ledger/chain.ts';
import { dynamodbLedger, ledgerTable } from '../../src/ledger/dynamodb-ledger.ts';

/** The table as the stack declares it. */
let tables: TableService;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  tables = await startTables(folder);
  const { template } = readAssembly(inject('assembly'));
  const table = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::DynamoDB::Table');
  await createTable(tables, 'ledger', table?.Properties ?? {});
});
afterAll(async () => {
  await tables.stop();
  rmSync(folder, { recursive: true });
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
