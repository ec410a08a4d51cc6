import { createHmac } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ourTime } from '../src/clocks.ts';
import { queueSignals } from '../src/queues/queue-signals.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry } from '../src/registry/registry.ts';
import { type ReceiveDeps, receive } from '../src/workers/receive/receive.ts';
import { interleaved, type Turns } from './interleaved.ts';
import type { Row } from './rows.ts';

const NOW = Date.UTC(2026, 10, 24);
const SECRET = '00000000-0000-4000-8000-000000000000';
const PUBLIC_URL = 'https://webhooks.example.at';
const PATH = '/webhooks/hubspot';
const registry = arrangeRegistry(loadRegistry('registry/noeku.example.yaml'));

/** An opt-out as HubSpot tells of one; each event is another contact's. */
const eventOf = (n: number) => ({
  eventId: 3_816_279_340 + n,
  subscriptionId: 2_234_567 + n,
  portalId: registry.portal,
  appId: 1_160_452,
  occurredAt: NOW - 1000 - n,
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
  objectId: 101 + n,
  propertyName: 'hs_email_optout_501',
  propertyValue: 'true',
  changeSource: 'EMAIL',
  sourceId: 'userId:7',
});

/** One signed request with so many events, all of which the rules need. */
function requestOf(events: number) {
  const body = JSON.stringify(Array.from({ length: events }, (_, n) => eventOf(n)));
  const sign = () => createHmac('sha256', SECRET).update(`POST${PUBLIC_URL}${PATH}${body}${NOW}`).digest('base64');
  const event = {
    rawPath: PATH,
    rawQueryString: '',
    headers: { 'x-hubspot-signature-v3': sign(), 'x-hubspot-request-timestamp': String(NOW) },
    body,
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST', path: PATH } },
  } as unknown as APIGatewayProxyEventV2;
  return { body, sign, event };
}

/** An SQS that answers at once: what is left is making the messages. The SDK's own work is left out of both sides. */
const sqs = { send: () => Promise.resolve({}) } as unknown as SQSClient;

const deps: ReceiveDeps = {
  registry,
  publicUrl: PUBLIC_URL,
  clientSecrets: () => Promise.resolve([SECRET]),
  acceptV2: true,
  queue: () => Promise.resolve(),
  now: () => ourTime(NOW),
  measure: () => undefined,
};

/** `receive` in process, held against what nobody can leave out: checking the signature of the same bytes and parsing them. */
export async function receiveRows(turns: Turns): Promise<Row[]> {
  const hundred = requestOf(100);
  const one = requestOf(1);
  for (const [count, { event }] of [
    [100, hundred],
    [1, one],
  ] as const) {
    const answer = await receive(event, deps);
    if (answer.body !== JSON.stringify({ queued: count, dropped: 0 })) throw new Error(`receive: ${answer.body}`);
  }
  const floor = ({ body, sign }: typeof one) => [sign(), JSON.parse(body) as unknown[]] as const;
  const ofHundred = await interleaved(
    { floor: () => floor(hundred), receive: () => receive(hundred.event, deps) },
    turns,
  );
  const queueing = await interleaved(
    {
      floor() {
        const [, events] = floor(hundred);
        for (let i = 0; i < events.length; i += 10) JSON.stringify(events.slice(i, i + 10));
      },
      receive: () =>
        receive(hundred.event, {
          ...deps,
          queue: (signals) => queueSignals(sqs, { persons: 'queue', crowds: 'crowds' }, signals),
        }),
    },
    turns,
  );
  const ofOne = await interleaved({ floor: () => floor(one), receive: () => receive(one.event, deps) }, turns);
  const same = 'HMAC over the same bytes + JSON.parse';
  return [
    { what: 'receive, 100 relevant events, without queueing', floor: same, goal: 2, ...pair(ofHundred) },
    {
      what: 'receive, 100 relevant events, SQS answers at once',
      floor: `${same} + JSON.stringify of ten batches`,
      goal: 1.5,
      ...pair(queueing),
    },
    { what: 'receive, 1 event, without queueing', floor: same, goal: 2, ...pair(ofOne) },
  ];
}

function pair({ receive: ours, floor }: Record<'receive' | 'floor', { ms: number; ratio: number }>) {
  return { ms: ours.ms, floorMs: floor.ms, ratio: ours.ratio };
}
