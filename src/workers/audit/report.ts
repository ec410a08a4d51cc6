import { iso, type OurTime } from '../../clocks.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import { FINDINGS } from '../../rules/drift.ts';
import { COVERAGE } from './coverage.ts';
import { type ReportTexts, reportEnglish } from './report-texts.ts';

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

/** The report for people, in English unless told otherwise. */
export function readableReport(report: AuditReport, t: ReportTexts = reportEnglish): string {
  const { startedAt, finishedAt, mode, contacts, findings, examples, closings, coverage, unseen } = report;
  const repaired = mode === 'repair' ? t.queued : t.reportOnly;
  const width = Math.max(...Object.keys(findings).map((kind) => t.kind(kind).length));
  const line = (kind: string, text: string) => `${kind.padEnd(width)}  ${text}`;
  const part = (heading: string, lines: readonly string[]) => (lines.length > 0 ? ['', heading, ...lines] : []);
  return [
    `${t.head(startedAt, finishedAt, contacts)}; ${repaired}`,
    '',
    ...Object.entries(findings).map(([kind, count]) => line(t.kind(kind), String(count).padStart(7))),
    ...part(
      mode === 'repair' ? t.areClosed : t.wouldBeClosed,
      Object.entries(closings).map(([place, count]) => `${String(count).padStart(7)}  ${place}`),
    ),
    ...part(
      t.coverage,
      coverage.map(({ kind, what }) => line(t.kind(kind), t.why(what))),
    ),
    ...part(
      t.unseen,
      unseen.map((one) => line(t.part(one.part), t.why(one.why))),
    ),
    ...part(
      t.first(examples.length),
      examples.map(({ kind, contact, control }) => line(t.kind(kind), `${t.contact} ${contact}  ${control}`)),
    ),
    '',
  ].join('\n');
}
