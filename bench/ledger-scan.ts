import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTable, startTables } from '../local/aws/tables.ts';
import { ledgerStatus } from '../ops/status.ts';
import { verify } from '../ops/verify.ts';
import { hubspotTime, ourTime, systemClock } from '../src/clocks.ts';
import { dynamodbLedger, ledgerTable } from '../src/ledger/dynamodb-ledger.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry } from '../src/registry/registry.ts';
import type { EntryBody, LedgerEntry } from '../src/rules/entry.ts';
import { interleaved, type Turns } from './interleaved.ts';
import type { Row } from './rows.ts';

const TABLE = 'ledger';
const CONTACTS = 500;
const ENTRIES_EACH = 10;
const registry = arrangeRegistry(loadRegistry('registry/noeku.example.yaml'));

/** `verify` and `status` over a whole table, held against the scan alone. */
export async function ledgerScanRows(turns: Turns): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'widerruf-bench-'));
  const tables = await startTables(folder);
  try {
    await createTable(tables, TABLE, SHAPE);
    const ledger = dynamodbLedger(tables.client, TABLE);
    await fill(ledger);
    const source = { ledger, registry, now: systemClock };
    const { entries, broken } = await verify(source, undefined, () => undefined);
    if (entries !== CONTACTS * ENTRIES_EACH || broken.length > 0) throw new Error(`verify: ${entries} entries`);
    const measured = await interleaved(
      {
        floor: () => ledger.scan(() => undefined),
        verify: () => verify(source, undefined, () => undefined),
        status: () => ledgerStatus(source, () => undefined),
      },
      turns,
    );
    const row = (what: string, { ms, ratio }: { ms: number; ratio: number }): Row => ({
      what: `${what}, ${CONTACTS} contacts with ${ENTRIES_EACH} entries each (dynalite): ${Math.round(entries / (ms / 1000)).toLocaleString('en')} entries a second`,
      floor: 'the same scan, without a look at the entries',
      ms,
      floorMs: measured.floor.ms,
      ratio,
    });
    return [
      { ...row('verify', measured.verify), goalMs: entries / 5 },
      { ...row('what status reads of the ledger', measured.status), goalMs: 2000 },
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
  ],
  KeySchema: [
    { AttributeName: ledgerTable.partitionKey, KeyType: 'HASH' },
    { AttributeName: ledgerTable.sortKey, KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

async function fill(ledger: ReturnType<typeof dynamodbLedger>): Promise<void> {
  const source = { channel: 'webhook', change: 'EMAIL' } as const;
  for (let n = 1; n <= CONTACTS; n++) {
    let last: LedgerEntry | undefined;
    for (let i = 0; i < ENTRIES_EACH; i++) {
      const at = hubspotTime(Date.UTC(2026, 0, 1) + i * 1000);
      const body = {
        kind: 'decision',
        occurredAt: at,
        rule: 'R1',
        outcome: 'opted-out',
        reason: 'company opt-out; every brand of kunstmeile-krems is closed',
        source,
        converge: false,
        changes: [{ type: 'company-opt-out', companies: ['kunstmeile-krems'], at, source }],
      } as unknown as EntryBody;
      const contact = { portal: registry.portal, contact: String(n) };
      last = (await ledger.append(contact, last, { recordedAt: ourTime(Date.now()), body })) as LedgerEntry;
    }
  }
}
