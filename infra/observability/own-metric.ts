import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricName, NAMESPACE } from '../../src/telemetry/telemetry.ts';

export type Service = 'receive' | 'decide' | 'converge' | 'audit' | 'canary';

/** A metric that our own code emits; its name is checked by the compiler. */
export function ownMetric(
  service: Service,
  metricName: MetricName,
  statistic: string,
  dimensions: Record<string, string> = {},
  period = Duration.minutes(5),
): Metric {
  const dimensionsMap = { service, ...dimensions };
  return new Metric({ namespace: NAMESPACE, metricName, statistic, period, dimensionsMap });
}

/** Every series of a metric that differs in `dimensions`, whatever values they take: a new reason shows by itself. */
export function everySeries(metricName: MetricName | 'ColdStart', dimensions: string[], label = ''): MathExpression {
  const schema = [NAMESPACE, 'service', ...dimensions].join(',');
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${metricName}"', 'Sum', 300)`,
    usingMetrics: {},
    label,
    period: Duration.minutes(5),
  });
}
