import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke, SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { NIGHTLY } from '../src/queues/audit-request.ts';
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

/** What happens by the clock: the nightly audit, and the daily canary with its check an hour later; and an audit after each deployment. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { queues, canary }: SchedulesProps) {
    super(scope, id);
    const daily = (hour: string) => ScheduleExpression.cron({ minute: '0', hour, timeZone: TimeZone.EUROPE_VIENNA });
    new Schedule(this, 'Audit', {
      description: 'Widerruf: nightly audit',
      schedule: daily(AUDIT_HOUR),
      target: new SqsSendMessage(queues.audit, { input: ScheduleTargetInput.fromObject(NIGHTLY) }),
    });
    // A deployment may bring another registry: whom it touches is converged at once (docs/decisions/0080-registry-changes.md). The first one looks at all that
    // happened before Widerruf was there, also at addresses that records had long ago. The event:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-status-change.html
    new Rule(this, 'AfterDeployment', {
      description: 'Widerruf: audit after a deployment',
      eventPattern: {
        source: ['aws.cloudformation'],
        detailType: ['CloudFormation Stack Status Change'],
        detail: {
          'stack-id': [Stack.of(this).stackId],
          'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] },
        },
      },
      targets: [new SqsQueue(queues.audit, { message: RuleTargetInput.fromObject({ v: 1 }) })],
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
