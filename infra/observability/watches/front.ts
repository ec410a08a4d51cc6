import type { OwnMetrics } from '../own-metric.ts';
import { DAY, FIVE_MINUTES, sum, type Watches } from '../watch.ts';
import type { Watched } from '../watched.ts';

/** HubSpot tries again what was answered 5xx, so real trouble shows more than once within the hour. */
const THRICE_AN_HOUR = { periods: 12, breaching: 3 };

/** Does what HubSpot sends come in? */
export function frontWatches({ ingress }: Watched, own: OwnMetrics): Watches {
  const refused = (reason: string) =>
    own.of({ service: 'receive', name: 'RequestRefused', statistic: 'Sum', dimensions: { reason } });
  const dropped = (reason: string) =>
    own.of({ service: 'receive', name: 'EventDropped', statistic: 'Sum', dimensions: { reason } });
  return {
    ApiServerErrors: {
      severity: 'act now',
      metric: ingress.api.metricServerError({ statistic: 'Sum', period: FIVE_MINUTES }),
      threshold: 0,
      raised: 'above',
      ...THRICE_AN_HOUR,
    },
    RequestsDeferred: {
      severity: 'act now',
      metric: refused('deferred'),
      threshold: 0,
      raised: 'above',
      ...THRICE_AN_HOUR,
    },
    RefusedSignatures: {
      severity: 'act now',
      metric: sum(['signature mismatch', 'signature missing', 'signature stale'].map(refused)),
      threshold: 10,
      raised: 'above',
      periods: 2,
    },
    UnreadableEvents: {
      severity: 'act now',
      metric: dropped('unreadable'),
      threshold: 0,
      raised: 'above',
    },
    OtherPortal: {
      severity: 'act now',
      metric: dropped('other-portal'),
      threshold: 0,
      raised: 'above',
    },
    NoEvents: {
      severity: 'look tomorrow',
      metric: own.of({ service: 'receive', name: 'EventAccepted', statistic: 'Sum', period: DAY }),
      threshold: 1,
      raised: 'below',
      // A weekend without mailings is quiet; three days are not.
      periods: 3,
      silence: 'is told',
    },
  };
}
