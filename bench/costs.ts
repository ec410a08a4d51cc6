import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { WiderrufStack } from '../infra/stack.ts';
import { parseStage } from '../stages/stage.ts';
import { PRICES_OF, price } from './prices.ts';

/**
 * `node bench/costs.ts`: what Widerruf costs a month in AWS, as a table. Alarms, secrets, keys and dashboards are counted in the
 * template; amounts per event follow from the code and are stated beside each line; what is assumed stands here.
 */
const assumed = {
  /** Billed time of one invocation in seconds, at 1 GB; the local stack cannot tell what AWS would bill. */
  receiveSeconds: 0.05,
  decideSeconds: 0.1,
  convergeSeconds: 1,
  eventsPerPost: 10,
  /** `npm run bench -- --only cost` counts fewer than 400. */
  logBytesPerEvent: 500,
  /** Of all events, one in twenty is a decision to be written to HubSpot; most others are echoes of our own writes. */
  converged: 1 / 20,
  /** Contacts of the portal, which the nightly audit looks at. */
  contacts: 100_000,
  /** Series of our own metrics: how many there are depends on what happens. */
  series: 120,
  /** Bytes that a call of HubSpot sends. */
  callBytes: 2000,
};
const SECONDS = 30 * 24 * 3600;
const KB = 1000;
const GB = 1e9;

export type Line = { part: string; dollars: number };
export type Count = ReturnType<typeof countIn>;

/** What the template holds, however little is going on. */
export function countIn(template: Template) {
  const of = (type: string) => Object.values(template.findResources(type));
  const alarmMetrics = of('AWS::CloudWatch::Alarm').map(({ Properties }) => {
    const parts = Properties['Metrics'] as { MetricStat?: unknown }[] | undefined;
    return parts?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
  });
  return {
    alarms: alarmMetrics.length,
    alarmMetrics: alarmMetrics.reduce((sum, one) => sum + one, 0),
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    secrets: of('AWS::SecretsManager::Secret').length,
    keys: of('AWS::KMS::Key').length,
    schedules: of('AWS::Scheduler::Schedule').length,
    queues: of('AWS::Lambda::EventSourceMapping').length,
  };
}

/** A month with so many events, a year after the start: the ledger has grown meanwhile. */
export function monthly(events: number, count: Count): Line[] {
  const posts = events / assumed.eventsPerPost;
  const decisions = events * assumed.converged;
  const invocations = posts + events + decisions;
  const seconds = posts * assumed.receiveSeconds + events * assumed.decideSeconds + decisions * assumed.convergeSeconds;
  const ledgerGb = (12 * decisions * 6 * KB) / GB;
  const logGb = (events * assumed.logBytesPerEvent) / GB;
  const calls = decisions + 30 * (assumed.contacts / 100);
  return [
    { part: 'HTTP API (10 events a request)', dollars: posts * price.httpApi },
    {
      part: 'Lambda (receive per request, decide per event, converge per decision: the worst case, unbatched)',
      dollars: invocations * price.lambdaRequest + seconds * price.lambdaGbSecond,
    },
    { part: 'SQS FIFO (send, receive, delete per event)', dollars: events * 3 * price.sqsFifo },
    { part: 'SQS standard (send, receive, delete per decision)', dollars: decisions * 3 * price.sqsStandard },
    {
      part: 'DynamoDB: a query of 2 units per event; three entries of 2 KB, their index and what status counts per decision',
      // Counting: one unit when an entry is written, three when it is taken off.
      dollars: (events + decisions) * 2 * price.dynamodbRead + decisions * (3 * (2 + 1) + 4) * price.dynamodbWrite,
    },
    {
      part: 'DynamoDB: storage and point-in-time recovery of a year’s ledger (6 KB per decision)',
      dollars: ledgerGb * (price.dynamodbGb + price.recoveryGb),
    },
    {
      part: `Audits: 3 units per contact and night, ${assumed.contacts.toLocaleString('en')} contacts`,
      dollars: 30 * assumed.contacts * 3 * price.dynamodbRead,
    },
    {
      part: 'CloudWatch Logs: taking in, and three months’ storage',
      dollars: logGb * (price.logGb + 3 * price.logStorageGb),
    },
    {
      part: 'Data to HubSpot (2 KB per decision and per hundred contacts audited)',
      dollars: ((calls * assumed.callBytes) / GB) * price.egressGb,
    },
    ...standing(count),
  ];
}

/** What is paid for though nothing happens. */
function standing(count: Count): Line[] {
  const everyFiveMinutes = 10 * (SECONDS / 300);
  return [
    {
      part: 'Idle polling of the queues (5 pollers each, a call each 20 s)',
      dollars: count.queues * 5 * (SECONDS / 20) * price.sqsStandard,
    },
    {
      part: `CloudWatch: ${assumed.series} series, ${count.alarms} alarms on ${count.alarmMetrics} metrics, a dashboard`,
      dollars:
        assumed.series * price.metric + count.alarmMetrics * price.alarmMetric + count.dashboards * price.dashboard,
    },
    {
      part: `${count.secrets} secrets, ${count.keys} key, and calls of both (every 5 minutes from 10 environments)`,
      dollars:
        count.secrets * price.secret +
        count.keys * price.key +
        everyFiveMinutes * (count.secrets * price.secretCall + price.keyCall),
    },
    {
      part: `${count.schedules} schedules, 100 MB of reports in S3`,
      dollars: count.schedules * 30 * price.schedule + 0.1 * price.s3Gb,
    },
  ];
}

/** The stack of a production stage on the example registry, without bundling. */
export function exampleTemplate(): Template {
  const settings = {
    production: false,
    portal: 24681357,
    registry: 'registry/noeku.example.yaml',
    alarms: { actNow: [], lookTomorrow: [] },
    runbook: 'https://example.at/runbook.md',
  };
  const { stage, registry } = parseStage(JSON.stringify(settings), 'prod.yaml');
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(new WiderrufStack(app, 'Costs', { stage: { ...stage, production: true }, registry }));
}

/** The table of docs/deploy.md. */
export function costTable(): string {
  const count = countIn(exampleTemplate());
  const volumes = [1000, 100_000, 10_000_000];
  const columns = volumes.map((events) => monthly(events, count));
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const total = (column: Line[]) => column.reduce((sum, one) => sum + one.dollars, 0).toFixed(2);
  const amounts = (i: number) => columns.map((column) => (column[i]?.dollars ?? 0).toFixed(2));
  return [
    row([`part (${PRICES_OF})`, ...volumes.map((events) => `${events.toLocaleString('en')} events`)]),
    row(['---', ...volumes.map(() => '---:')]),
    ...(columns[0] ?? []).map(({ part }, i) => row([part, ...amounts(i)])),
    row(['**together, $ a month**', ...columns.map((column) => `**${total(column)}**`)]),
  ].join('\n');
}

if (import.meta.main) process.stdout.write(`${costTable()}\n`);
