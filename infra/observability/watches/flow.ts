import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { OwnMetrics } from '../own-metric.ts';
import { FIVE_MINUTES, greatest, HOUR, sum, type Watches } from '../watch.ts';
import type { Watched } from '../watched.ts';

/** SQS delays a message 15 minutes at most: so long a request may wait for its moment, and nobody is late. */
const LONGEST_DELAY_MS = 15 * 60_000;
/** So much longer than a person's signal one of a crowd may wait: a hundred thousand rows of an import take their time. */
const CROWDS_PATIENCE_MS = 55 * 60_000;
/** Tries are five minutes apart at most, spread by a tenth: one period may see none, three in a row see one. */
const WHILE_TRIED = { periods: 3, breaching: 1 };

/** Is any opt-out on its way for too long, or lost on it? */
export function flowWatches({ queues }: Watched, own: OwnMetrics): Watches {
  const { signals, crowdSignals, convergence, signalsDeadLetters, convergenceDeadLetters, auditDeadLetters } = queues;
  const deadLetters = [signalsDeadLetters, convergenceDeadLetters, auditDeadLetters];
  return {
    UnappliedOptOut: {
      severity: 'act now',
      metric: oldest(
        own.of({ service: 'converge', name: 'UnappliedAge', statistic: 'Maximum' }),
        convergence.metricApproximateAgeOfOldestMessage(),
        (tried, untried) => `MAX([${tried}, ${untried} * 1000 - ${LONGEST_DELAY_MS}])`,
      ),
      threshold: 15 * 60_000,
      raised: 'above',
      ...WHILE_TRIED,
    },
    SignalsWaiting: {
      severity: 'act now',
      metric: new MathExpression({
        expression: `MAX([FILL(tried, 0), FILL(untried, 0) * 1000, FILL(crowds, 0) * 1000 - ${CROWDS_PATIENCE_MS}])`,
        usingMetrics: {
          tried: own.of({ service: 'decide', name: 'WaitingAge', statistic: 'Maximum' }),
          untried: signals.metricApproximateAgeOfOldestMessage(),
          crowds: crowdSignals.metricApproximateAgeOfOldestMessage(),
        },
        period: FIVE_MINUTES,
      }),
      threshold: 5 * 60_000,
      raised: 'above',
      ...WHILE_TRIED,
    },
    DeadLetters: {
      severity: 'act now',
      metric: sum(deadLetters.map((queue) => queue.metricApproximateNumberOfMessagesVisible())),
      threshold: 0,
      raised: 'above',
    },
    DeadLettersForgotten: {
      severity: 'act now',
      metric: greatest(deadLetters.map((queue) => queue.metricApproximateAgeOfOldestMessage())),
      threshold: 2 * 24 * 3600,
      raised: 'above',
    },
    KeepsReopening: {
      severity: 'look tomorrow',
      metric: own.of({
        service: 'decide',
        name: 'SignalIgnored',
        statistic: 'Sum',
        dimensions: { because: 'repeated' },
        period: HOUR,
      }),
      threshold: 10,
      raised: 'above',
    },
    SlowPropagation: {
      severity: 'look tomorrow',
      metric: own.of({ service: 'converge', name: 'PropagationTime', statistic: 'p99' }),
      threshold: 5 * 60_000,
      raised: 'above',
      periods: 3,
    },
  };
}

/**
 * Milliseconds. A message that was received more than three times no longer counts in SQS's age of the oldest (SQS's guide,
 * "Available CloudWatch metrics"), so its age is told by our own clock at each try; SQS's age tells of what nobody tried.
 */
function oldest(tried: IMetric, untried: IMetric, join: (tried: string, untried: string) => string): MathExpression {
  return new MathExpression({
    expression: join('FILL(tried, 0)', 'FILL(untried, 0)'),
    usingMetrics: { tried, untried },
    period: FIVE_MINUTES,
  });
}
