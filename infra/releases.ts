import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { releaseTexts } from './observability/alarm-texts.ts';
import { OwnMetrics, type Service } from './observability/own-metric.ts';
import { sum } from './observability/watch.ts';
import type { WiderrufFunction } from './widerruf-function.ts';

export type ReleasesProps = { readonly stage: Stage; readonly functions: readonly WiderrufFunction[] };

const MINUTE = Duration.minutes(1);

/**
 * New versions come by CodeDeploy: a tenth of the work for five minutes, then all of it. An error, a request that had to be
 * deferred or a dead letter within these minutes brings the version before back. With `releases: at-once` nothing does: while
 * trouble lasts, the alarm would bring back what is to be mended.
 */
export class Releases extends Construct {
  constructor(scope: Construct, id: string, { stage, functions }: ReleasesProps) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application');
    const gradual = stage.releases === 'gradual';
    const deploymentConfig = gradual
      ? LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES
      : LambdaDeploymentConfig.ALL_AT_ONCE;
    for (const one of functions) {
      const alarm = new Alarm(this, `${one.node.id}Alarm`, {
        metric: sum(troubleOf(one, stage), MINUTE),
        threshold: 0,
        // CDK's own default is "from the threshold": then a minute without any trouble would bring the version before back.
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmName: `widerruf-${stage.name}-release-${one.entry}`,
        alarmDescription: releaseTexts[stage.language].meaning,
      });
      new LambdaDeploymentGroup(this, one.node.id, {
        application,
        alias: one.live,
        deploymentConfig,
        alarms: gradual ? [alarm] : [],
      });
    }
  }
}

/** What a faulty version would cause. Functions catch most of their errors, so Lambda's count alone would miss them. */
function troubleOf({ live, entry }: WiderrufFunction, stage: Stage): IMetric[] {
  const own = new OwnMetrics(stage.name);
  const service: Service = entry;
  const errors = live.metricErrors({ period: MINUTE });
  const counted = { service, statistic: 'Sum', period: MINUTE };
  if (entry === 'canary') return [errors];
  const caught =
    entry === 'receive'
      ? own.of({ ...counted, name: 'RequestRefused', dimensions: { reason: 'deferred' } })
      : own.of({ ...counted, name: 'MessageDeadLettered' });
  return [errors, caught];
}
