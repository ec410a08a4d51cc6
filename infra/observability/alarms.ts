import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { FINDINGS } from '../../src/rules/drift.ts';
import { COVERAGE } from '../../src/workers/audit/coverage.ts';
import { ownMetric, type Service } from './own-metric.ts';
import type { Watched } from './watched.ts';

type Watch = {
  metric: IMetric;
  threshold: number;
  /** One sentence for whoever is woken. */
  meaning: string;
  periods?: number;
  missing?: TreatMissingData;
  below?: true;
};

const DAY = Duration.days(1);

/** What wakes a person; each alarm has a section of its name in docs/runbook.md. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: Watched & { readonly topic: Topic }) {
    super(scope, id);
    for (const [name, watch] of Object.entries(watches(props))) {
      const alarm = new Alarm(this, name, {
        metric: watch.metric,
        threshold: watch.threshold,
        evaluationPeriods: watch.periods ?? 1,
        comparisonOperator: watch.below
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: watch.missing ?? TreatMissingData.NOT_BREACHING,
        alarmName: `widerruf-${props.stage.name}-${kebab(name)}`,
        alarmDescription: `${watch.meaning} ${props.stage.runbook}#${kebab(name)}`,
      });
      const action = new SnsAction(props.topic);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}

function watches({ queues, ingress, workers }: Watched): Record<string, Watch> {
  const { signals, signalsDeadLetters, convergenceDeadLetters, auditDeadLetters } = queues;
  const deadLetters = [signalsDeadLetters, convergenceDeadLetters, auditDeadLetters];
  const hubspot = (statuses: string[]) =>
    sum(
      (['decide', 'converge', 'audit'] as Service[]).flatMap((service) =>
        statuses.map((status) => ownMetric(service, 'HubSpotAnswer', 'Sum', { status })),
      ),
    );
  return {
    UnappliedOptOut: {
      metric: ownMetric('converge', 'UnappliedAge', 'Maximum'),
      threshold: 15 * 60_000,
      meaning: 'A decision is not in HubSpot after 15 minutes.',
    },
    SignalsWaiting: {
      metric: signals.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      threshold: 5 * 60,
      meaning: 'A signal waits to be decided for more than 5 minutes.',
    },
    DeadLetters: {
      metric: sum(deadLetters.map((queue) => queue.metricApproximateNumberOfMessagesVisible())),
      threshold: 0,
      meaning: 'A message could not be processed and lies in a dead-letter queue.',
    },
    DeadLettersForgotten: {
      metric: maximum(deadLetters.map((queue) => queue.metricApproximateAgeOfOldestMessage())),
      threshold: 2 * 24 * 3600,
      meaning: 'A dead letter lies there for two days; after 14 it is gone.',
    },
    SlowPropagation: {
      metric: ownMetric('converge', 'PropagationTime', 'p99'),
      threshold: 5 * 60_000,
      periods: 3,
      meaning: 'One in a hundred opt-outs takes more than 5 minutes to reach HubSpot.',
    },
    RefusedSignatures: {
      metric: sum(
        ['signature mismatch', 'signature missing', 'signature stale'].map((reason) =>
          ownMetric('receive', 'RequestRefused', 'Sum', { reason }),
        ),
      ),
      threshold: 10,
      periods: 2,
      meaning: 'Requests with wrong signatures: a rotated secret, a wrong public URL, or somebody tries doors.',
    },
    UnreadableEvents: {
      metric: ownMetric('receive', 'EventDropped', 'Sum', { reason: 'unreadable' }),
      threshold: 0,
      meaning: 'HubSpot or a workflow sent something that could not be read; an opt-out or a return may be among it.',
    },
    HubSpotRefusesUs: {
      metric: hubspot(['401', '403']),
      threshold: 5,
      periods: 2,
      meaning: 'HubSpot answers 401 or 403: token revoked or scope missing.',
    },
    HubSpotThrottles: {
      metric: hubspot(['429']),
      threshold: 50,
      periods: 3,
      meaning: 'HubSpot throttles: something else uses up the portal’s limit.',
    },
    FunctionErrors: {
      metric: sum(
        [ingress.receive, workers.decide, workers.converge, workers.audit].map((one) =>
          one.metricErrors({ period: Duration.minutes(5) }),
        ),
      ),
      threshold: 3,
      periods: 2,
      meaning: 'Functions end in errors, which ordinary trouble does not cause.',
    },
    AuditOverdue: {
      metric: ownMetric('audit', 'AuditFinished', 'Sum', {}, Duration.hours(1)),
      threshold: 1,
      below: true,
      periods: 26,
      missing: TreatMissingData.BREACHING,
      meaning: 'No audit has finished for 26 hours.',
    },
    AuditDrift: {
      metric: sum(
        FINDINGS.filter((finding) => finding !== 'protected-closed').map((finding) =>
          ownMetric('audit', 'AuditFinding', 'Maximum', { finding }, DAY),
        ),
        DAY,
      ),
      threshold: 0,
      meaning: 'The last audit found drift: webhooks were lost, or somebody opened what must be closed.',
    },
    RegistryGaps: {
      metric: sum(
        COVERAGE.map((finding) => ownMetric('audit', 'AuditFinding', 'Maximum', { finding }, DAY)),
        DAY,
      ),
      threshold: 0,
      meaning: 'The portal has a type, property, form or mail that the registry does not know or protect.',
    },
    NoEvents: {
      metric: new MathExpression({
        // Days are counted from Monday = 1; nobody unsubscribes from a mail that was not sent on a Sunday.
        expression: 'IF(DAY(requests) < 6, FILL(requests, 0), 1)',
        usingMetrics: { requests: ingress.api.metricCount({ period: DAY, statistic: 'Sum' }) },
        period: DAY,
      }),
      threshold: 1,
      below: true,
      missing: TreatMissingData.BREACHING,
      meaning: 'HubSpot sent nothing for a whole working day: the webhooks are off, or point elsewhere.',
    },
    ...(workers.canary !== undefined && {
      CanaryMissed: {
        metric: ownMetric('canary', 'CanaryMissed', 'Maximum', {}, DAY),
        threshold: 0,
        missing: TreatMissingData.BREACHING,
        meaning: 'The opt-out of the test contact did not come back within the hour.',
      },
    }),
  };
}

function combine(metrics: readonly Metric[] | readonly IMetric[], period: Duration, join: (ids: string[]) => string) {
  const usingMetrics = Object.fromEntries(metrics.map((metric, i) => [`m${i}`, metric as IMetric]));
  return new MathExpression({ expression: join(Object.keys(usingMetrics)), usingMetrics, period });
}
const sum = (metrics: readonly IMetric[], period = Duration.minutes(5)) =>
  combine(metrics, period, (ids) => ids.map((one) => `FILL(${one}, 0)`).join(' + '));
const maximum = (metrics: readonly IMetric[]) =>
  combine(metrics, Duration.minutes(5), (ids) => `MAX([${ids.join(', ')}])`);

/** `AuditDrift` → `audit-drift`, as in the runbook's headings. */
export function kebab(name: string): string {
  return name
    .replace('HubSpot', 'Hubspot')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
}
