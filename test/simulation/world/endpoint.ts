import type { SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Outgoing } from '../../../local/hubspot/webhooks/network.ts';
import { LOCAL_CLIENT_SECRET } from '../../../local/twin-of.ts';
import { queueSignals } from '../../../src/queues/queue-signals.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { receive } from '../../../src/workers/receive/receive.ts';
import type { Truth } from '../truth/truth.ts';
import { PUBLIC_URL } from './account.ts';
import { type Process, processes } from './network.ts';
import { SIGNAL_QUEUES } from './queues.ts';
import type { Setting } from './setting.ts';

/** API Gateway with the real receive behind it. The answer to a request is the status that HubSpot sees, 0 for none. */
export function createEndpoint(
  setting: Setting,
  truth: Truth,
  sqs: () => SQSClient,
): (request: Outgoing) => Promise<number> {
  const deps = {
    get registry() {
      return setting.registry();
    },
    publicUrl: PUBLIC_URL,
    clientSecrets: () => Promise.resolve([LOCAL_CLIENT_SECRET]),
    acceptV2: true,
    queue: (signals: readonly Signal[]) => queueSignals(sqs(), SIGNAL_QUEUES, signals),
    measure: () => undefined,
    now: setting.ourNow,
  };
  return (request) => deliver(request, setting, truth, (event) => receive(event, deps));
}

async function deliver(
  request: Outgoing,
  setting: Setting,
  truth: Truth,
  invoke: (event: APIGatewayProxyEventV2) => ReturnType<typeof receive>,
): Promise<number> {
  const { scheduler, network, say, strikes } = setting;
  const name = setting.nameInvocation('receive');
  const fate = fateOf(setting);
  if (fate !== undefined) {
    say(`${name}: ${fate}`);
    strikes('a webhook gets no answer');
  }
  await scheduler.sleep(fate === 'requestLost' ? request.timeoutMs : network.latency());
  if (fate === 'requestLost') return 0;
  const status = await statusOf(name, () => invoke(gatewayEvent(request)));
  say(`${name}: answers ${status}`);
  if (status >= 200 && status < 300) for (const key of keysOf(request.body)) truth.heard.set(key, scheduler.now);
  await scheduler.sleep(fate === 'answerLost' ? request.timeoutMs : network.latency());
  return fate === 'answerLost' ? 0 : status;
}

/** API Gateway's status for one invocation: 500 when the process dies, 503 when the function throws. */
function statusOf(name: string, invoke: () => ReturnType<typeof receive>): Promise<number> {
  return new Promise((resolve) => {
    const process: Process = { name, dead: false, died: () => resolve(500) };
    processes
      .run(process, invoke)
      .then(({ statusCode }) => resolve(statusCode ?? 200))
      .catch(() => resolve(503));
  });
}

/** What happens to a request of HubSpot's on its way, if anything does. */
function fateOf({ storm, scenario, inHubSpot }: Setting): 'requestLost' | 'answerLost' | undefined {
  if (!storm.isOn) return undefined;
  return (['requestLost', 'answerLost'] as const).find((fate) => inHubSpot.chance(scenario.weather[fate]));
}

function gatewayEvent({ url, body, headers }: Outgoing): APIGatewayProxyEventV2 {
  const { pathname } = new URL(url);
  return {
    rawPath: pathname,
    rawQueryString: '',
    headers,
    body,
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST', path: pathname } },
  } as unknown as APIGatewayProxyEventV2;
}

type Parsed = Record<string, unknown>;

/** A body in which ids that no number holds exactly stay what they are; read apart from the code under test. */
function parsedExactly(body: string): unknown {
  return JSON.parse(body, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) ? context?.source : value,
  ) as unknown;
}

/** The events of a delivered body, as the truth names them. */
function keysOf(body: string): string[] {
  const parsed = parsedExactly(body) as Parsed[] | Parsed;
  if (Array.isArray(parsed)) return parsed.map(keyOfEvent);
  if (parsed['event'] === 'form-submission')
    return [`${parsed['contactId']} form ${parsed['formId']} ${parsed['submittedAt']}`];
  const submissions = (parsed['form-submissions'] ?? []) as { 'form-id': string; timestamp: number }[];
  return submissions.map((one) => `${parsed['vid']} form ${one['form-id']} ${one.timestamp}`);
}

function keyOfEvent(event: Parsed): string {
  return event['newObjectId'] === undefined
    ? `${event['objectId']} ${event['propertyName'] ?? ''} ${event['propertyValue'] ?? ''} ${event['occurredAt']}`
    : `${event['newObjectId']} merge ${event['occurredAt']}`;
}
