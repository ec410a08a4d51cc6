import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { NAMESPACE } from '../../src/telemetry/telemetry.ts';
import { makeTemplate, stageOf } from '../helpers/template.ts';

type Metric = { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: unknown }[] };
type Alarm = {
  AlarmName: string;
  AlarmDescription: string;
  TreatMissingData: string;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  Period?: number;
  AlarmActions: { Ref: string }[];
  OKActions: { Ref: string }[];
  InsufficientDataActions?: { Ref: string }[];
  Metrics?: { Expression?: string; Period?: number; MetricStat?: { Metric: Metric; Period: number; Stat: string } }[];
} & Partial<Metric>;

const prod = makeTemplate(stageOf('prod'));
const tellsSomebody = ({ Properties }: Record<string, unknown>) => 'AlarmActions' in (Properties as object);
/** Those that tell a person; the others tell CodeDeploy. */
const alarmsOf = (template: Template): Map<string, Alarm> =>
  new Map(
    Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .filter(tellsSomebody)
      .map(({ Properties }) => [String(Properties['AlarmName']).replace(/^widerruf-[^-]+-/, ''), Properties as Alarm]),
  );
const alarms = alarmsOf(prod);
const alarm = (name: string): Alarm => {
  const found = alarms.get(name);
  if (found === undefined) throw new Error(`no alarm ${name}; there are ${[...alarms.keys()].join(', ')}`);
  return found;
};
const metricsOf = (one: Alarm): Metric[] =>
  one.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [one as Metric];
const names = (one: Alarm) => metricsOf(one).map(({ MetricName }) => MetricName);
const dimension = (metric: Metric, name: string) => metric.Dimensions?.find(({ Name }) => Name === name)?.Value;

describe('an alarm tells of', () => {
  test('requests that API Gateway or receive answers with 5xx; receive catches its errors, so Lambda counts none', () => {
    expect(names(alarm('api-server-errors'))).toEqual(['5xx']);
    const [deferred] = metricsOf(alarm('requests-deferred'));
    expect(deferred).toMatchObject({ Namespace: NAMESPACE, MetricName: 'RequestRefused' });
    expect(deferred && dimension(deferred, 'reason')).toBe('deferred');
  });

  test('throttles of each function', () => {
    const functions = Object.keys(prod.findResources('AWS::Lambda::Function'));
    const watched = metricsOf(alarm('functions-throttled'));
    expect(watched.every(({ MetricName }) => MetricName === 'Throttles')).toBe(true);
    expect(new Set(watched.map((one) => (dimension(one, 'FunctionName') as { Ref: string }).Ref))).toEqual(
      new Set(functions),
    );
  });

  /**
   * SQS: a message received more than three times goes to the back of the queue, and ApproximateAgeOfOldestMessage points
   * at the next one that was not (SQS's guide, "Available CloudWatch metrics"). Messages that were never tried, because the
   * function does not run, have no age by our own clock. So each alarm looks at both.
   */
  test('the age of what waits, by our own clock for what was tried, by SQS for what was not', () => {
    expect(names(alarm('unapplied-opt-out'))).toEqual(['UnappliedAge', 'ApproximateAgeOfOldestMessage']);
    const age = 'ApproximateAgeOfOldestMessage';
    expect(names(alarm('signals-waiting'))).toEqual(['WaitingAge', age, age]);
    for (const name of ['unapplied-opt-out', 'signals-waiting']) {
      // Tries are up to five minutes and a tenth apart: one period may see none, three in a row see one.
      expect(alarm(name)).toMatchObject({ EvaluationPeriods: 3, DatapointsToAlarm: 1 });
    }
  });

  test('events of another portal, which is how a wrong registry looks', () => {
    const [metric] = metricsOf(alarm('other-portal'));
    expect(metric).toMatchObject({ MetricName: 'EventDropped' });
    expect(metric && dimension(metric, 'reason')).toBe('other-portal');
  });

  test('a token that HubSpot refuses in a quiet week: one refusal is enough when it is the only answer', () => {
    const one = alarm('hubspot-answers-nobody');
    expect(new Set(names(one))).toEqual(new Set(['HubSpotRefusal']));
    expect(metricsOf(one).map((metric) => dimension(metric, 'service'))).toEqual([
      'decide',
      'converge',
      'audit',
      'canary',
    ]);
    for (const { MetricStat } of one.Metrics ?? []) if (MetricStat) expect(MetricStat.Stat).toBe('Minimum');
    expect(one).toMatchObject({ Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
  });

  test('no accepted events, whatever scanners send', () => {
    expect(names(alarm('no-events'))).toEqual(['EventAccepted']);
  });
});

describe('on the day of the first deployment', () => {
  /**
   * CloudWatch: a new alarm is in INSUFFICIENT_DATA, then evaluated; with `breaching` and no data yet it would fire at once.
   * With `missing` it stays there until data comes, and goes back when all data of the evaluation range is missing; actions
   * are for changes of state only (CloudWatch's guide, "Configuring how CloudWatch alarms treat missing data").
   */
  test('no alarm fires because there is no data yet', () => {
    for (const [name, { TreatMissingData }] of alarms) expect(TreatMissingData, name).not.toBe('breaching');
  });

  test.each(['audit-overdue', 'no-events', 'canary-missed'])('%s tells of silence once there was data', (name) => {
    const one = alarm(name);
    expect(one.TreatMissingData).toBe('missing');
    expect(one.InsufficientDataActions).toEqual(one.AlarmActions);
  });

  test('no other alarm tells of missing data', () => {
    const telling = [...alarms].filter(([, { InsufficientDataActions }]) => InsufficientDataActions !== undefined);
    expect(new Set(telling.map(([name]) => name))).toEqual(new Set(['audit-overdue', 'canary-missed', 'no-events']));
  });
});

describe('two severities', () => {
  const topics = Object.keys(prod.findResources('AWS::SNS::Topic'));

  test('each alarm goes to one topic and says at its beginning how soon a person must look', () => {
    expect(topics).toHaveLength(2);
    for (const [name, { AlarmActions, OKActions, AlarmDescription }] of alarms) {
      expect(OKActions, name).toEqual(AlarmActions);
      expect(AlarmActions, name).toHaveLength(1);
      const act = AlarmActions[0]?.Ref.startsWith('ObservabilityAlarmTopic');
      expect(AlarmDescription, name).toMatch(act ? /^Act now: / : /^Look tomorrow: /);
    }
  });

  test('people are told of both', () => {
    const told = Object.values(prod.findResources('AWS::SNS::Subscription')).map(({ Properties }) => Properties);
    expect(new Set(told.map(({ TopicArn }) => (TopicArn as { Ref: string }).Ref))).toEqual(new Set(topics));
  });

  test('the runbook says the same', () => {
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    for (const [name, { AlarmDescription }] of alarms) {
      const heading = new RegExp(`^## ${name.replaceAll('-', '[ -]')}\\n\\n(Act now|Look tomorrow)\\.`, 'im');
      expect(heading.exec(runbook)?.[1], name).toBe(AlarmDescription.split(':')[0]);
    }
  });
});

// CloudWatch's guide, "Alarm limits": a metric math alarm refers to ten metrics at most, a hard limit; seven days at most,
// and one day where a period is shorter than an hour (PutMetricAlarm, Period).
test('no alarm exceeds CloudWatch’s limits', () => {
  for (const [name, one] of alarms) {
    expect(metricsOf(one).length, name).toBeLessThanOrEqual(10);
    const period = Math.max(one.Period ?? 0, ...(one.Metrics ?? []).map(({ MetricStat }) => MetricStat?.Period ?? 0));
    expect(period * one.EvaluationPeriods, name).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
  }
});

describe('stages and regions', () => {
  const dashboards = (template: Template) =>
    Object.values(template.findResources('AWS::CloudWatch::Dashboard')).map(({ Properties }) => Properties);

  test('every metric of our own is that of the stage, on the dashboard, too', () => {
    for (const [name, one] of alarms) {
      for (const metric of metricsOf(one)) {
        if (metric.Namespace === NAMESPACE) expect(dimension(metric, 'stage'), name).toBe('prod');
      }
    }
    const body = JSON.stringify(dashboards(prod)).replaceAll('\\', '');
    const searches = body.match(/SEARCH\([^)]*\)/g) ?? [];
    expect(searches.length).toBeGreaterThan(5);
    for (const search of searches) expect(search).toMatch(/,stage[,}].* stage="prod"/);
    const own = body.match(new RegExp(`\\["${NAMESPACE}",[^\\]]*`, 'g')) ?? [];
    expect(own.length).toBeGreaterThan(5);
    for (const metric of own) expect(metric).toContain('"stage","prod"');
  });

  // Dashboards belong to an account, not to a region: two of one name would overwrite each other.
  test('a dashboard’s name holds stage and region', () => {
    expect(dashboards(prod)[0]?.['DashboardName']).toEqual({
      'Fn::Join': ['', ['widerruf-prod-', { Ref: 'AWS::Region' }]],
    });
  });

  test('functions know their stage', () => {
    for (const { Properties } of Object.values(prod.findResources('AWS::Lambda::Function'))) {
      expect((Properties['Environment'] as { Variables: object }).Variables).toMatchObject({ STAGE: 'prod' });
    }
  });
});
