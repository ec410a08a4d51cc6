import type { Cloud } from '../../local/aws/cloud.ts';
import { NAMESPACE } from '../../src/telemetry/telemetry.ts';

/** A metric of ours by its name and dimensions; a dimension without a value stands for any value. */
export type NamedMetric = { name: string; dimensions: Record<string, string | undefined> };

/** The metrics of ours that dashboards and alarms of the template name. */
export function namedMetrics({ dashboards, alarms }: Cloud): { dashboard: NamedMetric[]; alarms: NamedMetric[] } {
  return { dashboard: dashboards.flatMap(metricsOfDashboard), alarms: alarms.flatMap(metricsOfAlarm) };
}

function metricsOfDashboard(body: string): NamedMetric[] {
  const { widgets } = JSON.parse(body) as { widgets: { properties: { metrics?: unknown[][] } }[] };
  return widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .flatMap((metric) => (typeof metric[0] === 'string' ? metricOf(metric) : metricsOfExpression(metric[0])));
}

/** A widget lists a metric as namespace, name, and dimensions with their values in turn. */
function metricOf([namespace, name, ...rest]: unknown[]): NamedMetric[] {
  if (namespace !== NAMESPACE) return [];
  const words = rest.filter((one) => typeof one === 'string');
  const dimensions = Object.fromEntries(words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1]]] : [])));
  return [{ name: String(name), dimensions }];
}

/** A SEARCH names a metric by its dimensions; any other expression only combines metrics that stand beside it. */
function metricsOfExpression(first: unknown): NamedMetric[] {
  const { expression } = first as { expression: string };
  if (!expression.startsWith('SEARCH(')) return [];
  const [, schema = '', metric = ''] = /SEARCH\('\{([^}]+)\} MetricName="(\w+)"/.exec(expression) ?? [];
  const [namespace, ...keys] = schema.split(',');
  if (namespace !== NAMESPACE) throw new Error(`${expression} searches ${namespace}`);
  return [{ name: metric, dimensions: Object.fromEntries(keys.map((key) => [key, undefined])) }];
}

function metricsOfAlarm({ MetricName, Namespace = '', Dimensions = [], Metrics = [] }: Cloud['alarms'][number]) {
  const direct = MetricName === undefined ? [] : [{ MetricName, Namespace, Dimensions }];
  const inside = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  return [...direct, ...inside]
    .filter((metric) => metric.Namespace === NAMESPACE)
    .map(
      (metric): NamedMetric => ({
        name: metric.MetricName,
        dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
      }),
    );
}
