import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTable, startTables, type TableService } from '../local/aws/tables.ts';
import { countsOf } from '../ops/count.ts';
import type { CountSource } from '../ops/mark-anew.ts';
import { verify } from '../ops/verify.ts';
import { hubspotTime, ourTime, systemClock } from '../src/clocks.ts';
import { ledgerTable } from '../src/ledger/dynamodb-item.ts';
import { dynamodbLedger } from '../src/ledger/dynamodb-ledger.ts';
import { dynamodbTally } from '../src/ledger/dynamodb-tally.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry } from '../src/registry/registry.ts';
import type { EntryBody, LedgerEntry } from '../src/rules/entry.ts';
import { interleaved, type Turns } from './interleaved.ts';
import type { Row } from './rows.ts';
import { inParallel } from './soak-post.ts';

const CONTACTS = 500;
const ENTRIES_EACH = 10;
/** Contacts whose opt-outs HubSpot does not hold yet. */
const OPEN = 40;
const registry = arrangeRegistry(loadRegistry('registry/noeku.example.yaml'));

/** `verify` and `status` over a whole table, held against the scan alone. */
export async function ledgerScanRows(turns: Turns): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'widerruf-bench-'));
  const tables = await startTables(folder);
  try {
    const source = await filled(tables, 'ledger', CONTACTS, ENTRIES_EACH);
    const larger = await filled(tables, 'larger', 10 * CONTACTS, 1);
    const { ledger } = source;
    const { entries, broken } = await verify(source, undefined, () => undefined);
    if (entries !== CONTACTS * ENTRIES_EACH || broken.length > 0) throw new Error(`verify: ${entries} entries`);
    const measured = await interleaved(
      {
        floor: () => ledger.scan(() => undefined),
        verify: () => verify(source, undefined, () => undefined),
      },
      turns,
    );
    const counting = await interleaved({ floor: () => countsOf(source), larger: () => countsOf(larger) }, turns);
    const row = (what: string, { ms, ratio }: { ms: number; ratio: number }): Row => ({
      what: `${what}, ${CONTACTS} contacts with ${ENTRIES_EACH} entries each (dynalite): ${Math.round(entries / (ms / 1000)).toLocaleString('en')} entries a second`,
      floor: 'the same scan, without a look at the entries',
      ms,
      floorMs: measured.floor.ms,
      ratio,
    });
    return [
      { ...row('verify', measured.verify), goalMs: entries / 5 },
      {
        what: `what status reads of a ledger with ${10 * CONTACTS} contacts, ${OPEN} of them open (dynalite)`,
        floor: `the same with ${CONTACTS} contacts, ${OPEN} of them open`,
        ms: counting.larger.ms,
        floorMs: counting.floor.ms,
        ratio: counting.larger.ratio,
        goalMs: 2000,
      },
    ];
  } finally {
    await tables.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const SHAPE = {
  AttributeDefinitions: [
    { AttributeName: ledgerTable.partitionKey, AttributeType: 'S' },
    { AttributeName: ledgerTable.sortKey, AttributeType: 'N' },
    { AttributeName: ledgerTable.tallyIndex.partitionKey, AttributeType: 'S' },
    { AttributeName: ledgerTable.tallyIndex.sortKey, AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: ledgerTable.partitionKey, KeyType: 'HASH' },
    { AttributeName: ledgerTable.sortKey, KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: ledgerTable.tallyIndex.name,
      KeySchema: [
        { AttributeName: ledgerTable.tallyIndex.partitionKey, KeyType: 'HASH' },
        { AttributeName: ledgerTable.tallyIndex.sortKey, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

/** A table whose every entry that has to be counted is. */
async function filled(
  tables: TableService,
  table: string,
  contacts: number,
  entriesEach: number,
): Promise<CountSource> {
  await createTable(tables, table, SHAPE);
  const ledger = dynamodbLedger(tables.client, table);
  const tally = dynamodbTally(tables.client, table);
  await inParallel(
    8,
    Array.from({ length: contacts }, (_, n) => n),
    (n) => fill(ledger, n + 1, entriesEach),
  );
  await tally.setCounted(registry.portal, systemClock());
  return { ledger, tally, registry, now: systemClock };
}

async function fill(ledger: Ledger, n: number, entriesEach: number): Promise<void> {
  const source = { channel: 'webhook', change: 'EMAIL' } as const;
  let last: LedgerEntry | undefined;
  for (let i = 0; i < entriesEach; i++) {
    const at = hubspotTime(Date.UTC(2026, 0, 1) + i * 1000);
    const body = {
      kind: 'decision',
      occurredAt: at,
      rule: 'R1',
      outcome: 'opted-out',
      reason: 'company opt-out; every brand of kunstmeile-krems is closed',
      source,
      converge: n <= OPEN,
      changes: [{ type: 'company-opt-out', companies: ['kunstmeile-krems'], at, source }],
    } as unknown as EntryBody;
    const contact = { portal: registry.portal, contact: String(n) };
    last = (await ledger.append(contact, last, { recordedAt: ourTime(Date.now()), body })) as LedgerEntry;
  }
}
