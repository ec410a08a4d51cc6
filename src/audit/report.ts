import { FINDINGS } from './findings.ts';
import type { AuditRequest } from './request.ts';

export type AuditReport = {
  startedAt: string;
  finishedAt: string;
  mode: 'repair' | 'report';
  contacts: number;
  /** How often each kind of finding occurred, zeros included. */
  findings: Record<string, number>;
  /** The first findings one by one, by contact id; never an address. */
  examples: AuditRequest['examples'];
};

export function reportOf(
  run: AuditRequest & { startedAt: number },
  mode: 'repair' | 'report',
  now: number,
): AuditReport {
  return {
    startedAt: new Date(run.startedAt).toISOString(),
    finishedAt: new Date(now).toISOString(),
    mode,
    contacts: run.contacts,
    findings: Object.fromEntries(FINDINGS.map((kind) => [kind, run.counts[kind] ?? 0])),
    examples: run.examples,
  };
}

/** The report for people. */
export function readableReport({ startedAt, finishedAt, mode, contacts, findings, examples }: AuditReport): string {
  const repaired = mode === 'repair' ? 'queued for repair' : 'report only, nothing repaired';
  const width = Math.max(...Object.keys(findings).map((kind) => kind.length));
  return [
    `Widerruf audit, ${startedAt} to ${finishedAt}: ${contacts} contacts; ${repaired}`,
    '',
    ...Object.entries(findings).map(([kind, count]) => `${kind.padEnd(width)}  ${String(count).padStart(7)}`),
    ...(examples.length > 0 ? ['', `the first ${examples.length}:`] : []),
    ...examples.map(({ kind, contact, control }) => `${kind.padEnd(width)}  contact ${contact}  ${control}`),
    '',
  ].join('\n');
}
