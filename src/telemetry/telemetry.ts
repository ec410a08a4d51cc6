import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** CloudWatch namespace of our own metrics. */
export const NAMESPACE = 'Widerruf';

/** Every metric there is, with its unit. Names are facts; dimensions are small closed sets. */
export const metricNames = {
  /** Events of requests whose signature held, whatever became of them. */
  EventAccepted: MetricUnit.Count,
  EventQueued: MetricUnit.Count,
  EventDropped: MetricUnit.Count,
  RequestRefused: MetricUnit.Count,
  SignalDecided: MetricUnit.Count,
  SignalIgnored: MetricUnit.Count,
  /** A form event that HubSpot's list of submissions could not be asked about (R4). */
  SubmissionsUnreadable: MetricUnit.Count,
  ControlClosed: MetricUnit.Count,
  ControlReopened: MetricUnit.Count,
  /** A closing that HubSpot refuses for good, by control. */
  ControlRefused: MetricUnit.Count,
  PropagationTime: MetricUnit.Milliseconds,
  /** Age of a decision that HubSpot does not hold yet, told at each failed try. */
  UnappliedAge: MetricUnit.Milliseconds,
  HubSpotAnswer: MetricUnit.Count,
  /** 1 for an answer of 401 or 403, 0 for any other. */
  HubSpotRefusal: MetricUnit.Count,
  MessageRetried: MetricUnit.Count,
  /** Age of a message that has to be tried again, since it was sent; SQS's own age forgets messages that were tried often. */
  WaitingAge: MetricUnit.Milliseconds,
  MessageDeadLettered: MetricUnit.Count,
  AuditFinished: MetricUnit.Count,
  AuditContacts: MetricUnit.Count,
  AuditFinding: MetricUnit.Count,
  /** A part of the portal that HubSpot did not show to an audit. */
  AuditUnseen: MetricUnit.Count,
  CanaryMissed: MetricUnit.Count,
} as const;
export type MetricName = keyof typeof metricNames;

/** Counts and measures; dimensions must never name a person, a contact or an event. */
export type Measure = (name: MetricName, value: number, dimensions?: Record<string, string>) => void;

export type Telemetry = {
  logger: Logger;
  metrics: Metrics;
  measure: Measure;
  /** Writes what was measured with dimensions, a line for each set of them. To be called at the end of each invocation. */
  publish: () => void;
};

const ADDRESS = /[^\s"'<>@]+@[^\s"'<>@]+/g;

/** Powertools' logger and metrics for one function of a stage. Whatever looks like an address is taken out of every log line. */
export function createTelemetry(serviceName: string, stage: string): Telemetry {
  const logger = new Logger({
    serviceName,
    jsonReplacerFn: (_key, value: unknown) => (typeof value === 'string' ? value.replace(ADDRESS, '[address]') : value),
  });
  // An invocation without a metric is ordinary (an echo, a duplicate): its warning would be noise.
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error };
  const metricsOf = (dimensions: Record<string, string>) =>
    new Metrics({ namespace: NAMESPACE, serviceName, defaultDimensions: { stage, ...dimensions }, logger: quiet });
  const metrics = metricsOf({});
  // A batch of ten echoes is one line, not ten: taking in logs costs more than running the function.
  const gathered = new Map<string, Metrics>();
  return {
    logger,
    metrics,
    measure(name, value, dimensions = {}) {
      const key = JSON.stringify(dimensions);
      if (key !== '{}' && !gathered.has(key)) gathered.set(key, metricsOf(dimensions));
      const target = gathered.get(key) ?? metrics;
      target.addMetric(name, metricNames[name], value);
    },
    publish() {
      for (const one of gathered.values()) one.publishStoredMetrics();
      gathered.clear();
    },
  };
}
