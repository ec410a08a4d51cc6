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
      meaning: 'HubSpot’s requests are answered with 5xx.',
    },
    RequestsDeferred: {
      severity: 'act now',
      metric: refused('deferred'),
      threshold: 0,
      raised: 'above',
      ...THRICE_AN_HOUR,
      meaning: 'Requests are answered 503, because queue or secret cannot be reached; HubSpot tries again for a day.',
    },
    RefusedSignatures: {
      severity: 'act now',
      metric: sum(['signature mismatch', 'signature missing', 'signature stale'].map(refused)),
      threshold: 10,
      raised: 'above',
      periods: 2,
      meaning: 'Requests with wrong signatures: a rotated secret, a wrong public URL, or somebody tries doors.',
    },
    UnreadableEvents: {
      severity: 'act now',
      metric: dropped('unreadable'),
      threshold: 0,
      raised: 'above',
      meaning: 'HubSpot or a workflow sent something that could not be read; an opt-out or a return may be among it.',
    },
    OtherPortal: {
      severity: 'act now',
      metric: dropped('other-portal'),
      threshold: 0,
      raised: 'above',
      meaning: 'Events of another portal are dropped: the registry that was deployed is not that of this HubSpot app.',
    },
    NoEvents: {
      severity: 'look tomorrow',
      metric: own.of({ service: 'receive', name: 'EventAccepted', statistic: 'Sum', period: DAY }),
      threshold: 1,
      raised: 'below',
      // A weekend without mailings is quiet; three days are not.
      periods: 3,
      silence: 'is told',
      meaning: 'HubSpot sent nothing for three days: the webhooks are off, or point elsewhere.',
    },
  };
}
