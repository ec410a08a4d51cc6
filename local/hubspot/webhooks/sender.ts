import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from '../behaviour.ts';
import type { PortalEvent } from '../portal/types.ts';
import { appWebhookHeaders, workflowHeaders } from './sign.ts';

/** Where webhooks go: the URL that is called and the one that is signed (they differ behind a tunnel or proxy). */
export type Target = { webhooks: string; workflows: string; signedWebhooks?: string; signedWorkflows?: string };

export type SenderOptions = {
  portal: number;
  secret: string;
  behaviour: Behaviour;
  clock: () => number;
  random: () => number;
  watches: (property: string) => boolean;
  /** Whether creations, deletions, restores and merges are told too. */
  recordEvents: boolean;
  /** Default: this machine's. */
  network?: Network;
};

/** How webhooks travel; replaced where time is simulated. */
export type Network = {
  /** Rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Returns the status, 0 when no answer came in time. */
  post: (request: Outgoing, signal: AbortSignal) => Promise<number>;
};
export type Outgoing = { url: string; body: string; headers: Record<string, string>; timeoutMs: number };

const machine: Network = {
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  async post({ url, body, headers, timeoutMs }, stopping) {
    try {
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]);
      const response = await fetch(url, { method: 'POST', body, headers, signal });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  },
};

export type WireEvent = Record<string, unknown>;
export type Sender = {
  connect(target: Target): void;
  tell(event: PortalEvent): void;
  /** Sends events as they are, e.g. of an unknown type. */
  send(events: WireEvent[]): void;
  workflow(body: object): void;
  /** Sends what `behaviour.hold` held back. */
  release(): void;
  /** Resolves when nothing is on its way or waiting for a retry. */
  idle(): Promise<void>;
  stop(): Promise<void>;
  /** Answers to all tries, newest last. */
  readonly deliveries: { kind: 'webhooks' | 'workflow'; status: number; events: number; attempt: number }[];
};

const BATCH = 100;
const APP_ID = 54_321;
/** HubSpot gathers events for a moment; its pause is not documented. */
const GATHER_MS = 20;
const WEBHOOK_TIMEOUT_MS = 5_000;
const WORKFLOW_TIMEOUT_MS = 30_000;

/** Sends webhooks as HubSpot does: signed, in batches of up to 100, tried again when not answered 2xx. */
export function createSender(options: SenderOptions): Sender {
  const { behaviour, clock, random, network = machine } = options;
  const stopping = new AbortController();
  const active = new Set<Promise<void>>();
  const deliveries: Sender['deliveries'] = [];
  let target: Target | undefined;
  let pending: WireEvent[] = [];
  let held: WireEvent[] = [];
  let gathering: Promise<void> | undefined;
  let eventId = 1000;

  const track = (work: Promise<void>) => {
    const safe = work.catch(() => undefined).finally(() => active.delete(safe));
    active.add(safe);
  };
  const enqueue = (events: WireEvent[]) => {
    if (behaviour.hold) {
      held.push(...events);
      return;
    }
    pending.push(...events);
    if (gathering !== undefined || target === undefined) return;
    gathering = network
      .sleep(GATHER_MS, stopping.signal)
      .then(() => flush())
      .finally(() => {
        gathering = undefined;
      });
    track(gathering);
  };
  const flush = () => {
    const events = behaviour.reorder ? shuffled(pending, random) : pending;
    pending = [];
    for (let i = 0; i < events.length; i += BATCH) {
      const batch = events.slice(i, i + BATCH);
      if (random() < behaviour.lost) continue;
      track(deliver(batch));
      if (random() < behaviour.duplicates) track(deliver(batch));
    }
  };
  /** Tries until `done`; each retry is signed anew. */
  const persist = async (send: (attempt: number) => Promise<number>, done: (status: number) => boolean) => {
    for (let attempt = 0; ; attempt++) {
      if (stopping.signal.aborted || done(await send(attempt))) return;
      const delay = behaviour.retryDelaysMs[attempt];
      if (delay === undefined) return;
      await network.sleep(delay, stopping.signal);
    }
  };
  const deliver = (batch: WireEvent[]) =>
    persist(
      async (attempt) => {
        if (target === undefined) return 0;
        const body = JSON.stringify(batch.map((event) => ({ ...event, attemptNumber: attempt })));
        const url = target.signedWebhooks ?? target.webhooks;
        const headers = appWebhookHeaders({ method: 'POST', url, body, secret: options.secret }, clock());
        const outgoing = { url: target.webhooks, body, headers, timeoutMs: WEBHOOK_TIMEOUT_MS };
        const status = await network.post(outgoing, stopping.signal);
        deliveries.push({ kind: 'webhooks', status, events: batch.length, attempt });
        return status;
      },
      (status) => status >= 200 && status < 300,
    );

  return {
    deliveries,
    connect(to) {
      target = to;
      enqueue([]);
    },
    tell(event) {
      const told = event.propertyName === undefined ? options.recordEvents : options.watches(event.propertyName);
      if (!told || behaviour.lostContacts.has(event.contact)) return;
      const { eventFormat } = behaviour;
      // Deletion for privacy is told in the old format only.
      const classic = eventFormat !== 'generic' || event.type === 'privacyDeletion';
      const generic = eventFormat !== 'classic' && event.type !== 'privacyDeletion';
      const body = bodyOf(event, options.portal);
      const one = (prefix: string, rest: object) => ({
        eventId: eventId++,
        subscriptionType: `${prefix}.${event.type}`,
        ...body,
        ...rest,
      });
      enqueue([
        ...(classic ? [one('contact', {})] : []),
        ...(generic ? [one('object', { objectTypeId: '0-1', isSensitive: false })] : []),
      ]);
    },
    send: enqueue,
    workflow(content) {
      const body = JSON.stringify(content);
      track(
        persist(
          async (attempt) => {
            if (target === undefined) return 0;
            const url = target.signedWorkflows ?? target.workflows;
            const headers = workflowHeaders({ method: 'POST', url, body, secret: options.secret });
            const outgoing = { url: target.workflows, body, headers, timeoutMs: WORKFLOW_TIMEOUT_MS };
            const status = await network.post(outgoing, stopping.signal);
            deliveries.push({ kind: 'workflow', status, events: 1, attempt });
            return status;
          },
          // 4xx is never tried again, except 429.
          (status) => status >= 200 && status < 500 && status !== 429,
        ),
      );
    },
    release() {
      const events = held;
      held = [];
      const { hold } = behaviour;
      behaviour.hold = false;
      enqueue(events);
      behaviour.hold = hold;
    },
    async idle() {
      while (active.size > 0) await Promise.all(active);
    },
    async stop() {
      stopping.abort();
      await Promise.all(active);
    },
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function bodyOf(
  { type, contact, occurredAt, actor, propertyName, propertyValue, merge }: PortalEvent,
  portalId: number,
) {
  return {
    subscriptionId: 7,
    portalId,
    appId: APP_ID,
    occurredAt,
    changeSource: actor.changeSource,
    ...(actor.sourceId !== undefined && { sourceId: actor.sourceId }),
    ...(merge === undefined
      ? { objectId: Number(contact) }
      : {
          primaryObjectId: Number(merge.primary),
          mergedObjectIds: merge.merged.map(Number),
          newObjectId: Number(merge.result),
          numberOfPropertiesMoved: 1,
        }),
    ...(propertyName !== undefined && { propertyName, propertyValue }),
    ...(type === 'creation' && { changeFlag: 'NEW' }),
    ...(type === 'deletion' && { changeFlag: 'DELETED' }),
  };
}
