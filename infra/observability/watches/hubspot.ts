import type { OwnMetrics, Service } from '../own-metric.ts';
import { DAY, greatest, sum, type Watches } from '../watch.ts';
import type { Watched } from '../watched.ts';

const WORKERS: readonly Service[] = ['decide', 'converge', 'audit'];

/** Does HubSpot take our calls? */
export function hubspotWatches({ workers }: Watched, own: OwnMetrics): Watches {
  const answers = (...statuses: string[]) =>
    sum(
      WORKERS.flatMap((service) =>
        statuses.map((status) => own.of({ service, name: 'HubSpotAnswer', statistic: 'Sum', dimensions: { status } })),
      ),
    );
  const callers: readonly Service[] = workers.canary === undefined ? WORKERS : [...WORKERS, 'canary'];
  return {
    HubSpotRefusesUs: {
      severity: 'act now',
      metric: answers('401', '403'),
      threshold: 5,
      raised: 'above',
      periods: 2,
    },
    HubSpotAnswersNobody: {
      severity: 'act now',
      // 1 for a refusal, 0 for any other answer: the smallest is 1 only where every answer was a refusal.
      metric: greatest(callers.map((service) => own.of({ service, name: 'HubSpotRefusal', statistic: 'Minimum' }))),
      threshold: 1,
      raised: 'from',
    },
    SubmissionsUnreadable: {
      severity: 'look tomorrow',
      metric: sum(
        [
          own.of({ service: 'decide', name: 'SubmissionsUnreadable', statistic: 'Sum', period: DAY }),
          own.of({
            service: 'audit',
            name: 'AuditFinding',
            statistic: 'Maximum',
            dimensions: { finding: 'unreadable-submissions' },
            period: DAY,
          }),
        ],
        DAY,
      ),
      threshold: 0,
      raised: 'above',
    },
    HubSpotThrottles: {
      severity: 'look tomorrow',
      metric: answers('429'),
      threshold: 50,
      raised: 'above',
      periods: 3,
    },
  };
}
