import { Duration, TimeZone } from 'aws-cdk-lib';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke, SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { Queues } from './queues.ts';
import type { WiderrufFunction } from './widerruf-function.ts';

export type SchedulesProps = {
  readonly queues: Queues;
  readonly canary: WiderrufFunction | undefined;
};

/**
 * Each night at this hour of Vienna's clock. 02:00 does not exist on the last Sunday of March, and EventBridge Scheduler leaves out what
 * does not exist (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html, "Daylight savings time").
 */
const AUDIT_HOUR = '4';

/** What happens by the clock: the nightly audit, and the daily canary with its check an hour later. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { queues, canary }: SchedulesProps) {
    super(scope, id);
    const daily = (hour: string) => ScheduleExpression.cron({ minute: '0', hour, timeZone: TimeZone.EUROPE_VIENNA });
    new Schedule(this, 'Audit', {
      description: 'Widerruf: nightly audit',
      schedule: daily(AUDIT_HOUR),
      target: new SqsSendMessage(queues.audit, { input: ScheduleTargetInput.fromObject({ v: 1 }) }),
    });
    if (canary === undefined) return;
    for (const [task, hour] of [
      ['send', '7'],
      ['check', '8'],
    ] as const) {
      new Schedule(this, task === 'send' ? 'CanarySend' : 'CanaryCheck', {
        description: `Widerruf: canary, ${task}`,
        schedule: daily(hour),
        target: new LambdaInvoke(canary.live, {
          input: ScheduleTargetInput.fromObject({ task }),
          retryAttempts: 3,
          maxEventAge: Duration.minutes(30),
        }),
      });
    }
  }
}
