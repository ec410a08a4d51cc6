/** Amazon CloudWatch's metrics: those that log lines carry in the embedded metric format, and those of AWS that this machine measures. */
export type Series = {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  values: number[];
  /** When each value was measured, in ms. */
  times: number[];
};

export type Measured = Pick<Series, 'namespace' | 'name' | 'dimensions'>;

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
          const at = entry?._aws?.Timestamp ?? Date.now();
          const values = [entry?.[Name]].flat().filter((value) => typeof value === 'number');
          this.measure({ namespace: Namespace, name: Name, dimensions }, values, at);
        }
      }
    }
  }

  /** Takes values of a metric that no log line carries. `at`: ms. */
  measure({ namespace, name, dimensions }: Measured, values: readonly number[], at: number): void {
    const key = JSON.stringify([namespace, name, Object.entries(dimensions).map(String).toSorted(byText)]);
    const series = this.#series.get(key) ?? { namespace, name, dimensions, values: [], times: [] };
    series.values = [...series.values, ...values].slice(-KEEP);
    series.times = [...series.times, ...values.map(() => at)].slice(-KEEP);
    this.#series.set(key, series);
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
  if (stat === 'Minimum') return sorted[0] ?? 0;
  const percentile = /^p(\d+)$/.exec(stat)?.[1];
  if (percentile !== undefined) return sorted[Math.ceil((Number(percentile) / 100) * sorted.length) - 1] ?? 0;
  const sum = values.reduce((all, value) => all + value, 0);
  return stat === 'Average' && values.length > 0 ? sum / values.length : sum;
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
