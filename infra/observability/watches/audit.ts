import { FINDINGS, ONLY_REPORTED } from '../../../src/rules/drift.ts';
import { COVERAGE } from '../../../src/workers/audit/coverage.ts';
import type { OwnMetrics } from '../own-metric.ts';
import { DAY, HOUR, sum, type Watches } from '../watch.ts';
import type { Watched } from '../watched.ts';

/** Is anything wrong that no webhook told, and does anybody look for it? */
export function auditWatches({ workers }: Watched, own: OwnMetrics): Watches {
  const found = (findings: readonly string[]) =>
    sum(
      findings.map((finding) =>
        own.of({
          service: 'audit',
          name: 'AuditFinding',
          statistic: 'Maximum',
          dimensions: { finding },
          period: DAY,
        }),
      ),
      DAY,
    );
  return {
    AuditOverdue: {
      severity: 'look tomorrow',
      metric: own.of({ service: 'audit', name: 'AuditFinished', statistic: 'Sum', period: HOUR }),
      threshold: 1,
      raised: 'below',
      periods: 26,
      silence: 'is told',
    },
    AuditDrift: {
      severity: 'look tomorrow',
      metric: found(FINDINGS.filter((finding) => !ONLY_REPORTED.includes(finding))),
      threshold: 0,
      raised: 'above',
    },
    RegistryGaps: {
      severity: 'look tomorrow',
      metric: found(COVERAGE.filter((finding) => finding !== 'unreadable-submissions')),
      threshold: 0,
      raised: 'above',
    },
    ...(workers.canary !== undefined && {
      CanaryMissed: {
        severity: 'act now',
        metric: own.of({ service: 'canary', name: 'CanaryMissed', statistic: 'Maximum', period: DAY }),
        threshold: 0,
        raised: 'above',
        // The check runs once a day: two periods hold one at any time.
        periods: 2,
        breaching: 1,
        silence: 'is told',
      } as const,
    }),
  };
}
