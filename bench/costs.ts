/**
 * `node bench/costs.ts`: what Widerruf costs a month in AWS, as a table. Prices are list prices of US East (N. Virginia) in
 * US dollars; amounts per event follow from the code and are stated beside each line. Free tiers are left out.
 */
const MILLION = 1_000_000;
const price = {
  httpApi: 1.0 / MILLION,
  lambdaRequest: 0.2 / MILLION,
  lambdaGbSecond: 0.000_013_333_4,
  sqsStandard: 0.4 / MILLION,
  sqsFifo: 0.5 / MILLION,
  writeUnit: 0.625 / MILLION,
  readUnit: 0.125 / MILLION,
  logGb: 0.5,
  metric: 0.3,
  alarmMetric: 0.1,
  dashboard: 3,
  secret: 0.4,
  kmsKey: 1,
};
/** Assumed billed time of one invocation in seconds, at 1 GB; the local stack cannot tell what AWS would bill. */
const assumed = {
  receiveSeconds: 0.05,
  decideSeconds: 0.1,
  convergeSeconds: 1,
  eventsPerPost: 10,
  logBytesPerEvent: 1500,
};
/** Of all events, one in twenty is a decision to be written to HubSpot; most others are echoes of our own writes. */
const CONVERGED = 1 / 20;

function monthly(events: number): { part: string; dollars: number }[] {
  const posts = events / assumed.eventsPerPost;
  const converged = events * CONVERGED;
  return [
    { part: 'HTTP API (10 events a request)', dollars: posts * price.httpApi },
    {
      part: 'Lambda (receive per request, decide per event, converge per decision: the worst case, unbatched)',
      dollars:
        (posts + events + converged) * price.lambdaRequest +
        (posts * assumed.receiveSeconds + events * assumed.decideSeconds + converged * assumed.convergeSeconds) *
          price.lambdaGbSecond,
    },
    { part: 'SQS FIFO (send, receive, delete per event)', dollars: events * 3 * price.sqsFifo },
    { part: 'SQS standard (send, receive, delete per decision)', dollars: converged * 3 * price.sqsStandard },
    {
      part: 'DynamoDB (a query of 2 units per event; three entries of 2 KB and their index per decision)',
      dollars: (events + converged) * 2 * price.readUnit + converged * 3 * (2 + 1) * price.writeUnit,
    },
    { part: 'CloudWatch Logs', dollars: ((events * assumed.logBytesPerEvent) / 1e9) * price.logGb },
    {
      part: 'Idle polling of the queues (5 pollers, a call each 20 s)',
      dollars: 3 * 5 * 3 * 60 * 24 * 30 * price.sqsStandard,
    },
    {
      part: 'CloudWatch: 60 series, 50 metrics in alarms, a dashboard',
      dollars: 60 * price.metric + 50 * price.alarmMetric + price.dashboard,
    },
    { part: 'three secrets and a key', dollars: 3 * price.secret + price.kmsKey },
  ];
}

const volumes = [1000, 100_000, 10_000_000];
const columns = volumes.map(monthly);
const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
const dollars = (value: number) => value.toFixed(2);
const lines = [
  row(['part', ...volumes.map((events) => `${events.toLocaleString('en')} events`)]),
  row(['---', ...volumes.map(() => '---:')]),
  ...(columns[0] ?? []).map(({ part }, i) => row([part, ...columns.map((column) => dollars(column[i]?.dollars ?? 0))])),
  row([
    '**together, $ a month**',
    ...columns.map((column) => `**${dollars(column.reduce((sum, one) => sum + one.dollars, 0))}**`),
  ]),
];
process.stdout.write(`${lines.join('\n')}\n`);
