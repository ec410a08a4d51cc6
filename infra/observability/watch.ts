import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmKey } from './alarm-texts.ts';

/** Who must look, and how soon: whoever is on duty, or whoever comes to work next. */
export type Severity = 'act now' | 'look tomorrow';

/** What an alarm looks at, and when a person must be told. */
export type Watch = {
  readonly severity: Severity;
  readonly metric: IMetric;
  readonly threshold: number;
  /** On which side of the threshold the alarm is raised; `from` is the threshold itself and above. */
  readonly raised: 'above' | 'from' | 'below';
  /** Periods of the metric that are looked at together; default 1. */
  readonly periods?: number;
  /** How many of them must be over the threshold; default: all. */
  readonly breaching?: number;
  /** What it means that there was no data in any of the periods; default: all is well. */
  readonly silence?: 'is told';
};
/** By alarm; `alarm-texts.ts` says what each one means. */
export type Watches = { readonly [Key in AlarmKey]?: Watch };

export const FIVE_MINUTES = Duration.minutes(5);
export const HOUR = Duration.hours(1);
export const DAY = Duration.days(1);

/** Adds up metrics; one that has no data counts as nothing. CloudWatch adds up ten at most. */
export function sum(metrics: readonly IMetric[], period = FIVE_MINUTES): MathExpression {
  return combine(metrics, period, (ids) => ids.map(orZero).join(' + '));
}

/** The greatest of several metrics; one that has no data counts as nothing. */
export function greatest(metrics: readonly IMetric[], period = FIVE_MINUTES): MathExpression {
  return combine(metrics, period, (ids) => `MAX([${ids.map(orZero).join(', ')}])`);
}

const orZero = (id: string) => `FILL(${id}, 0)`;

function combine(metrics: readonly IMetric[], period: Duration, join: (ids: string[]) => string): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, i) => [`m${i}`, metric]));
  return new MathExpression({ expression: join(Object.keys(usingMetrics)), usingMetrics, period });
}
