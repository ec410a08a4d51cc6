/** Amazon CloudWatch's metrics, as far as the embedded metric format in log lines carries them. */
export type Series = {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  values: number[];
  /** When each value was measured, in ms. */
  times: number[];
};

type EmbeddedMetrics = {
  _aws?: {
    Timestamp?: number;
    CloudWatchMetrics?: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
} & Record<string, unknown>;

/** Values kept per series; older ones are forgotten. */
const KEEP = 1000;

export class LocalMetrics {
  readonly #series = new Map<string, Series>();

  /** Takes the metrics out of a log line, if it holds any. */
  ingest(line: string): void {
    if (!line.includes('"CloudWatchMetrics"')) return;
    const entry = parse(line);
    for (const { Namespace, Dimensions, Metrics } of entry?._aws?.CloudWatchMetrics ?? []) {
      for (const names of Dimensions) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(entry?.[name])]));
        for (const { Name } of Metrics) {
          const values = [entry?.[Name]].flat().filter((value) => typeof value === 'number');
          const key = JSON.stringify([Namespace, Name, Object.entries(dimensions).map(String).toSorted(byText)]);
          const series = this.#series.get(key) ?? {
            namespace: Namespace,
            name: Name,
            dimensions,
            values: [],
            times: [],
          };
          const at = entry?._aws?.Timestamp ?? Date.now();
          series.values = [...series.values, ...values].slice(-KEEP);
          series.times = [...series.times, ...values.map(() => at)].slice(-KEEP);
          this.#series.set(key, series);
        }
      }
    }
  }

  all(): Series[] {
    return [...this.#series.values()];
  }

  /** Series of a metric with exactly these dimensions (values given), or with these dimension names (SEARCH). */
  find(namespace: string, name: string, dimensions: Record<string, string> | string[]): Series[] {
    const fits = (held: Record<string, string>) =>
      Array.isArray(dimensions)
        ? sameKeys(Object.keys(held), dimensions)
        : sameKeys(Object.keys(held), Object.keys(dimensions)) &&
          Object.entries(dimensions).every(([key, value]) => held[key] === value);
    return this.all().filter((one) => one.namespace === namespace && one.name === name && fits(one.dimensions));
  }
}

export function statistic(values: readonly number[], stat: string): number {
  const sorted = values.toSorted((a, b) => a - b);
  if (stat === 'Maximum') return sorted.at(-1) ?? 0;
  const percentile = /^p(\d+)$/.exec(stat)?.[1];
  if (percentile !== undefined) return sorted[Math.ceil((Number(percentile) / 100) * sorted.length) - 1] ?? 0;
  return values.reduce((sum, value) => sum + value, 0);
}

export type AlarmProperties = {
  AlarmName: string;
  AlarmDescription: string;
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value: string }[];
  Statistic?: string;
  ExtendedStatistic?: string;
  Threshold: number;
  ComparisonOperator: string;
  Metrics?: { Expression?: string; MetricStat?: { Metric: AlarmMetric; Stat: string } }[];
};
type AlarmMetric = { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] };

/**
 * An alarm over everything measured since the start: `not measured here` for AWS's own metrics and for expressions other
 * than sums. Periods and missing data are CloudWatch's business.
 */
export function alarmState(
  alarm: AlarmProperties,
  metrics: LocalMetrics,
): 'OK' | 'ALARM' | 'no data' | 'not measured here' {
  const parts = alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat ?? []) ?? [
    {
      Metric: {
        Namespace: alarm.Namespace ?? '',
        MetricName: alarm.MetricName ?? '',
        Dimensions: alarm.Dimensions ?? [],
      },
      Stat: alarm.Statistic ?? alarm.ExtendedStatistic ?? 'Sum',
    },
  ];
  const expression = alarm.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression ?? 'm0';
  const isSum = /^(FILL\(m\d+, 0\)|m0)( \+ FILL\(m\d+, 0\))*$/.test(expression);
  if (!isSum || parts.some(({ Metric }) => Metric.Namespace.startsWith('AWS/'))) return 'not measured here';
  const found = parts.flatMap(({ Metric, Stat }) => {
    const dimensions = Object.fromEntries((Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
    return metrics.find(Metric.Namespace, Metric.MetricName, dimensions).map(({ values }) => statistic(values, Stat));
  });
  if (found.length === 0) return 'no data';
  const value = found.reduce((sum, one) => sum + one, 0);
  return breaches(value, alarm) ? 'ALARM' : 'OK';
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

function parse(line: string): EmbeddedMetrics | undefined {
  try {
    return JSON.parse(line) as EmbeddedMetrics;
  } catch {
    return undefined;
  }
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key) => b.includes(key));
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);
