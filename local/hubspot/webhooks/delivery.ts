import type { Behaviour } from '../behaviour.ts';
import type { Network } from './network.ts';
import { appWebhookHeaders, workflowHeaders } from './sign.ts';
import type { WireEvent } from './wire-events.ts';

/** Where webhooks go: the URL that is called and the one that is signed (they differ behind a tunnel or proxy). */
export type Target = { webhooks: string; workflows: string; signedWebhooks?: string; signedWorkflows?: string };

/** The answer to one try; `status` is 0 when none came, `attempt` counts from 0. */
export type Delivery = { kind: 'webhooks' | 'workflow'; status: number; events: number; attempt: number };

export type DeliveryOptions = {
  secret: string;
  behaviour: Behaviour;
  clock: () => number;
  network: Network;
  /** Aborts when the sender stops. */
  stopping: AbortSignal;
  /** Asked before each try; undefined while nobody listens. */
  target: () => Target | undefined;
  /** Told of each try's answer. */
  delivered: (delivery: Delivery) => void;
};

const WEBHOOK_TIMEOUT_MS = 5_000;
const WORKFLOW_TIMEOUT_MS = 30_000;

/** Delivers a batch of events to the app: signed anew for each try, until the answer is 2xx or all tries are used up. */
export function deliverEvents(batch: readonly WireEvent[], options: DeliveryOptions): Promise<void> {
  const { clock, network, secret, stopping } = options;
  const isDone = (status: number) => status >= 200 && status < 300;
  return persist(options, isDone, async (attempt, target) => {
    const body = JSON.stringify(batch.map((event) => ({ ...event, attemptNumber: attempt })));
    const url = target.signedWebhooks ?? target.webhooks;
    const headers = appWebhookHeaders({ method: 'POST', url, body, secret }, clock());
    const status = await network.post({ url: target.webhooks, body, headers, timeoutMs: WEBHOOK_TIMEOUT_MS }, stopping);
    options.delivered({ kind: 'webhooks', status, events: batch.length, attempt });
    return status;
  });
}

/** Delivers what a workflow's "Send a webhook" sends. A 4xx is never tried again, except 429. */
export function deliverWorkflow(content: object, options: DeliveryOptions): Promise<void> {
  const { network, secret, stopping } = options;
  const body = JSON.stringify(content);
  const isDone = (status: number) => status >= 200 && status < 500 && status !== 429;
  return persist(options, isDone, async (attempt, target) => {
    const url = target.signedWorkflows ?? target.workflows;
    const headers = workflowHeaders({ method: 'POST', url, body, secret });
    const outgoing = { url: target.workflows, body, headers, timeoutMs: WORKFLOW_TIMEOUT_MS };
    const status = await network.post(outgoing, stopping);
    options.delivered({ kind: 'workflow', status, events: 1, attempt });
    return status;
  });
}

/** Tries until an answer `isDone`, with HubSpot's waits in between. While nobody listens a try comes to nothing. */
async function persist(
  { behaviour, network, stopping, target }: DeliveryOptions,
  isDone: (status: number) => boolean,
  send: (attempt: number, target: Target) => Promise<number>,
): Promise<void> {
  for (let attempt = 0; !stopping.aborted; attempt++) {
    const to = target();
    if (isDone(to === undefined ? 0 : await send(attempt, to))) return;
    const delay = behaviour.retryDelaysMs[attempt];
    if (delay === undefined) return;
    await network.sleep(delay, stopping);
  }
}
