import { MEASURED_HERE } from './alarms.ts';
import type { LocalMetrics, Series } from './cloudwatch.ts';

/** One line of a widget: what was measured of it, and how CloudWatch would sum it up. */
export type Line = { label: string; stat: string; series: Series };
/** `measuredBy`: who measures the widget's metrics: our own code, this machine in AWS's place, or AWS alone. */
export type Widget = {
  title: string;
  view: 'timeSeries' | 'singleValue';
  /** Seconds. */
  period: number;
  measuredBy: 'us' | 'here' | 'AWS';
  lines: Line[];
};

type Properties = { title?: string; view?: string; period?: number; metrics?: unknown[][] };
const FIVE_MINUTES_S = 300;

/** The widgets of a synthesized dashboard, in its order, with the series that the handlers really emitted. */
export function widgetsOf(dashboardBody: string, metrics: LocalMetrics): Widget[] {
  const { widgets } = JSON.parse(dashboardBody) as { widgets: { properties: Properties }[] };
  return widgets.map(({ properties: { title = '', view, period = FIVE_MINUTES_S, metrics: named = [] } }) => {
    const lines = named.flatMap((metric) => linesOf(metric, metrics));
    return {
      title,
      view: view === 'singleValue' ? 'singleValue' : 'timeSeries',
      period,
      measuredBy: measuredBy(named),
      lines,
    };
  });
}

function measuredBy(named: readonly unknown[][]): Widget['measuredBy'] {
  if (named.some(isOurs)) return 'us';
  return named.some(([namespace]) => MEASURED_HERE.includes(String(namespace))) ? 'here' : 'AWS';
}

/** Whether a metric is of our own code. An expression that searches for nothing only combines metrics that stand beside it. */
function isOurs([namespace]: unknown[]): boolean {
  if (typeof namespace === 'string') return !namespace.startsWith('AWS/');
  return String((namespace as { expression?: string }).expression).startsWith('SEARCH(');
}

/** A metric is namespace, name, dimensions with their values in turn, and options; or an expression that searches for series. */
function linesOf([namespace, name, ...rest]: unknown[], metrics: LocalMetrics): Line[] {
  if (typeof namespace !== 'string') {
    const { expression } = namespace as { expression?: string };
    return searched(String(expression), metrics).map((series) => ({ label: labelOf(series), stat: 'Sum', series }));
  }
  const { stat = 'Sum' } = (rest.find((one) => typeof one === 'object') ?? {}) as { stat?: string };
  const words = rest.filter((one) => typeof one === 'string');
  const dimensions = Object.fromEntries(words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? '']] : [])));
  return metrics.find(namespace, String(name), dimensions).map((series) => ({
    label: `${ownerOf(dimensions)} ${name} ${stat}`.trim(),
    stat,
    series,
  }));
}

/** Whose metric it is: a service of ours, a function or a queue. */
function ownerOf(dimensions: Record<string, string>): string {
  return dimensions['service'] ?? dimensions['FunctionName'] ?? dimensions['QueueName'] ?? '';
}

/** What tells the series of one search apart; the stage is the same for all. */
function labelOf({ dimensions }: Series): string {
  const { stage: _, ...rest } = dimensions;
  return Object.values(rest).join(' ');
}

/** The series that a SEARCH finds: those of exactly its dimensions, with the values that it names. */
function searched(expression: string, metrics: LocalMetrics): Series[] {
  const [, schema = '', conditions = ''] = /SEARCH\('\{([^}]+)\} ([^']*)'/.exec(expression) ?? [];
  const [space = '', ...dimensions] = schema.split(',');
  const wanted = new Map(
    [...conditions.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const name = wanted.get('MetricName') ?? '';
  wanted.delete('MetricName');
  return metrics
    .find(space, name, dimensions)
    .filter((one) => [...wanted].every(([key, value]) => one.dimensions[key] === value));
}
