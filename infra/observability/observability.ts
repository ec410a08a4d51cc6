import { CfnOutput } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Ingress } from '../ingress.ts';
import type { LedgerTable } from '../ledger.ts';
import type { Queues } from '../queues.ts';
import type { Stage } from '../stage.ts';
import type { Workers } from '../workers.ts';
import { Alarms } from './alarms.ts';
import { OperatorsDashboard } from './dashboard.ts';
import { SavedQueries } from './queries.ts';

export type ObservabilityProps = {
  readonly stage: Stage;
  readonly queues: Queues;
  readonly ledger: LedgerTable;
  readonly ingress: Ingress;
  readonly workers: Workers;
};

/** What operators see and what wakes them. */
export class Observability extends Construct {
  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const topic = new Topic(this, 'AlarmTopic', { displayName: 'Widerruf', enforceSSL: true });
    if (props.stage.alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(props.stage.alarmEmail));
    new Alarms(this, 'Alarms', { ...props, topic });
    new OperatorsDashboard(this, 'Dashboard', props);
    new SavedQueries(this, 'Queries', props);
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn }).overrideLogicalId('AlarmTopicArn');
  }
}
