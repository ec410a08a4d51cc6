import { randomBytes } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { systemClock } from '../src/clocks.ts';
import { type ConvergenceRequest, messageOf } from '../src/queues/convergence-request.ts';
import type { FailureDeps } from '../src/queues/failures.ts';
import { sendAll } from '../src/queues/send.ts';
import type { Telemetry } from '../src/telemetry/telemetry.ts';
import { AWS_CLIENT } from './aws.ts';
import { createBase } from './hubspot.ts';
import { secret, settings, WorkerSettings } from './settings.ts';

type QueueEnv = {
  QUEUE_URL: string;
  DEAD_LETTER_QUEUE_URL: string;
  CONVERGENCE_QUEUE_URL: string;
  BACKOFF_FIRST_S: number;
  BACKOFF_LONGEST_S: number;
};

/** What a function that reads a queue needs of the queues. */
export function createQueues(env: QueueEnv, telemetry: Telemetry) {
  const sqs = new SQSClient(AWS_CLIENT);
  const failures: FailureDeps = {
    sqs,
    queueUrl: env.QUEUE_URL,
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
    telemetry,
    now: Date.now,
    random: Math.random,
    backoff: { first: env.BACKOFF_FIRST_S, longest: env.BACKOFF_LONGEST_S },
  };
  const request = (requests: readonly ConvergenceRequest[]) =>
    sendAll(
      sqs,
      env.CONVERGENCE_QUEUE_URL,
      requests.map((one) => messageOf(one, systemClock())),
    );
  return { sqs, failures, request };
}

/** What decide and converge are made of. */
export function createWorker(service: string) {
  const env = settings(WorkerSettings);
  const base = createBase(service, env, 'keeper');
  return {
    ...base,
    ...createQueues(env, base.telemetry),
    salt: () => randomBytes(16).toString('hex'),
    addressKey: () => secret(env.ADDRESS_KEY_ARN),
  };
}
