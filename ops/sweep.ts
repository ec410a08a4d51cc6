import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditRequest, AuditRequestSchema } from '../src/queues/audit-request.ts';
import { audit } from '../src/workers/audit/audit.ts';
import { isUnseen } from '../src/workers/audit/page.ts';
import { type AuditReport, reportOf } from '../src/workers/audit/report.ts';
import type { Connection } from './connect.ts';

export type SweepOptions = {
  mode: 'repair' | 'report';
  /** Names the file that keeps the place over an interruption; undefined: nothing is kept. */
  resume?: string;
  restart?: boolean;
  /** Told after each page. */
  onPage: (run: AuditRequest) => void;
};

/** Runs an audit from here, page by page, and keeps its place, so that Ctrl-C and a second call go on where it stopped. */
export async function sweep(
  connection: Connection,
  { mode, resume, restart, onPage }: SweepOptions,
): Promise<AuditReport> {
  const file =
    resume === undefined ? undefined : join(connection.dataDir, `${resume}-${connection.registry.portal}.json`);
  if (file !== undefined) mkdirSync(connection.dataDir, { recursive: true });
  const kept = file !== undefined && !restart && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { v: 1 };
  const deps = { ...connection, mode, addressKey: await connection.addressKey() };
  let run: AuditRequest = AuditRequestSchema.parse(kept);
  for (;;) {
    let pages = 0;
    const step = await audit(run, deps, () => pages++ === 0);
    run = step.run;
    onPage(run);
    if (step.done) {
      if (file !== undefined) forgetPlace(file, run);
      return reportOf(step.run, mode, connection.now());
    }
    if (file !== undefined) keepPlace(file, run);
  }
}

function keepPlace(file: string, run: AuditRequest): void {
  writeFileSync(`${file}.new`, JSON.stringify(run));
  renameSync(`${file}.new`, file);
}

/** A sweep that HubSpot stopped showing contacts goes on from its place at the next call, and tries everything again. */
function forgetPlace(file: string, run: AuditRequest): void {
  if (isUnseen(run, 'contacts')) keepPlace(file, { ...run, unseen: [] });
  else rmSync(file, { force: true });
}
