import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TableService } from '../../local/aws/tables.ts';
import { readableVerification, type Verified, verify } from '../../ops/verify.ts';
import { ourTime } from '../../src/clocks.ts';
import { type Draft, nextEntry } from '../../src/ledger/chain.ts';
import { dynamodbLedger } from '../../src/ledger/dynamodb-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { type LedgerTable, startLedgerTable } from '../helpers/ledger-table.ts';
import { testRegistry } from '../helpers/registry.ts';

/** Three contacts with three entries each, in the table as the stack declares it. */
const registry = testRegistry();
const refOf = (contact: string) => ({ portal: registry.portal, contact });
const draft = (n: number): Draft => ({
  recordedAt: ourTime(n),
  body: { kind: 'planned', before: { 'subscription:501': String(n) }, intended: {} },
});
let tables: TableService;
let table: LedgerTable;
let ledger: Ledger;
beforeEach(async () => {
  table = await startLedgerTable();
  tables = table.tables;
  ledger = dynamodbLedger(tables.client, 'ledger');
  for (const contact of ['1', '2', '3']) {
    let last: LedgerEntry | undefined;
    for (let n = 1; n <= 3; n++) last = (await ledger.append(refOf(contact), last, draft(n))) as LedgerEntry;
  }
});
afterEach(async () => {
  await table.stop();
});

/** What somebody with the right to write to the table can do, whom no role of the stack is. */
const person = (contact: string) => `${registry.portal}#${contact}`;
const documents = () => DynamoDBDocumentClient.from(tables.client);
const remove = (contact: string, seq: number) =>
  documents().send(new DeleteCommand({ TableName: 'ledger', Key: { person: person(contact), seq } }));
const put = (contact: string, entry: object) =>
  documents().send(new PutCommand({ TableName: 'ledger', Item: { person: person(contact), ...entry } }));
const entry = async (contact: string, seq: number) => (await ledger.read(refOf(contact)))[seq - 1] as LedgerEntry;

const verifyAll = () => verify({ ledger, registry }, undefined, () => undefined);
const LIMITS =
  'Not proved, because the table alone cannot tell: that no newest entry was cut off, that no contact was removed as a whole, ' +
  'and that nobody wrote a chain anew with fresh hashes.';

describe('what verify names', () => {
  test.each<[string, () => Promise<unknown>, Verified['broken'][number]]>([
    [
      'a changed middle entry',
      async () => put('2', { ...(await entry('2', 2)), recordedAt: 99 }),
      { contact: '2', seq: 2, fault: 'its content was altered' },
    ],
    [
      'a removed middle entry',
      () => remove('2', 2),
      { contact: '2', seq: 3, fault: 'an entry is missing or out of order' },
    ],
    [
      'a removed first entry',
      () => remove('2', 1),
      { contact: '2', seq: 2, fault: 'an entry is missing or out of order' },
    ],
    [
      'an entry that is none any more',
      () => put('2', { seq: 2 }),
      { contact: '2', seq: 2, fault: 'it does not follow the entry before it' },
    ],
  ])('%s', async (_, tamper, fault) => {
    await tamper();
    const result = await verifyAll();
    expect(result.broken).toEqual([fault]);
    expect(readableVerification(result, 'en')).toContain(`BROKEN  contact 2, entry ${fault.seq}: ${fault.fault}`);
    expect(readableVerification(result, 'en')).toContain(LIMITS);
  });
});

/** The ledger is not sealed outside the table, so these pass; verify must not claim otherwise. */
describe('what verify cannot see, and says so', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ['the newest entry is cut off', () => remove('2', 3), '8 entries of 3 contacts'],
    [
      'a whole contact is removed',
      () => Promise.all([1, 2, 3].map((seq) => remove('2', seq))),
      '6 entries of 2 contacts',
    ],
    [
      'a chain is rewritten with fresh hashes',
      async () => {
        let last: LedgerEntry | undefined;
        for (let n = 1; n <= 3; n++) {
          last = nextEntry(refOf('2'), last, draft(n + 10));
          await put('2', last);
        }
      },
      '9 entries of 3 contacts',
    ],
  ])('%s', async (_, tamper, counted) => {
    await tamper();
    const result = await verifyAll();
    expect(result.broken).toEqual([]);
    const said = readableVerification(result, 'en');
    expect(said).toBe(`${counted}: none is altered, and none is missing before another.\n${LIMITS}\n`);
    expect(said).not.toMatch(/holds|intact|complete|untouched/i);
    expect(result.notProved).toHaveLength(3);
  });
});

test('a contact that is asked for and has no entries is no proof of anything', async () => {
  const result = await verify({ ledger, registry }, ['404'], () => undefined);
  expect(readableVerification(result, 'en')).toMatch(/^0 entries of 1 contact: nothing to check\.\n/);
});
