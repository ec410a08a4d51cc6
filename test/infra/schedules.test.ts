import { expect, test } from 'vitest';
import { makeTemplate, stageOf } from '../helpers/template.ts';

type Schedule = { ScheduleExpression: string; ScheduleExpressionTimezone: string };
const schedules = Object.entries(makeTemplate(stageOf('prod')).findResources('AWS::Scheduler::Schedule')).map(
  ([id, { Properties }]) => [id, Properties as Schedule] as const,
);
const HOUR = 3600_000;

/** How often each day of ten years has a time, by a zone's clock. The zone's offset is of whole hours. */
function timesPerDay(hour: number, minute: number, timeZone: string): Map<string, number> {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const counts = new Map<string, number>();
  for (let at = Date.UTC(2026, 0, 1, 12, minute); at < Date.UTC(2036, 0, 1, 12); at += HOUR) {
    const [day = '', time = ''] = format.format(at).split(' ');
    counts.set(day, (counts.get(day) ?? 0) + Number(Number(time.split(':')[0]) === hour));
  }
  // The first and the last day are not whole.
  return new Map([...counts].slice(1, -1));
}

test('the way of counting sees the hour that does not exist, and the one that comes twice', () => {
  const counts = timesPerDay(2, 0, 'Europe/Vienna');
  expect(counts.get('2026-03-29')).toBe(0);
  expect(counts.get('2026-10-25')).toBe(2);
});

// EventBridge Scheduler leaves out a time that does not exist and takes one that comes twice once
// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html, "Daylight savings time").
test.each(schedules)('%s comes exactly once each day of ten years', (_id, schedule) => {
  const [, minute = '', hour = ''] = /^cron\((\d+) (\d+) \* \* \? \*\)$/.exec(schedule.ScheduleExpression) ?? [];
  const counts = timesPerDay(Number(hour), Number(minute), schedule.ScheduleExpressionTimezone);
  expect(counts.size).toBeGreaterThan(3600);
  expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
});

test('after each deployment an audit runs: the new registry converges those whom it touches', () => {
  const [rule, ...others] = Object.values(makeTemplate(stageOf('prod')).findResources('AWS::Events::Rule'));
  expect(others).toEqual([]);
  expect(rule?.['Properties']).toMatchObject({
    State: 'ENABLED',
    EventPattern: {
      source: ['aws.cloudformation'],
      'detail-type': ['CloudFormation Stack Status Change'],
      detail: {
        'stack-id': [{ Ref: 'AWS::StackId' }],
        'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] },
      },
    },
    Targets: [{ Arn: { 'Fn::GetAtt': [expect.stringMatching(/^QueuesAudit[0-9A-F]{8}$/), 'Arn'] }, Input: '{"v":1}' }],
  });
});
