import { CfnOutput, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { OperatorsDashboard } from './dashboard.ts';
import { SavedQueries } from './queries.ts';
import type { Watched } from './watched.ts';

/** What operators see and what wakes them. */
export class Observability extends Construct {
  constructor(scope: Construct, id: string, props: Watched) {
    super(scope, id);
    const topics = {
      'act now': this.#topic('AlarmTopic', 'Widerruf'),
      'look tomorrow': this.#topic('NoticeTopic', 'Widerruf (no hurry)'),
    };
    const { actNow, lookTomorrow } = props.stage.alarms;
    for (const address of actNow) topics['act now'].addSubscription(new EmailSubscription(address));
    for (const address of lookTomorrow) topics['look tomorrow'].addSubscription(new EmailSubscription(address));
    new Alarms(this, 'Alarms', { watched: props, topics });
    new OperatorsDashboard(this, 'Dashboard', props);
    new SavedQueries(this, 'Queries', props);
    new CfnOutput(this, 'AlarmTopicArn', { value: topics['act now'].topicArn }).overrideLogicalId('AlarmTopicArn');
  }

  #topic(id: string, displayName: string): Topic {
    const topic = new Topic(this, id, { displayName, enforceSSL: true });
    letAlarmsPublish(topic);
    return topic;
  }
}

/**
 * SNS: a topic policy replaces the default one, by which the owner's account may publish. `enforceSSL` sets a policy, so
 * CloudWatch has to be let in by name (re:Post, "Why didn't I receive an SNS notification for my CloudWatch alarm").
 */
function letAlarmsPublish(topic: Topic): void {
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(topic).account } },
    }),
  );
}
