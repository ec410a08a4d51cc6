import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TableService } from '../../local/aws/tables.ts';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { Draft } from '../../src/ledger/chain.ts';
import { findBreak } from '../../src/ledger/chain.ts';
import { dynamodbLedger } from '../../src/ledger/dynamodb-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { ContactRef, LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { decided, no } from '../helpers/ledger.ts';
import { type LedgerTable, startLedgerTable } from '../helpers/ledger-table.ts';
import { GALLERY, testRegistry } from '../helpers/registry.ts';
import { webhook } from '../helpers/state.ts';

const registry = testRegistry();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let tables: TableService;
let documents: DynamoDBDocumentClient;
let table: LedgerTable;
beforeAll(async () => {
  table = await startLedgerTable();
  tables = table.tables;
  documents = DynamoDBDocumentClient.from(tables.client);
});
afterAll(async () => {
  await table.stop();
});

const optOut: Draft = { recordedAt: ourTime(0), body: { ...decided([no(0, 'museum')]), source: webhook } };
const personal = { salt: 'salt', address: 'anna@example.at' };

/** A workflow opens the gallery's type at a moment (ms): refused, planned and closed again. */
function reopened(at: number): Draft[] {
  const moment = { recordedAt: ourTime(at) };
  const about = { ...moment, addressHash: 'hash of anna', personal };
  const [before, after] = [{ [GALLERY]: 'SUBSCRIBED' }, { [GALLERY]: 'UNSUBSCRIBED' }];
  const write = { direction: 'closed' as const, at: hubspotTime(at), from: ourTime(at), until: ourTime(at) };
  return [
    {
      ...moment,
      body: {
        kind: 'decision',
        rule: 'R5',
        outcome: 'refused',
        reason: '',
        source: webhook,
        signal: { id: `signal ${at}`, kind: 'control', control: GALLERY, to: 'open' },
        occurredAt: hubspotTime(at),
        changes: [],
        converge: true,
      },
    },
    { ...about, body: { kind: 'planned', before, intended: after } },
    { ...about, body: { kind: 'applied', before, after, written: { [GALLERY]: write }, lifted: {} } },
  ];
}

async function appendAll(ledger: Ledger, contact: ContactRef, drafts: readonly Draft[]): Promise<void> {
  let last = (await ledger.readAll(contact)).at(-1);
  for (const draft of drafts) last = (await ledger.append(contact, last, draft)) as LedgerEntry;
}

const TIMES = 40;
const hourly = (from: number, times: number) =>
  Array.from({ length: times }, (_, n) => reopened((from + n) * HOUR)).flat();
let contacts = 0;

/** Somebody whose gallery was opened again 40 times, once an hour, a week ago; pages are so small that this is a long ledger. */
async function longLedger() {
  const contact = { portal: 1, contact: String(++contacts) };
  const clock = { now: TIMES * HOUR + 7 * DAY };
  const troubles: unknown[] = [];
  const snapshots = {
    registry,
    now: () => ourTime(clock.now),
    onTrouble: (_: ContactRef, error: unknown) => troubles.push(error),
    behind: 20,
  };
  const open = () => dynamodbLedger(tables.client, 'ledger', { page: 10, snapshots });
  const ledger = open();
  await appendAll(ledger, contact, [optOut, ...hourly(1, TIMES)]);
  const key = { person: `snapshot#1#${contact.contact}`, seq: 0 };
  const stored = async () => (await documents.send(new GetCommand({ TableName: 'ledger', Key: key }))).Item;
  const put = (item: object) => documents.send(new PutCommand({ TableName: 'ledger', Item: { ...item, ...key } }));
  return { contact, ledger, open, clock, troubles, stored, put };
}

/** Entries are given as they are stored, and amount to what all of them amount to. */
function expectSound(read: readonly LedgerEntry[], all: readonly LedgerEntry[]): void {
  const bySeq = new Map(all.map((entry) => [entry.seq, entry]));
  for (const entry of read) expect(entry).toEqual(bySeq.get(entry.seq));
  expect(read.at(-1)).toEqual(all.at(-1));
  const { seen: _, ...short } = replay(read, registry);
  const { seen: __, ...whole } = replay(all, registry);
  expect(short).toEqual(whole);
}

describe('a snapshot of a contact', () => {
  test('is written by whoever had to read much, and lets the next read be short', async () => {
    const { contact, ledger, stored } = await longLedger();
    const all = await ledger.readAll(contact);
    expect(await ledger.read(contact)).toEqual(all);
    expect(await stored()).toMatchObject({ condensing: 1, until: all.length, hash: all.at(-1)?.hash });
    const short = await ledger.read(contact);
    expect(short.length).toBeLessThan(40);
    expectSound(short, all);
  });

  test('is followed by every entry that came since', async () => {
    const { contact, ledger } = await longLedger();
    await ledger.read(contact);
    await appendAll(ledger, contact, hourly(TIMES + 1, 7));
    const read = await ledger.read(contact);
    const all = await ledger.readAll(contact);
    expectSound(read, all);
    expect(read.slice(-21)).toEqual(all.slice(-21));
  });

  test('is made anew from what the one before kept', async () => {
    const { contact, ledger, open, stored } = await longLedger();
    await ledger.read(contact);
    const before = (await ledger.read(contact)).length;
    await appendAll(ledger, contact, hourly(TIMES + 1, 20));
    await open().read(contact);
    const all = await ledger.readAll(contact);
    expect(await stored()).toMatchObject({ until: all.length });
    const read = await ledger.read(contact);
    expect(read.length).toBe(before);
    expectSound(read, all);
  });

  test('leaves alone what is younger than a day', async () => {
    const { contact, ledger, clock, stored } = await longLedger();
    clock.now = (TIMES + 5) * HOUR;
    await ledger.read(contact);
    const all = await ledger.readAll(contact);
    const { until } = (await stored()) as { until: number };
    expect(all.filter(({ seq }) => seq > until).map(({ recordedAt }) => recordedAt)).toEqual(
      all.map(({ recordedAt }) => recordedAt).filter((at) => at > ourTime(clock.now - DAY)),
    );
    expectSound(await ledger.read(contact), all);
  });

  test('is not written by a reader who was given no way to', async () => {
    const { contact, stored } = await longLedger();
    await dynamodbLedger(tables.client, 'ledger', { page: 10 }).read(contact);
    expect(await stored()).toBeUndefined();
  });

  test('is read by a reader who writes none', async () => {
    const { contact, ledger } = await longLedger();
    await ledger.read(contact);
    const all = await ledger.readAll(contact);
    const read = await dynamodbLedger(tables.client, 'ledger', { page: 10 }).read(contact);
    expect(read.length).toBeLessThan(40);
    expectSound(read, all);
  });

  test('may keep more entries than DynamoDB gives in one call', async () => {
    const { contact, ledger, open, stored } = await longLedger();
    await appendAll(ledger, contact, hourly(TIMES, TIMES));
    const [, ...closing] = reopened(2 * TIMES * HOUR);
    await appendAll(ledger, contact, Array.from({ length: 60 }, () => closing).flat());
    const all = await ledger.readAll(contact);
    await open().read(contact);
    const { kept } = (await stored()) as { kept: number[] };
    // Every closing since the newest refusal, which are counted.
    expect(kept.length).toBeGreaterThan(120);
    const read = await ledger.read(contact);
    expect(read.length).toBe(kept.length);
    expectSound(read, all);
  });

  test('is not asked for where a page ends with the oldest entry', async () => {
    const contact = { portal: 1, contact: String(++contacts) };
    const ledger = dynamodbLedger(tables.client, 'ledger', { page: 4 });
    await appendAll(ledger, contact, [optOut, ...reopened(HOUR)]);
    expect(await ledger.read(contact)).toEqual(await ledger.readAll(contact));
  });

  test('is not asked for where one page holds everything', async () => {
    const { contact, ledger, put } = await longLedger();
    await put({ condensing: 1, until: 1, hash: (await ledger.readAll(contact))[0]?.hash, kept: [1] });
    expect(await dynamodbLedger(tables.client, 'ledger').read(contact)).toEqual(await ledger.readAll(contact));
  });
});

describe('a snapshot that does not fit is not believed, and is replaced', () => {
  test.each<[why: string, change: (item: Record<string, unknown>) => object]>([
    ['another version made it', (item) => ({ ...item, condensing: 999 })],
    ['it cannot be read', (item) => ({ ...item, kept: 'all' })],
    ['it is of another chain', (item) => ({ ...item, hash: 'another' })],
    ['it is of no entry', (item) => ({ ...item, until: 5000, kept: [5000] })],
    ['it has no hash', ({ hash: _, ...item }) => item],
    ['it keeps what is no entry', (item) => ({ ...item, kept: [...(item['kept'] as number[]), 0.5] })],
  ])('where %s', async (_, change) => {
    const { contact, ledger, open, stored, put } = await longLedger();
    await ledger.read(contact);
    const sound = (await stored()) as Record<string, unknown>;
    await put(change(sound));
    const all = await ledger.readAll(contact);
    expect(await ledger.read(contact)).toEqual(all);
    await open().read(contact);
    expect(await stored()).toEqual(sound);
  });

  test('where an entry that it keeps is gone', async () => {
    const { contact, ledger } = await longLedger();
    await ledger.read(contact);
    await documents.send(new DeleteCommand({ TableName: 'ledger', Key: { person: `1#${contact.contact}`, seq: 2 } }));
    const left = await ledger.readAll(contact);
    expect(left.length).toBe(3 * TIMES);
    expect(await ledger.read(contact)).toEqual(left);
  });
});

describe('beside a snapshot', () => {
  test('an entry that is appended while somebody reads leaves no gap', async () => {
    const { contact, ledger, open } = await longLedger();
    await ledger.read(contact);
    const [reads] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, () => open().read(contact))),
      appendAll(ledger, contact, hourly(TIMES + 1, 8)),
    ]);
    const all = await ledger.readAll(contact);
    for (const read of reads) expectSound(read, all.slice(0, read.at(-1)?.seq));
  });

  test('of two writers the slower one replaces nothing', async () => {
    const { contact, ledger, open, troubles, stored } = await longLedger();
    await Promise.all([ledger.read(contact), open().read(contact), open().read(contact)]);
    expect(await stored()).toMatchObject({ until: 121 });
    expect(troubles).toEqual([]);
  });

  test('nobody is refused an answer where a snapshot cannot be written, and nobody tries again at every event', async () => {
    const { contact, troubles, clock } = await longLedger();
    let asked = 0;
    const snapshots = {
      registry,
      now: () => {
        if (++asked % 2 === 0) throw new Error('out of order');
        return ourTime(clock.now);
      },
      onTrouble: (_: ContactRef, error: unknown) => troubles.push(error),
      behind: 20,
    };
    const ledger = dynamodbLedger(tables.client, 'ledger', { page: 10, snapshots });
    const all = await ledger.readAll(contact);
    expect(await ledger.read(contact)).toEqual(all);
    expect(await ledger.read(contact)).toEqual(all);
    expect(troubles).toHaveLength(1);
  });

  test('erasing leaves no address anywhere, and the short ledger knows none any more', async () => {
    const { contact, ledger, stored } = await longLedger();
    await ledger.read(contact);
    expect((await ledger.read(contact)).some(({ personal: known }) => known?.address === personal.address)).toBe(true);
    expect(JSON.stringify(await stored())).not.toContain('example.at');
    await ledger.erase(contact);
    expect((await ledger.read(contact)).some(({ personal: known }) => known !== undefined)).toBe(false);
    const all = await ledger.readAll(contact);
    expect(all.some(({ personal: known }) => known !== undefined)).toBe(false);
    expectSound(await ledger.read(contact), all);
    expect(findBreak(all)).toBeUndefined();
  });

  test('whoever goes through everybody, as an older version does, sees entries only', async () => {
    const { contact, ledger, stored } = await longLedger();
    await ledger.read(contact);
    expect(await stored()).toBeDefined();
    const people: string[] = [];
    for await (const one of ledger.everybody()) people.push(one.contact);
    expect(new Set(people).size).toBe(people.length);
    expect(people.every((one) => /^\d+$/.test(one))).toBe(true);
    const scanned = new Map<string, readonly LedgerEntry[]>();
    await ledger.scan((one, entries) => scanned.set(one.contact, entries));
    expect(new Set(scanned.keys())).toEqual(new Set(people));
    expect(scanned.get(contact.contact)).toEqual(await ledger.readAll(contact));
    const waits: unknown[] = [];
    const span = { from: ourTime(0), until: ourTime(Number.MAX_SAFE_INTEGER) };
    for await (const one of ledger.waitsEndedIn(1, span)) waits.push(one);
    expect(waits).toEqual([]);
  });
});
