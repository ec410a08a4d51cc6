import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTable, type TableService } from '../../local/aws/tables.ts';
import { countAnew, countsOf } from '../../ops/count.ts';
import type { CountSource } from '../../ops/mark-anew.ts';
import { verify } from '../../ops/verify.ts';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { dynamodbLedger } from '../../src/ledger/dynamodb-ledger.ts';
import { dynamodbTally } from '../../src/ledger/dynamodb-tally.ts';
import { demandsOf } from '../../src/ledger/tally.ts';
import type { AppliedEntry, DecisionEntry, EntryBody } from '../../src/rules/entry.ts';
import { type LedgerTable, startLedgerTable } from '../helpers/ledger-table.ts';
import { testRegistry } from '../helpers/registry.ts';

/** The table as the stack declares it, and now: noon of a day. */
const registry = testRegistry();
const NOON = Date.UTC(2026, 10, 25, 12);
const YESTERDAY = NOON - 24 * 3_600_000;
let tables: TableService;
let table: LedgerTable;
let source: CountSource;
beforeEach(async () => {
  table = await startLedgerTable();
  tables = table.tables;
  source = sourceOf('ledger');
});
afterEach(async () => {
  await table.stop();
});
const sourceOf = (table: string): CountSource => ({
  ledger: dynamodbLedger(tables.client, table),
  tally: dynamodbTally(tables.client, table),
  registry,
  now: () => ourTime(NOON),
});

const refOf = (contact: string) => ({ portal: registry.portal, contact });
const decision = (outcome: DecisionEntry['outcome'], at: number, converge = true): EntryBody => ({
  kind: 'decision',
  rule: outcome === 'refused' ? 'R5' : 'R1',
  outcome,
  reason: 'a test',
  occurredAt: hubspotTime(at),
  converge,
  changes: [],
});
const applied: AppliedEntry = { kind: 'applied', before: {}, after: {}, written: {}, lifted: {} };
const write = async (contact: string, body: EntryBody, at = NOON - 1000) => {
  const last = (await source.ledger.read(refOf(contact))).at(-1);
  const entry = await source.ledger.append(refOf(contact), last, { recordedAt: ourTime(at), body });
  if (entry === 'conflict') throw new Error('conflict');
};
/** As convergence does. */
const hold = async (contact: string, body = applied) => {
  const entries = await source.ledger.read(refOf(contact));
  await write(contact, body);
  if (body.unfinished !== true) await source.ledger.settle(refOf(contact), demandsOf(entries, undefined));
};
/** What an earlier version wrote counts as nothing. */
const forget = (contact: string, seq: number) =>
  DynamoDBDocumentClient.from(tables.client).send(
    new UpdateCommand({
      TableName: 'ledger',
      Key: { person: `${registry.portal}#${contact}`, seq },
      UpdateExpression: 'REMOVE tally',
    }),
  );
/** From now on nobody's ledger may be read but that of the oldest. */
const counted = async () => {
  await source.tally.setCounted(registry.portal, ourTime(YESTERDAY));
  source.tally.isSmall = () => Promise.reject(new Error('nobody has to ask'));
  source.ledger.scan = () => Promise.reject(new Error('nobody may read everybody’s ledger'));
};
const tooLarge = () => {
  source.tally.isSmall = () => Promise.resolve(false);
};

describe('what status tells of the ledger', () => {
  test('is what is open, and nothing of what HubSpot holds', async () => {
    await counted();
    await write('1', decision('opted-out', YESTERDAY), YESTERDAY);
    await hold('1');
    await write('2', decision('opted-out', YESTERDAY), YESTERDAY + 5);
    await write('2', decision('returned', NOON));
    await write('3', decision('inherited', NOON), NOON - 5000);
    await write('4', decision('awaiting-form', NOON));
    expect(await countsOf(source)).toEqual({
      counted: true,
      oldestUnapplied: { contact: '2', since: new Date(YESTERDAY + 5).toISOString() },
      unapplied: 2,
      refusedToday: 0,
    });
    for (const contact of ['2', '3']) await hold(contact);
    expect(await countsOf(source)).toMatchObject({ oldestUnapplied: null, unapplied: 0 });
  });

  test('names a decision late while its convergence is unfinished', async () => {
    await counted();
    await write('1', decision('opted-out', NOON));
    await hold('1', { ...applied, unfinished: true });
    expect(await countsOf(source)).toMatchObject({ oldestUnapplied: { contact: '1' }, unapplied: 1 });
  });

  test('counts refusals of today, whether HubSpot holds them or not', async () => {
    await counted();
    await write('1', decision('refused', YESTERDAY), YESTERDAY);
    await write('1', decision('refused', NOON));
    await hold('1');
    await write('2', decision('refused', NOON));
    await write('3', decision('refused', NOON, false));
    expect(await countsOf(source)).toMatchObject({ unapplied: 1, refusedToday: 3 });
  });

  test('is not what a crash left counted: the oldest are looked at', async () => {
    await counted();
    for (let n = 1; n <= 60; n++) {
      await write(String(n), decision('opted-out', YESTERDAY), YESTERDAY + n);
      await write(String(n), applied);
    }
    await write('99', decision('opted-out', NOON));
    expect(await countsOf(source)).toMatchObject({ oldestUnapplied: { contact: '99' }, unapplied: 1 });
  });
});

describe('a ledger that an earlier version wrote', () => {
  test('is not counted yet, which is no zero; --full counts and mends', async () => {
    await write('1', decision('opted-out', YESTERDAY), YESTERDAY);
    await write('1', decision('refused', NOON));
    await write('2', decision('opted-out', NOON));
    for (const seq of [1, 2]) await forget('1', seq);
    // A crash has left this one counted.
    await write('2', applied);
    tooLarge();
    const unknown = { counted: false, oldestUnapplied: null, unapplied: null, refusedToday: null };
    expect(await countsOf(source)).toEqual(unknown);
    const found = {
      counted: true,
      oldestUnapplied: { contact: '1', since: new Date(YESTERDAY).toISOString() },
      unapplied: 1,
      refusedToday: 1,
    };
    expect(await countAnew(source)).toEqual(found);
    await counted();
    expect(await countsOf(source)).toEqual(found);
    const marks = await source.tally.marks(registry.portal, ['late', 'late-refused', 'refused']);
    expect(marks.map(({ contact, seq, tally }) => [contact, seq, tally])).toEqual([
      ['1', 1, 'late'],
      ['1', 2, 'late-refused'],
    ]);
  });

  test('is counted on the spot where one call reads all of it', async () => {
    await write('1', decision('opted-out', NOON));
    await forget('1', 1);
    expect(await countsOf(source)).toMatchObject({ counted: true, unapplied: 1 });
    expect(await source.tally.countedSince(registry.portal)).toBe(NOON);
  });

  test('whose table has no such index is never told as counted', async () => {
    const { GlobalSecondaryIndexes, AttributeDefinitions, ...rest } = table.properties as {
      GlobalSecondaryIndexes: { IndexName: string }[];
      AttributeDefinitions: { AttributeName: string }[];
    };
    await createTable(tables, 'old', {
      ...rest,
      AttributeDefinitions: AttributeDefinitions.filter(({ AttributeName }) => AttributeName !== 'tally'),
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.filter(({ IndexName }) => IndexName !== 'by-tally'),
    });
    source = sourceOf('old');
    await write('1', decision('opted-out', NOON));
    // A copy of a table brings the note along.
    await source.tally.setCounted(registry.portal, ourTime(YESTERDAY));
    tooLarge();
    expect(await countsOf(source)).toMatchObject({ counted: false, unapplied: null });
    expect(await countAnew(source)).toMatchObject({ counted: true, unapplied: 1 });
  });

  test('is told in full to who may only read, and stays uncounted', async () => {
    await write('1', decision('opted-out', NOON));
    await forget('1', 1);
    source.tally.mark = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    expect(await countAnew(source)).toMatchObject({ unapplied: 1 });
    expect(await source.tally.countedSince(registry.portal)).toBeUndefined();
  });
});

test('what is kept beside the entries for the indexes is no part of the chain, nor is the note', async () => {
  const until = hubspotTime(NOON + 1000);
  await write('1', {
    ...(decision('awaiting-confirmation', NOON) as DecisionEntry),
    changes: [{ type: 'awaiting', company: 'museum', awaiting: { at: hubspotTime(NOON), form: 'f', until } }],
  });
  await write('1', decision('opted-out', NOON));
  await source.tally.setCounted(registry.portal, ourTime(NOON));
  expect(await verify(source, undefined, () => undefined)).toMatchObject({ contacts: 1, entries: 2, broken: [] });
});
