import { type LocalMetrics, statistic } from './cloudwatch.ts';
import { evaluate } from './expression.ts';

export type AlarmProperties = {
  AlarmName: string;
  AlarmDescription: string;
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value: string }[];
  Statistic?: string;
  ExtendedStatistic?: string;
  /** Seconds. */
  Period?: number;
  EvaluationPeriods: number;
  Threshold: number;
  ComparisonOperator: string;
  Metrics?: { Id: string; Expression?: string; MetricStat?: { Metric: AlarmMetric; Period: number; Stat: string } }[];
};
type AlarmMetric = { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] };
export type AlarmState = 'OK' | 'ALARM' | 'no data' | 'not measured here';

/** AWS's own metrics that this machine measures, by namespace. DynamoDB's are not: the local table never throttles. */
export const MEASURED_HERE: readonly string[] = ['AWS/Lambda', 'AWS/SQS', 'AWS/ApiGateway'];

type Part = { id: string; metric: AlarmMetric; stat: string };
type Window = { from: number; to: number };

/**
 * The state of an alarm, sooner than CloudWatch tells, so that trouble can be rehearsed: one period over the threshold is enough, however
 * many the alarm wants. An alarm that is raised by too little (`below`) is judged as CloudWatch does: every period must be below. `now`: ms.
 */
export function alarmState(alarm: AlarmProperties, metrics: LocalMetrics, now: number): AlarmState {
  const parts = partsOf(alarm);
  if (!parts.every(({ metric }) => isMeasured(metric))) return 'not measured here';
  const expression = alarm.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression ?? 'm0';
  const values = windowsOf(alarm, now)
    .filter((window) => parts.some((part) => valuesIn(part, window, metrics).length > 0))
    .map((window) => evaluate(expression, (id) => measured(parts, id, window, metrics)))
    .filter((value) => value !== undefined);
  if (values.length === 0) return 'no data';
  const isBreaching = (value: number) => breaches(value, alarm);
  if (!alarm.ComparisonOperator.startsWith('Less')) return values.some(isBreaching) ? 'ALARM' : 'OK';
  return values.length === alarm.EvaluationPeriods && values.every(isBreaching) ? 'ALARM' : 'OK';
}

function partsOf({ Metrics, ...alarm }: AlarmProperties): Part[] {
  const { Namespace = '', MetricName = '', Dimensions = [], Statistic, ExtendedStatistic } = alarm;
  const own = {
    id: 'm0',
    metric: { Namespace, MetricName, Dimensions },
    stat: Statistic ?? ExtendedStatistic ?? 'Sum',
  };
  return (
    Metrics?.flatMap(({ Id, MetricStat }) =>
      MetricStat === undefined ? [] : [{ id: Id, metric: MetricStat.Metric, stat: MetricStat.Stat }],
    ) ?? [own]
  );
}

const isMeasured = ({ Namespace }: AlarmMetric) => !Namespace.startsWith('AWS/') || MEASURED_HERE.includes(Namespace);

/** The periods that an alarm looks at, the newest first. */
function windowsOf({ Period, Metrics, EvaluationPeriods }: AlarmProperties, now: number): Window[] {
  const seconds = Period ?? Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period ?? 300;
  const length = seconds * 1000;
  return Array.from({ length: EvaluationPeriods }, (_, i) => ({ from: now - (i + 1) * length, to: now - i * length }));
}

function measured(parts: readonly Part[], id: string, window: Window, metrics: LocalMetrics): number | undefined {
  const part = parts.find((one) => one.id === id);
  const values = part === undefined ? [] : valuesIn(part, window, metrics);
  return part === undefined || values.length === 0 ? undefined : statistic(values, part.stat);
}

function valuesIn({ metric }: Part, { from, to }: Window, metrics: LocalMetrics): number[] {
  const dimensions = Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  return metrics
    .find(metric.Namespace, metric.MetricName, dimensions)
    .flatMap(({ values, times }) => values.filter((_, i) => (times[i] ?? 0) > from && (times[i] ?? 0) <= to));
}

function breaches(value: number, { ComparisonOperator, Threshold }: AlarmProperties): boolean {
  switch (ComparisonOperator) {
    case 'LessThanThreshold':
      return value < Threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    default:
      return value > Threshold;
  }
}
