import { Duration, Stack } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, type IWidget, SingleValueWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type OwnMetric, OwnMetrics } from './own-metric.ts';
import { texts } from './texts.ts';
import { functionsOf, type Watched } from './watched.ts';

/** One dashboard that answers an operator's questions, the most urgent first. */
export class OperatorsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: Watched) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', {
      // Dashboards belong to the account: without the region, two regions would overwrite each other's.
      dashboardName: `widerruf-${props.stage.name}-${Stack.of(this).region}`,
    });
    for (const row of rows(props)) dashboard.addWidgets(...row);
  }
}

function rows(watched: Watched): IWidget[][] {
  const { stage, queues, ledger, ingress, workers } = watched;
  const title = texts[stage.language];
  const own = new OwnMetrics(stage.name);
  const count = (service: OwnMetric['service'], name: OwnMetric['name'], period?: Duration) =>
    own.of({ service, name, statistic: 'Sum', ...(period !== undefined && { period }) });
  const longest = (service: OwnMetric['service'], name: OwnMetric['name'], statistic = 'Maximum') =>
    own.of({ service, name, statistic });
  const { signals, crowdSignals, convergence, audit } = queues;
  const deadLetters = [queues.signalsDeadLetters, queues.convergenceDeadLetters, queues.auditDeadLetters];
  const functions = functionsOf(watched);
  const graph = (text: string, metrics: IMetric[], width = 8) => new GraphWidget({ title: text, left: metrics, width });
  const value = (text: string, metrics: IMetric[], period = Duration.minutes(5)) =>
    new SingleValueWidget({ title: text, metrics, width: 8, height: 6, period });
  return [
    [
      value(title.unapplied, [longest('converge', 'UnappliedAge')]),
      graph(
        title.waiting,
        [signals, crowdSignals, convergence].map((queue) => queue.metricApproximateAgeOfOldestMessage()),
      ),
      value(
        title.deadLetters,
        deadLetters.map((queue) => queue.metricApproximateNumberOfMessagesVisible()),
      ),
    ],
    [
      graph(
        title.propagation,
        ['p50', 'p90', 'p99'].map((p) => longest('converge', 'PropagationTime', p)),
        16,
      ),
      graph(
        title.tried,
        (['decide', 'converge', 'audit'] as const).map((service) => longest(service, 'WaitingAge')),
      ),
    ],
    [
      graph(title.queued, [count('receive', 'EventAccepted'), count('receive', 'EventQueued')]),
      graph(title.dropped, [own.every('EventDropped', 'reason')]),
      graph(title.refused, [own.every('RequestRefused', 'reason')]),
    ],
    [
      graph(title.decided, [own.every('SignalDecided', 'rule', 'outcome')]),
      graph(title.ignored, [own.every('SignalIgnored', 'because'), count('decide', 'SubmissionsUnreadable')]),
      graph(title.controls, [count('converge', 'ControlClosed'), count('converge', 'ControlReopened')]),
    ],
    [graph(title.refusedControls, [own.every('ControlRefused', 'control')], 24)],
    [
      graph(title.hubspot, [own.every('HubSpotAnswer', 'status')]),
      graph(title.refusals, [own.every('HubSpotRefusal')]),
      graph(title.api, [ingress.api.metricCount(), ingress.api.metricClientError(), ingress.api.metricServerError()]),
    ],
    [
      graph(
        title.queues,
        [signals, crowdSignals, convergence, audit].map((queue) => queue.metricApproximateNumberOfMessagesVisible()),
      ),
      graph(title.retries, [
        ...(['decide', 'converge', 'audit'] as const).flatMap((service) => [
          count(service, 'MessageRetried'),
          count(service, 'MessageDeadLettered'),
        ]),
      ]),
      graph(title.ledger, [
        ledger.table.metricThrottledRequestsForOperations({ operations: ['Query', 'PutItem'] as never[] }),
      ]),
    ],
    [
      graph(
        title.errors,
        functions.flatMap((one) => [one.metricErrors(), one.metricThrottles()]),
      ),
      graph(
        title.duration,
        functions.map((one) => one.metricDuration({ statistic: 'p99' })),
      ),
      graph(title.coldStarts, [own.every('ColdStart', 'function_name')]),
    ],
    [
      value(title.findings, [own.every('AuditFinding', 'finding')], Duration.days(1)),
      value(title.unseen, [own.every('AuditUnseen', 'part')], Duration.days(1)),
      graph(title.audit, [
        count('audit', 'AuditFinished', Duration.hours(1)),
        count('audit', 'AuditContacts', Duration.hours(1)),
      ]),
      ...(workers.canary === undefined
        ? []
        : [
            value(
              title.canary,
              [own.of({ service: 'canary', name: 'CanaryMissed', statistic: 'Maximum', period: Duration.days(1) })],
              Duration.days(1),
            ),
          ]),
    ],
  ];
}
