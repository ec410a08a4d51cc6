import { outputTexts } from '../../ops/texts/words.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { FINDINGS, type FindingKind, ONLY_REPORTED } from '../../src/rules/drift.ts';
import type { AuditReport } from '../../src/workers/audit/report.ts';

type Language = keyof typeof outputTexts;

/** What the newest audit found, in the reader's language. Times in ISO 8601. */
export type AuditShown = {
  startedAt: string;
  finishedAt: string;
  contacts: number;
  /** What was found, the kinds that occurred only. */
  findings: { name: string; count: number }[];
  found: number;
  /** How many of them Widerruf repairs; the others are for people. */
  repairs: number;
};

/** A report as the page shows it. */
export function auditShown(report: AuditReport, { policy }: Registry, language: Language): AuditShown {
  const { startedAt, finishedAt, mode, contacts, findings } = report;
  const occurred = Object.entries(findings).filter(([, count]) => count > 0);
  const repaired = mode === 'report' ? [] : occurred.filter(([kind]) => isRepaired(kind, policy));
  const { kind: nameOf } = outputTexts[language].report;
  return {
    startedAt,
    finishedAt,
    contacts,
    findings: occurred.map(([kind, count]) => ({ name: nameOf(kind), count })),
    found: sum(occurred),
    repairs: sum(repaired),
  };
}

function isRepaired(kind: string, policy: Registry['policy']): boolean {
  if (kind === 'return-unheard') return policy.recoverReturns;
  return FINDINGS.includes(kind as FindingKind) && !ONLY_REPORTED.includes(kind);
}

const sum = (counts: readonly (readonly [string, number])[]) => counts.reduce((all, [, count]) => all + count, 0);
