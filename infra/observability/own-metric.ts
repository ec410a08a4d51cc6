import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricName, NAMESPACE } from '../../src/telemetry/telemetry.ts';

export type Service = 'receive' | 'decide' | 'converge' | 'audit' | 'canary';

export type OwnMetric = {
  readonly service: Service;
  readonly name: MetricName;
  readonly statistic: string;
  /** Beside `service` and `stage`, which every metric of ours has. */
  readonly dimensions?: Record<string, string>;
  /** Default: five minutes. */
  readonly period?: Duration;
};

/** Metrics that our own code emits in one stage: another stage of the account must not keep an alarm quiet. */
export class OwnMetrics {
  readonly #stage: string;

  constructor(stage: string) {
    this.#stage = stage;
  }

  /** One series; the metric's name is checked by the compiler. */
  of({ service, name, statistic, dimensions = {}, period = Duration.minutes(5) }: OwnMetric): Metric {
    const dimensionsMap = { service, stage: this.#stage, ...dimensions };
    return new Metric({ namespace: NAMESPACE, metricName: name, statistic, period, dimensionsMap });
  }

  /** Every series that differs in `dimensions`, whatever values they take: a new reason shows by itself. */
  every(name: MetricName | 'ColdStart', ...dimensions: string[]): MathExpression {
    const schema = [NAMESPACE, 'service', 'stage', ...dimensions].join(',');
    return new MathExpression({
      expression: `SEARCH('{${schema}} MetricName="${name}" stage="${this.#stage}"', 'Sum', 300)`,
      usingMetrics: {},
      label: '',
      period: Duration.minutes(5),
    });
  }
}
