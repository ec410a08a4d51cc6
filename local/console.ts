import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { byTime, iso } from '../src/clocks.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import type { Cloud } from './aws/cloud.ts';
import { alarmState, type Widget, widgetsOf } from './aws/cloudwatch.ts';

const NEWEST = 50;

/** A page that shows what the local stack is doing: queue depths and the newest decisions, without any address. */
export function addConsole(cloud: Cloud, links: { logs: string; twin?: string }): void {
  const state = async () => ({
    queues: await queueDepths(cloud),
    decisions: await newestDecisions(cloud),
    alarms: cloud.alarms.map((alarm) => ({
      alarm: alarm.AlarmName,
      state: alarmState(alarm, cloud.metrics),
      meaning: alarm.AlarmDescription,
    })),
    dashboard: cloud.dashboards.flatMap((body) => widgetsOf(body, cloud.metrics)),
    schedules: [...cloud.schedules.values()].map(({ name, next }) => ({
      name,
      next: next()?.toISOString() ?? 'never',
    })),
    ...links,
  });
  cloud.http.pages.set('/console/state', async () => ({
    type: 'application/json',
    body: JSON.stringify(await state(), null, 2),
  }));
  cloud.http.pages.set('/console', async () => ({ type: 'text/html; charset=utf-8', body: pageOf(await state()) }));
}

type State = {
  queues: { name: string; waiting: number; later: number; inWork: number }[];
  decisions: { at: string; contact: string; rule: string; outcome: string; reason: string }[];
  alarms: { alarm: string; state: string; meaning: string }[];
  dashboard: Widget[];
  schedules: { name: string; next: string }[];
  logs: string;
  twin?: string;
};

export async function queueDepths(cloud: Cloud): Promise<State['queues']> {
  return Promise.all(
    [...cloud.queueUrls].map(async ([name, QueueUrl]) => {
      const { Attributes = {} } = await cloud.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      return {
        name,
        waiting: Number(Attributes.ApproximateNumberOfMessages),
        later: Number(Attributes.ApproximateNumberOfMessagesDelayed),
        inWork: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
      };
    }),
  );
}

async function newestDecisions(cloud: Cloud): Promise<State['decisions']> {
  const documents = DynamoDBDocumentClient.from(cloud.dynamodb);
  const [TableName] = cloud.tableNames.values();
  const { Items = [] } = await documents.send(new ScanCommand({ TableName }));
  return (Items as LedgerEntry[])
    .sort((a, b) => byTime(b.recordedAt, a.recordedAt))
    .flatMap(({ body, recordedAt, contact }) =>
      body.kind === 'decision'
        ? [
            {
              at: iso(recordedAt),
              contact,
              rule: body.rule,
              outcome: body.outcome,
              reason: body.reason,
            },
          ]
        : [],
    )
    .slice(0, NEWEST);
}

function pageOf({ queues, decisions, alarms, dashboard, schedules, logs, twin }: State): string {
  const safe = (text: unknown) => String(text).replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
  const table = (rows: object[]) => {
    const [first] = rows;
    if (first === undefined) return '<p>none yet</p>';
    const row = (cells: unknown[], tag: string) =>
      `<tr>${cells.map((cell) => `<${tag}>${safe(cell)}</${tag}>`).join('')}</tr>`;
    return `<table>${row(Object.keys(first), 'th')}${rows.map((one) => row(Object.values(one), 'td')).join('')}</table>`;
  };
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>Widerruf, local</title>
<style>body{font:15px/1.5 system-ui;margin:2rem;max-width:75rem}td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}</style>
<h1>Widerruf, on this machine</h1>
<h2>Queues</h2>${table(queues)}
<h2>Newest decisions</h2>${table(decisions)}
<h2>Dashboard</h2>${dashboard.map(({ title, lines }) => `<h3>${safe(title)}</h3>${table(lines)}`).join('')}
<h2>Alarms</h2>${table(alarms)}
<h2>Schedules</h2>${table(schedules)}
<p>Logs: <code>${safe(logs)}</code>${twin === undefined ? '' : ` · HubSpot twin: <code>${safe(twin)}</code>`}</p></html>`;
}
