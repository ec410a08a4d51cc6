import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { HubSpot } from '../src/convergence/hubspot-view.ts';
import { type ConvergenceRequest, delaySeconds } from '../src/convergence/request.ts';
import { createPacer } from '../src/hubspot/pacing.ts';
import { createStatusApi } from '../src/hubspot/statuses.ts';
import { createTransport } from '../src/hubspot/transport.ts';
import { dynamodbLedger } from '../src/ledger/dynamodb-ledger.ts';
import type { FailureDeps } from '../src/queues/failures.ts';
import { sendAll } from '../src/queues/send.ts';
import { bundledRegistry } from '../src/registry/bundled.ts';
import { createTelemetry } from '../src/telemetry/telemetry.ts';
import { DecideSettings, secret, settings } from './settings.ts';

const HUBSPOT_TIMEOUT_MS = 10_000;

/** What both workers are made of: the real clock, randomness, queues, ledger and HubSpot. */
export function createWorker(service: string) {
  const env = settings(DecideSettings);
  const registry = bundledRegistry();
  const telemetry = createTelemetry(service);
  const sqs = new SQSClient({});
  const send = createTransport({
    baseUrl: env.HUBSPOT_API_URL,
    accessToken: () => secret(env.ACCESS_TOKEN_ARN),
    timeoutMs: HUBSPOT_TIMEOUT_MS,
    pace: createPacer(env.HUBSPOT_CALLS_PER_10S),
    onAnswer: (status) => telemetry.measure('HubSpotAnswer', 1, { status: String(status) }),
  });
  const hubspot: HubSpot = { send, statuses: createStatusApi(send, Date.now) };
  const failures: FailureDeps = {
    sqs,
    queueUrl: env.QUEUE_URL,
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
    telemetry,
    random: Math.random,
    backoff: { first: env.BACKOFF_FIRST_S, longest: env.BACKOFF_LONGEST_S },
  };
  return {
    registry,
    telemetry,
    hubspot,
    failures,
    ledger: dynamodbLedger(new DynamoDBClient({}), env.LEDGER_TABLE),
    now: Date.now,
    addressKey: () => secret(env.ADDRESS_KEY_ARN),
    request: (requests: readonly ConvergenceRequest[]) =>
      sendAll(
        sqs,
        env.CONVERGENCE_QUEUE_URL,
        requests.map((one) => ({ MessageBody: JSON.stringify(one), DelaySeconds: delaySeconds(one, Date.now()) })),
      ),
  };
}
