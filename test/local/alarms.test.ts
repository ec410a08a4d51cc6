import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type AlarmProperties, alarmState } from '../../local/aws/alarms.ts';
import { readAssembly } from '../../local/aws/assembly.ts';
import { LocalMetrics } from '../../local/aws/cloudwatch.ts';
import { evaluate } from '../../local/aws/expression.ts';
import { type DashboardState, dashboardOf } from '../../local/page/dashboard.ts';
import { startTestStack, type TestStack } from '../helpers/local-stack.ts';

describe('a metric expression', () => {
  const values: Record<string, number> = { m0: 2, m1: 5, tried: 7 };
  const of = (expression: string) => evaluate(expression, (id) => values[id]);
  test.each([
    ['m0', 2],
    ['m2', undefined],
    ['FILL(m2, 0)', 0],
    ['FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0)', 7],
    ['MAX([FILL(m0, 0), FILL(m1, 0)])', 5],
    ['MAX([FILL(tried, 0), FILL(m1, 0) * 1000 - 900])', 4100],
    ['(m0 - m1) * 2', -6],
    ['m0 + m2', undefined],
  ])('%s', (expression, value) => expect(of(expression)).toBe(value));

  test.each(['AVG([m0])', 'm0 m1', 'MAX(m0', 'm0 /'])('%s is refused, not guessed', (expression) => {
    expect(() => of(expression)).toThrow();
  });
});

/** A moment for the values of a test, in ms. */
const NOW = Date.UTC(2026, 0, 5);
const parts = ({ Metrics, Namespace = '', MetricName = '', Dimensions = [] }: AlarmProperties) =>
  Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [{ Namespace, MetricName, Dimensions }];
/** Metrics in which every part of an alarm has one value, in each of the alarm's periods. */
function fed(alarm: AlarmProperties, value: number): LocalMetrics {
  const metrics = new LocalMetrics();
  const period = alarm.Period ?? alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ?? 300;
  for (const { Namespace: namespace, MetricName: name, Dimensions = [] } of parts(alarm)) {
    const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
    for (let i = 0; i < alarm.EvaluationPeriods; i++)
      metrics.measure({ namespace, name, dimensions }, [value], NOW - i * period * 1000);
  }
  return metrics;
}

describe('every alarm of the template can be raised on this machine', () => {
  let it: TestStack;
  beforeAll(async () => {
    it = await startTestStack();
  });
  afterAll(() => it.stop());
  const assembly = readAssembly(inject('assembly'));
  const ids = Object.entries(assembly.template.Resources).flatMap(([id, { Type, Properties }]) =>
    Type === 'AWS::CloudWatch::Alarm' ? [String(Properties?.['AlarmName'] ?? id)] : [],
  );
  const alarm = (name: string) => it.stack.cloud.alarms.find(({ AlarmName }) => AlarmName === name) as AlarmProperties;
  const dashboard = async () => (await (await fetch(`${it.stack.console}/dashboard`)).json()) as DashboardState;
  const state = async (name: string) => (await dashboard()).alarms.find((one) => one.name.endsWith(name))?.state;

  test('there are alarms', () => expect(ids.length).toBeGreaterThan(20));

  test.each(ids)('%s', (name) => {
    const isBelow = alarm(name).ComparisonOperator.startsWith('Less');
    const [bad, good] = isBelow ? [0, 1] : [1e9, 0];
    expect(alarmState(alarm(name), fed(alarm(name), bad), NOW)).toBe('ALARM');
    expect(alarmState(alarm(name), fed(alarm(name), good), NOW)).toBe('OK');
    expect(alarmState(alarm(name), new LocalMetrics(), NOW)).toBe('no data');
    // Long ago is over.
    expect(alarmState(alarm(name), fed(alarm(name), bad), NOW + 30 * 24 * 3_600_000)).toBe('no data');
  });

  test('too little is told only when every period had too little', () => {
    const overdue = alarm(ids.find((name) => name.endsWith('audit-overdue')) ?? '');
    const metrics = fed({ ...overdue, EvaluationPeriods: 3 }, 0);
    expect(alarmState(overdue, metrics, NOW)).toBe('OK');
  });

  test('functions that crash, or are throttled, raise their alarms by the real thing, and nothing is lost', async () => {
    const { cloud } = it.stack;
    const { id } = it.twin.people.createContact({ email: 'anna@example.at' });
    await it.settled();
    expect(await state('functions-throttled')).toBe('OK');
    cloud.trouble.now = 'functions throttled';
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await expect.poll(() => state('functions-throttled'), { timeout: 60_000 }).toBe('ALARM');
    await expect.poll(() => state('api-server-errors'), { timeout: 60_000 }).toBe('ALARM');
    cloud.trouble.now = 'functions crash';
    await expect
      .poll(
        async () => {
          await fetch(it.stack.webhooks, { method: 'POST', body: '[]' });
          return state('function-errors');
        },
        { timeout: 60_000 },
      )
      .toBe('ALARM');
    cloud.trouble.now = 'none';
    await it.settled();
  });

  test('queues: what waits and how old it is, by the emulator; a dead letter raises its alarm', async () => {
    expect(await state('-dead-letters')).toBe('OK');
    await it.stack.cloud.sqs.send(
      new SendMessageCommand({
        QueueUrl: it.queue('Signals'),
        MessageBody: 'poison',
        MessageGroupId: 'x',
        MessageDeduplicationId: 'x',
      }),
    );
    await expect.poll(() => state('-dead-letters'), { timeout: 60_000 }).toBe('ALARM');
    const { widgets } = dashboardOf(it.stack.cloud, Date.now(), 'en');
    const ages = it.stack.cloud.metrics
      .all()
      .filter(({ name }) => name === 'ApproximateAgeOfOldestMessage')
      .filter(({ dimensions }) => dimensions['QueueName']?.includes('SignalsDeadLetters'));
    expect(ages).toHaveLength(1);
    await expect.poll(async () => (await dashboard()) && Math.max(...(ages[0]?.values ?? []), 0)).toBeGreaterThan(0);
    expect(widgets.find(({ title }) => title === 'Dead letters')?.lines.map(({ now }) => now)).toContain(1);
  });
});
