import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, type IWidget, SingleValueWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { everySeries, ownMetric } from './own-metric.ts';
import { texts } from './texts.ts';
import type { Watched } from './watched.ts';

/** One dashboard that answers an operator's questions, the most urgent first. */
export class OperatorsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: Watched) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: `widerruf-${props.stage.name}` });
    for (const row of rows(props)) dashboard.addWidgets(...row);
  }
}

function rows({ stage, queues, ledger, ingress, workers }: Watched): IWidget[][] {
  const title = texts[stage.language];
  const { signals, convergence, audit } = queues;
  const deadLetters = [queues.signalsDeadLetters, queues.convergenceDeadLetters, queues.auditDeadLetters];
  const functions = [ingress.receive, workers.decide, workers.converge, workers.audit, workers.canary].filter(
    (one) => one !== undefined,
  );
  const graph = (text: string, metrics: IMetric[], width = 8) => new GraphWidget({ title: text, left: metrics, width });
  const value = (text: string, metrics: IMetric[], period = Duration.minutes(5)) =>
    new SingleValueWidget({ title: text, metrics, width: 8, height: 6, period });
  return [
    [
      value(title.unapplied, [ownMetric('converge', 'UnappliedAge', 'Maximum')]),
      graph(
        title.waiting,
        [signals, convergence].map((queue) => queue.metricApproximateAgeOfOldestMessage()),
      ),
      value(
        title.deadLetters,
        deadLetters.map((queue) => queue.metricApproximateNumberOfMessagesVisible()),
      ),
    ],
    [
      graph(
        title.propagation,
        ['p50', 'p90', 'p99'].map((p) => ownMetric('converge', 'PropagationTime', p)),
        24,
      ),
    ],
    [
      graph(title.queued, [ownMetric('receive', 'EventQueued', 'Sum')]),
      graph(title.dropped, [everySeries('EventDropped', ['reason'])]),
      graph(title.refused, [everySeries('RequestRefused', ['reason'])]),
    ],
    [
      graph(title.decided, [everySeries('SignalDecided', ['rule', 'outcome'])]),
      graph(title.ignored, [everySeries('SignalIgnored', ['because'])]),
      graph(title.controls, [
        ownMetric('converge', 'ControlClosed', 'Sum'),
        ownMetric('converge', 'ControlReopened', 'Sum'),
      ]),
    ],
    [
      graph(title.hubspot, [everySeries('HubSpotAnswer', ['status'])], 16),
      graph(title.api, [ingress.api.metricCount(), ingress.api.metricClientError(), ingress.api.metricServerError()]),
    ],
    [
      graph(
        title.queues,
        [signals, convergence, audit].map((queue) => queue.metricApproximateNumberOfMessagesVisible()),
      ),
      graph(title.retries, [
        ...(['decide', 'converge', 'audit'] as const).flatMap((service) => [
          ownMetric(service, 'MessageRetried', 'Sum'),
          ownMetric(service, 'MessageDeadLettered', 'Sum'),
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
      graph(title.coldStarts, [everySeries('ColdStart', ['function_name'])]),
    ],
    [
      value(title.findings, [everySeries('AuditFinding', ['finding'])], Duration.days(1)),
      graph(title.audit, [
        ownMetric('audit', 'AuditFinished', 'Sum', {}, Duration.hours(1)),
        ownMetric('audit', 'AuditContacts', 'Sum', {}, Duration.hours(1)),
      ]),
      ...(workers.canary === undefined
        ? []
        : [
            value(
              title.canary,
              [ownMetric('canary', 'CanaryMissed', 'Maximum', {}, Duration.days(1))],
              Duration.days(1),
            ),
          ]),
    ],
  ];
}
