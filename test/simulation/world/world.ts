import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createTwin } from '../../../local/hubspot/twin.ts';
import type { Outgoing } from '../../../local/hubspot/webhooks/network.ts';
import { LOCAL_ACCESS_TOKEN, LOCAL_CLIENT_SECRET, twinOptions } from '../../../local/twin-of.ts';
import { hashAddress, normaliseAddress } from '../../../src/address.ts';
import { ourTime } from '../../../src/clocks.ts';
import { createHubSpot, type HubSpot } from '../../../src/hubspot/hubspot.ts';
import { createTransport } from '../../../src/hubspot/transport.ts';
import { dynamodbLedger } from '../../../src/ledger/dynamodb-ledger.ts';
import { type ConvergenceRequest, delaySeconds } from '../../../src/queues/convergence-request.ts';
import { queueSignals } from '../../../src/queues/queue-signals.ts';
import { sendAll } from '../../../src/queues/send.ts';
import type { LedgerEntry } from '../../../src/rules/entry.ts';
import type { Telemetry } from '../../../src/telemetry/telemetry.ts';
import { auditBatch } from '../../../src/workers/audit/audit-batch.ts';
import { convergeBatch } from '../../../src/workers/converge/converge-batch.ts';
import { decideBatch } from '../../../src/workers/decide/decide-batch.ts';
import { receive } from '../../../src/workers/receive/receive.ts';
import { sourceOf } from '../random.ts';
import { registry, registryFile } from '../registry.ts';
import type { Scenario } from '../scenario.ts';
import { Truth } from '../truth/truth.ts';
import { createClients } from './aws.ts';
import { createNetwork, type Process, processes } from './network.ts';
import { SimulatedQueue } from './queue.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedTable } from './table.ts';

const ADDRESS_KEY = 'simulated key';
const API = 'http://hubspot.simulated';
const PUBLIC_URL = 'https://widerruf.simulated';
/** As the stack sets them (infra/queues.ts). */
const WORKER_TIMEOUT_MS = 60_000;
const AUDIT_TIMEOUT_MS = 15 * 60_000;
const VISIBILITY = 6;
const LONGEST_POLL_MS = 200;
const MAX_RECEIVES = 1000;
/** As in functions/converge.ts. */
const RESERVE_MS = 30_000;
const freely: Pace = (call) => call();
const START = Date.UTC(2026, 0, 5);

/** What one instance of a function keeps between invocations: its pacer, and what it learned of the portal. */
type Container = { hubspot: HubSpot };
type Invocation = { event: SQSEvent; container: Container; mayGoOn: () => boolean };
type Handler = (invocation: Invocation) => Promise<SQSBatchResponse>;
export type Pace = <T>(call: () => Promise<T>) => Promise<T>;
type Worker = {
  queue: SimulatedQueue;
  handler: Handler;
  batch: number;
  containers: Container[];
  timeoutMs: number;
  /** The moment of the next poll. */
  pollAt: number;
};

export type Hooks = { appended: (entry: LedgerEntry, before: readonly LedgerEntry[]) => void };

/** The whole system under one clock and one seed: the real receive, decide, converge and audit, everything around them simulated. */
export function createWorld(
  scenario: Scenario,
  hooks: Hooks,
  trace: (line: string) => void,
  pacesOf: (scheduler: Scheduler) => { signals: Pace[]; convergence: Pace[] } = () => ({
    signals: [freely, freely, freely],
    convergence: [freely, freely],
  }),
) {
  const chanceOf = (name: string) => sourceOf(scenario.seed, name);
  const inHubSpot = chanceOf('hubspot');
  const ofWorkers = chanceOf('workers');
  const scheduler = new Scheduler(START, scenario.mostSteps);
  const paces = pacesOf(scheduler);
  const now = () => scheduler.now;
  const ourClock = () => ourTime(scheduler.now);
  const say = (line: string) => trace(`${new Date(scheduler.now).toISOString()}  ${line}`);
  let stormy = true;
  const network = createNetwork(scheduler, chanceOf, () => (stormy ? scenario.weather : undefined), say);
  const truth = new Truth();
  /** True while Widerruf itself changes the portal. */
  let ours = false;

  const twin = createTwin({
    ...twinOptions(registryFile, registry),
    clock: now,
    random: inHubSpot.share,
    behaviour: {
      ...scenario.behaviour,
      reorder: scenario.reorder,
      lost: scenario.lost,
      duplicates: scenario.duplicates,
      // HubSpot's ten tries lie within a day.
      retryDelaysMs: [60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 30_720].map((s) => s * 1000),
      fail: () =>
        stormy && inHubSpot.chance(scenario.weather.refused) ? inHubSpot.pick([500, 502, 503, 504, 423]) : undefined,
      itemError: () =>
        stormy && inHubSpot.chance(scenario.itemErrors) ? inHubSpot.pick(['RATE_LIMITS', 'INTERNAL_ERROR']) : undefined,
    },
    network: { sleep: (ms) => scheduler.sleep(ms), post: (request) => deliver(request) },
    observe(event) {
      const { type, contact, propertyName = '', propertyValue = '' } = event;
      say(`HubSpot: ${ours ? '(ours) ' : ''}${type} ${contact} ${propertyName} ${propertyValue}`);
      if (!ours) truth.observe(event);
    },
  });
  const target = { webhooks: `${PUBLIC_URL}/webhooks/hubspot`, workflows: `${PUBLIC_URL}/webhooks/hubspot/workflows` };
  twin.sender.connect(target);

  const hubspotFetch = (url: string, init: RequestInit): Promise<Response> =>
    network.call({
      what: `hubspot ${init.method} ${new URL(url).pathname}`,
      repeats: false,
      lost: () => new TypeError('fetch failed'),
      refuse: () => Response.json({}, { status: inHubSpot.pick([500, 502, 503, 429]) }),
      async perform() {
        ours = true;
        try {
          return await twin.app.fetch(new Request(url, init));
        } finally {
          ours = false;
        }
      },
    });

  const queue = (name: string, fifo: boolean, timeoutMs: number) =>
    new SimulatedQueue(name, { fifo, visibilityMs: VISIBILITY * timeoutMs }, now, chanceOf(name));
  const queues = new Map(
    [
      queue('signals', true, WORKER_TIMEOUT_MS),
      queue('signals-dead', true, WORKER_TIMEOUT_MS),
      queue('convergence', false, WORKER_TIMEOUT_MS),
      queue('convergence-dead', false, WORKER_TIMEOUT_MS),
      queue('audit', false, AUDIT_TIMEOUT_MS),
      queue('audit-dead', false, AUDIT_TIMEOUT_MS),
    ].map((one) => [one.name, one]),
  );
  const named = (name: string) => queues.get(name) as SimulatedQueue;
  for (const name of ['convergence', 'audit']) named(name).doubles = scenario.doubles;
  for (const name of ['signals', 'convergence', 'audit']) {
    named(name).redrive = { to: named(`${name}-dead`), after: MAX_RECEIVES };
  }
  named('signals').sent = ({ body }) => {
    const { kind, contact, form, occurredAt } = JSON.parse(body) as Record<string, unknown>;
    if (kind === 'form') truth.told.add(`${contact} form ${form} ${occurredAt}`);
  };
  const inTable = chanceOf('table');
  const table = new SimulatedTable(
    now,
    () => inTable.int(0, 1000),
    (entry, before) => {
      say(`ledger: ${entry.contact}#${entry.seq} ${summary(entry)}`);
      hooks.appended(entry, before);
    },
  );
  const { sqs, dynamodb } = createClients(network, { queues, table }, chanceOf('partial'), () =>
    stormy ? scenario.partial : 0,
  );

  const telemetry = {
    logger: new Logger({ logLevel: 'SILENT' }),
    measure: () => undefined,
  } as unknown as Telemetry;
  const containerWith = (pace: Pace): Container => {
    const send = createTransport({
      baseUrl: API,
      accessToken: () => Promise.resolve(LOCAL_ACCESS_TOKEN),
      timeoutMs: 10_000,
      pace,
    });
    return { hubspot: createHubSpot(send, ourClock, registry) };
  };
  const failures = (name: string) => ({
    sqs,
    queueUrl: name,
    deadLetterQueueUrl: `${name}-dead`,
    telemetry,
    now,
    random: ofWorkers.share,
    backoff: { first: 2, longest: 300 },
  });
  let salted = 0;
  const base = {
    registry,
    ledger: dynamodbLedger(dynamodb, 'ledger'),
    request: (requests: readonly ConvergenceRequest[]) =>
      sendAll(
        sqs,
        'convergence',
        requests.map((one) => ({ MessageBody: JSON.stringify(one), DelaySeconds: delaySeconds(one, ourClock()) })),
      ),
    telemetry,
    now: ourClock,
    salt: () => String(++salted),
    addressKey: ADDRESS_KEY,
  };
  const reports: { findings: Record<string, number> }[] = [];
  const auditDeps = (mode: 'repair' | 'report') => ({
    ...base,
    mode,
    queueSignals: (signals: Parameters<typeof queueSignals>[2]) => queueSignals(sqs, 'signals', signals),
    goOn: (run: unknown) => sendAll(sqs, 'audit', [{ MessageBody: JSON.stringify(run) }]),
    keep: (_name: string, report: { findings: Record<string, number> }) => {
      reports.push(report);
      return Promise.resolve();
    },
    failures: failures('audit'),
  });
  let auditMode: 'repair' | 'report' = 'repair';
  type Scaling = { batch: number; timeoutMs: number };
  const worker = (name: string, { batch, timeoutMs }: Scaling, some: Pace[], handler: Handler): Worker => ({
    queue: named(name),
    handler,
    batch,
    containers: some.map(containerWith),
    timeoutMs,
    pollAt: Number.POSITIVE_INFINITY,
  });
  const workers = [
    worker('signals', { batch: 10, timeoutMs: WORKER_TIMEOUT_MS }, paces.signals, ({ event, container }) =>
      decideBatch(event, { ...base, ...container, failures: failures('signals') }),
    ),
    worker(
      'convergence',
      { batch: 100, timeoutMs: WORKER_TIMEOUT_MS },
      paces.convergence,
      ({ event, container, mayGoOn }) =>
        convergeBatch(event, { ...base, ...container, failures: failures('convergence') }, mayGoOn),
    ),
    worker('audit', { batch: 1, timeoutMs: AUDIT_TIMEOUT_MS }, [freely], ({ event, container: { hubspot } }) =>
      auditBatch(
        event,
        { ...auditDeps(auditMode), hubspot, search: hubspot.send },
        () => !stormy || ofWorkers.chance(0.9),
      ),
    ),
  ];

  /** Lambda's polling: as soon as something can be received and a slot is free. */
  function poll(one: Worker): void {
    const next = one.queue.nextAt();
    if (one.containers.length === 0 || next === undefined) return;
    const at = Math.max(next, now());
    if (one.pollAt <= at + LONGEST_POLL_MS) return;
    one.pollAt = at + ofWorkers.int(0, LONGEST_POLL_MS);
    const planned = one.pollAt;
    scheduler.after(planned - now(), () => {
      if (one.pollAt !== planned) return;
      one.pollAt = Number.POSITIVE_INFINITY;
      const records = one.queue.receive(one.batch);
      if (records.length > 0) invoke(one, records);
    });
  }

  let invocations = 0;
  function invoke(one: Worker, Records: SQSEvent['Records']): void {
    const container = one.containers.pop();
    if (container === undefined) return;
    const began = now();
    const name = `${one.queue.name}/${++invocations}`;
    let over = false;
    const end = () => {
      if (!over) one.containers.push(container);
      over = true;
    };
    const process: Process = { name, dead: false, died: end };
    say(`${name}: starts with ${Records.map(({ messageId }) => messageId).join(', ')}`);
    scheduler.after(one.timeoutMs, () => {
      if (over) return;
      say(`${name}: times out`);
      process.dead = true;
      end();
    });
    processes
      .run(process, () =>
        one.handler({
          event: { Records },
          container,
          mayGoOn: () => one.timeoutMs - (now() - began) > RESERVE_MS,
        }),
      )
      .then(({ batchItemFailures }) => {
        if (process.dead) return;
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        for (const { messageId, receiptHandle } of Records) {
          // A deletion can fail too; the message then comes again.
          const forgotten = stormy && ofWorkers.chance(scenario.weather.answerLost);
          if (!failed.has(messageId) && !forgotten) one.queue.delete(receiptHandle);
        }
      })
      .catch((error: unknown) => say(`${name}: fails: ${String(error)}`))
      .finally(end);
  }

  /** One request of HubSpot's through API Gateway; returns the status that HubSpot sees. */
  async function deliver({ url, body, headers, timeoutMs }: Outgoing): Promise<number> {
    const name = `receive/${++invocations}`;
    const fate = stormy
      ? (['requestLost', 'answerLost'] as const).find((one) => inHubSpot.chance(scenario.weather[one]))
      : undefined;
    if (fate !== undefined) say(`${name}: ${fate}`);
    await scheduler.sleep(fate === 'requestLost' ? timeoutMs : network.latency());
    if (fate === 'requestLost') return 0;
    const status = await new Promise<number>((resolve) => {
      const process: Process = { name, dead: false, died: () => resolve(500) };
      processes
        .run(process, () => receive(gatewayEvent(url, body, headers), { ...receiveDeps, now: ourClock }))
        .then(({ statusCode }) => resolve(statusCode ?? 200))
        .catch(() => resolve(503));
    });
    say(`${name}: answers ${status}`);
    if (status >= 200 && status < 300) for (const key of keysOf(body)) truth.heard.add(key);
    await scheduler.sleep(fate === 'answerLost' ? timeoutMs : network.latency());
    return fate === 'answerLost' ? 0 : status;
  }
  const receiveDeps = {
    registry,
    publicUrl: PUBLIC_URL,
    clientSecrets: () => Promise.resolve([LOCAL_CLIENT_SECRET]),
    acceptV2: true,
    queue: (signals: Parameters<typeof queueSignals>[2]) => queueSignals(sqs, 'signals', signals),
    measure: () => undefined,
  };

  const tick = () => {
    for (const one of workers) poll(one);
  };
  scheduler.beforeEach = tick;

  truth.isKnownAs = (contact, address) => {
    const hash = hashAddress(ADDRESS_KEY, address);
    const survivor = [...truth.people.values()].find(({ absorbed }) => absorbed.some(({ id }) => id === contact));
    const record = twin.portal.contacts.get(survivor?.id ?? contact);
    const isUnseen =
      record?.archived === true && !truth.person(record.id).deletions.some((key) => truth.heard.has(key));
    const holds =
      record === undefined || isUnseen
        ? []
        : [twin.portal.emailOf(record), ...(twin.portal.property(record, 'hs_additional_emails') ?? '').split(';')];
    return (
      holds.map(normaliseAddress).includes(address) ||
      table.entries(`${registry.portal}#${contact}`).some(({ addressHash }) => addressHash === hash)
    );
  };

  return {
    scenario,
    scheduler,
    twin,
    truth,
    table,
    queues,
    reports,
    say,
    fetch: hubspotFetch,
    isOurs: () => ours,
    startAudit(mode: 'repair' | 'report' = 'repair') {
      auditMode = mode;
      named('audit').send({ body: '{"v":1}' });
    },
    /** Ends or begins all trouble of machines and networks. */
    set stormy(value: boolean) {
      stormy = value;
      Object.assign(twin.behaviour, {
        lost: value ? scenario.lost : 0,
        duplicates: value ? scenario.duplicates : 0,
        limitPer10Seconds: value ? (scenario.behaviour.limitPer10Seconds ?? 190) : Number.POSITIVE_INFINITY,
      });
      for (const name of ['convergence', 'audit']) named(name).doubles = value ? scenario.doubles : 0;
    },
    /** What an operator does with dead letters. Returns how many went back. */
    redrive(): number {
      let count = 0;
      for (const one of workers) {
        const dead = named(`${one.queue.name}-dead`);
        for (const { body, group, id, reason } of dead.messages) {
          say(`redrive ${id}: ${reason}`);
          one.queue.send({ body, group, deduplicationId: `${id} redriven` });
          count++;
        }
        dead.messages = [];
      }
      return count;
    },
  };
}
export type World = ReturnType<typeof createWorld>;

function gatewayEvent(url: string, body: string, headers: Record<string, string>): APIGatewayProxyEventV2 {
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

/** The events of a delivered body, as the truth names them. */
function keysOf(body: string): string[] {
  const parsed = JSON.parse(body) as Record<string, unknown>[] | Record<string, unknown>;
  if (Array.isArray(parsed)) {
    return parsed.map((one) =>
      one['newObjectId'] === undefined
        ? `${one['objectId']} ${one['propertyName'] ?? ''} ${one['propertyValue'] ?? ''} ${one['occurredAt']}`
        : `${one['newObjectId']} merge ${one['occurredAt']}`,
    );
  }
  if (parsed['event'] === 'form-submission')
    return [`${parsed['contactId']} form ${parsed['formId']} ${parsed['submittedAt']}`];
  const submissions = (parsed['form-submissions'] ?? []) as { 'form-id': string; timestamp: number }[];
  return submissions.map((one) => `${parsed['vid']} form ${one['form-id']} ${one.timestamp}`);
}

function summary({ body }: LedgerEntry): string {
  switch (body.kind) {
    case 'decision':
      return `${body.rule} ${body.outcome}: ${body.reason}`;
    case 'planned':
      return `planned ${JSON.stringify(body.intended)}`;
    case 'applied':
      return `applied ${Object.keys(body.written).join(' ')}${Object.keys(body.lifted).length > 0 ? ` lifted ${Object.keys(body.lifted).join(' ')}` : ''}`;
  }
}
