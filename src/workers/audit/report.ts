import { iso, type OurTime } from '../../clocks.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import { FINDINGS } from '../../rules/drift.ts';
import { COVERAGE } from './coverage.ts';

export type AuditReport = {
  startedAt: string;
  finishedAt: string;
  mode: 'repair' | 'report';
  contacts: number;
  /** How often each kind of finding occurred, zeros included. */
  findings: Record<string, number>;
  /** The first findings one by one, by contact id; never an address. */
  examples: AuditRequest['examples'];
  /** Controls that the repair closes (in mode `report`: would close), by `company/brand`. */
  closings: Record<string, number>;
  /** What the portal has and the registry does not know, the first 300 one by one. */
  coverage: { kind: string; what: string }[];
  /** Parts of the portal that HubSpot did not show, and why: nothing was examined there. */
  unseen: { part: string; why: string }[];
};

export function reportOf(
  run: AuditRequest & { startedAt: number },
  mode: 'repair' | 'report',
  now: OurTime,
): AuditReport {
  return {
    startedAt: new Date(run.startedAt).toISOString(),
    finishedAt: iso(now),
    mode,
    contacts: run.contacts,
    findings: Object.fromEntries([
      ...FINDINGS.map((kind) => [kind, run.counts[kind] ?? 0]),
      ...COVERAGE.map((kind) => [kind, run.counts[kind] ?? 0]),
    ]),
    closings: run.closings,
    coverage: run.coverage,
    unseen: run.unseen,
    examples: run.examples,
  };
}

/** The report for people. */
export function readableReport(report: AuditReport): string {
  const { startedAt, finishedAt, mode, contacts, findings, examples, closings, coverage, unseen } = report;
  const repaired = mode === 'repair' ? 'queued for repair' : 'report only, nothing repaired';
  const width = Math.max(...Object.keys(findings).map((kind) => kind.length));
  return [
    `Widerruf audit, ${startedAt} to ${finishedAt}: ${contacts} contacts; ${repaired}`,
    '',
    ...Object.entries(findings).map(([kind, count]) => `${kind.padEnd(width)}  ${String(count).padStart(7)}`),
    ...(Object.keys(closings).length > 0
      ? ['', `controls that ${mode === 'repair' ? 'are' : 'would be'} closed:`]
      : []),
    ...Object.entries(closings).map(([place, count]) => `${String(count).padStart(7)}  ${place}`),
    ...(coverage.length > 0 ? ['', 'not in the registry, used against its purpose, or not writable:'] : []),
    ...coverage.map(({ kind, what }) => `${kind.padEnd(width)}  ${what}`),
    ...(unseen.length > 0 ? ['', 'not seen, and so not examined:'] : []),
    ...unseen.map(({ part, why }) => `${part.padEnd(width)}  ${why}`),
    ...(examples.length > 0 ? ['', `the first ${examples.length}:`] : []),
    ...examples.map(({ kind, contact, control }) => `${kind.padEnd(width)}  contact ${contact}  ${control}`),
    '',
  ].join('\n');
}
