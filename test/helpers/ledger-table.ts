import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { readAssembly } from '../../local/aws/assembly.ts';
import { createTable, startTables, type TableService } from '../../local/aws/tables.ts';

/** An emulated DynamoDB with the ledger's table, `ledger`, as the stack declares it. */
export type LedgerTable = { tables: TableService; properties: Record<string, unknown>; stop: () => Promise<void> };

export async function startLedgerTable(): Promise<LedgerTable> {
  const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  const tables = await startTables(folder);
  const { Resources } = readAssembly(inject('assembly')).template;
  const properties = Object.values(Resources).find(({ Type }) => Type === 'AWS::DynamoDB::Table')?.Properties ?? {};
  await createTable(tables, 'ledger', properties);
  return {
    tables,
    properties,
    async stop() {
      await tables.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
