import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type AlarmKey, alarmTexts, kebab, severityTexts } from './alarm-texts.ts';
import { OwnMetrics } from './own-metric.ts';
import type { Severity, Watch, Watches } from './watch.ts';
import type { Watched } from './watched.ts';
import { auditWatches } from './watches/audit.ts';
import { flowWatches } from './watches/flow.ts';
import { frontWatches } from './watches/front.ts';
import { functionWatches } from './watches/functions.ts';
import { hubspotWatches } from './watches/hubspot.ts';

export type AlarmsProps = {
  readonly watched: Watched;
  /** Where an alarm of each severity is told. */
  readonly topics: Readonly<Record<Severity, Topic>>;
};

/** What a person is told of; each alarm has a section of its name in docs/runbook.md. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { watched, topics }: AlarmsProps) {
    super(scope, id);
    const { stage } = watched;
    const { [stage.language]: texts } = alarmTexts;
    for (const [name, watch] of Object.entries(watches(watched))) {
      const { severity } = watch;
      const { meaning } = texts[name as AlarmKey];
      const alarm = new Alarm(this, name, {
        ...evaluation(watch),
        alarmName: `widerruf-${stage.name}-${kebab(name)}`,
        alarmDescription: `${severityTexts[stage.language][severity]}: ${meaning} ${stage.runbook}#${kebab(name)}`,
      });
      const action = new SnsAction(topics[severity]);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      if (watch.silence === 'is told') alarm.addInsufficientDataAction(action);
    }
  }
}

const COMPARISON = {
  above: ComparisonOperator.GREATER_THAN_THRESHOLD,
  from: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
};

/**
 * Silence is told by the state INSUFFICIENT_DATA, never by treating missing data as breaching: a new alarm begins in that
 * state, and actions follow changes of state only. So the day of the first deployment is quiet, and a later silence is not.
 */
function evaluation({ metric, threshold, raised, periods = 1, breaching = periods, silence }: Watch) {
  return {
    metric,
    threshold,
    evaluationPeriods: periods,
    datapointsToAlarm: breaching,
    comparisonOperator: COMPARISON[raised],
    treatMissingData: silence === 'is told' ? TreatMissingData.MISSING : TreatMissingData.NOT_BREACHING,
  };
}

function watches(watched: Watched): Watches {
  const own = new OwnMetrics(watched.stage.name);
  return {
    ...flowWatches(watched, own),
    ...frontWatches(watched, own),
    ...hubspotWatches(watched, own),
    ...functionWatches(watched),
    ...auditWatches(watched, own),
  };
}
