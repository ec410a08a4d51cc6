import { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_ACCESS_TOKEN } from '../../../local/twin-of.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { retrying } from '../../../src/hubspot/retry.ts';
import { createTransport } from '../../../src/hubspot/transport.ts';
import { dynamodbLedger } from '../../../src/ledger/dynamodb-ledger.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { type ConvergenceRequest, messageOf } from '../../../src/queues/convergence-request.ts';
import { queueSignals } from '../../../src/queues/queue-signals.ts';
import { sendAll } from '../../../src/queues/send.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import type { Telemetry } from '../../../src/telemetry/telemetry.ts';
import { auditBatch } from '../../../src/workers/audit/audit-batch.ts';
import { convergeBatch } from '../../../src/workers/converge/converge-batch.ts';
import { decideBatch } from '../../../src/workers/decide/decide-batch.ts';
import { registry } from '../registry.ts';
import { API } from './account.ts';
import type { Container, Worker } from './lambda.ts';
import type { Latency } from './network.ts';
import { AUDIT_TIMEOUT_MS, type Queues, SIGNAL_QUEUES, WORKER_TIMEOUT_MS } from './queues.ts';
import type { Setting } from './setting.ts';
import { versioned } from './versions.ts';

export const ADDRESS_KEY = 'simulated key';

/** How an instance of a function keeps within HubSpot's limits. */
export type Pace = <T>(call: () => Promise<T>) => Promise<T>;
export const freely: Pace = (call) => call();
/** A pacer for each instance of the workers that have several. */
export type Paces = {
  signals: Pace[];
  /** Instances of decide that work on crowds' signals. */
  crowds?: Pace[];
  convergence: Pace[];
  /** How long each call takes on its way; default: fast as a rule, and slow now and then. */
  latencyOf?: Latency;
};

export type Clients = { sqs: SQSClient; dynamodb: DynamoDBClient };
/** What audits found; and whether the next audit repairs or only reports. */
export type Audits = { reports: { findings: Record<string, number> }[]; mode: 'repair' | 'report' };

/** The real decide, converge and audit, each behind its queue. */
export function createWorkers(
  setting: Setting,
  queues: Queues,
  clients: Clients,
  { paces, audits }: { paces: Paces; audits: Audits },
): Worker[] {
  const { storm, ofWorkers } = setting;
  const base = depsOf(setting, clients);
  let instances = 0;
  const failures = (name: string) => failuresOf(name, setting, clients, base.telemetry);
  const worker = (name: string, some: Pace[], rest: Pick<Worker, 'handler' | 'batch' | 'timeoutMs'>): Worker => ({
    queue: queues.named(name),
    containers: some.map((pace) => containerWith(pace, setting, versioned(base.ledger, ++instances, setting))),
    pollAt: Number.POSITIVE_INFINITY,
    ...rest,
  });
  return [
    worker('signals', paces.signals, {
      batch: 10,
      timeoutMs: WORKER_TIMEOUT_MS,
      handler: ({ event, container }) => decideBatch(event, { ...base, ...container, failures: failures('signals') }),
    }),
    worker('crowd-signals', paces.crowds ?? [freely, freely], {
      batch: 10,
      timeoutMs: WORKER_TIMEOUT_MS,
      handler: ({ event, container }) => decideBatch(event, { ...base, ...container, failures: failures('signals') }),
    }),
    worker('convergence', paces.convergence, {
      batch: 100,
      timeoutMs: WORKER_TIMEOUT_MS,
      handler: ({ event, container }) =>
        convergeBatch(event, { ...base, ...container, failures: failures('convergence') }),
    }),
    worker('audit', [freely], {
      batch: 1,
      timeoutMs: AUDIT_TIMEOUT_MS,
      handler({ event, container: { hubspot, ledger } }) {
        const deps = { ...base, ledger, ...auditDepsOf(clients, audits), failures: failures('audit') };
        const mayGoOn = () => !storm.isOn || ofWorkers.chance(0.9);
        return auditBatch(event, { ...deps, hubspot, search: hubspot.send }, mayGoOn);
      },
    }),
  ];
}

/** What all workers need. */
function depsOf({ ourNow, registry: deployed }: Setting, { sqs, dynamodb }: Clients) {
  let salted = 0;
  return {
    /** Read when an invocation begins. */
    get registry() {
      return deployed();
    },
    ledger: dynamodbLedger(dynamodb, 'ledger'),
    request: (requests: readonly ConvergenceRequest[]) =>
      sendAll(
        sqs,
        'convergence',
        requests.map((one) => messageOf(one, ourNow())),
      ),
    telemetry: {
      logger: new Logger({ logLevel: 'SILENT' }),
      measure: () => undefined,
    } as unknown as Telemetry,
    now: ourNow,
    salt: () => String(++salted),
    addressKey: ADDRESS_KEY,
  };
}

function auditDepsOf({ sqs }: Clients, { mode, reports }: Audits) {
  return {
    mode,
    queueSignals: (signals: readonly Signal[]) => queueSignals(sqs, SIGNAL_QUEUES, signals),
    goOn: (run: unknown) => sendAll(sqs, 'audit', [{ MessageBody: JSON.stringify(run) }]),
    keep: (_name: string, report: Audits['reports'][number]) => {
      reports.push(report);
      return Promise.resolve();
    },
  };
}

function failuresOf(name: string, { ofWorkers, now }: Setting, { sqs }: Clients, telemetry: Telemetry) {
  return {
    sqs,
    queueUrl: name,
    deadLetterQueueUrl: `${name}-dead`,
    telemetry,
    now,
    random: ofWorkers.share,
    backoff: { first: 2, longest: 300 },
  };
}

const HUBSPOT_TIMEOUT_MS = 10_000;

function containerWith(pace: Pace, { ourNow, scheduler, scenario, chanceOf }: Setting, ledger: Ledger): Container {
  const accessToken = () => Promise.resolve(LOCAL_ACCESS_TOKEN);
  const once = createTransport({ baseUrl: API, accessToken, timeoutMs: HUBSPOT_TIMEOUT_MS, pace });
  const send = retrying(once, {
    timeoutMs: HUBSPOT_TIMEOUT_MS,
    wait: (ms) => scheduler.sleep(ms),
    random: chanceOf('waits').share,
    retries: scenario.retries ?? 0,
  });
  return { hubspot: createHubSpot(send, ourNow, registry), ledger };
}
