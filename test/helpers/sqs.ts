import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';

/** An emulated SQS with one queue and its dead-letter queue, and what a worker needs to handle failures on it. */
export async function startSqs(kind: 'fifo' | 'standard') {
  const suffix = kind === 'fifo' ? '.fifo' : '';
  const server: FauxqsServer = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ endpoint: `http://127.0.0.1:${server.port}`, region: 'eu-central-1', credentials });
  const create = async (name: string) => {
    const Attributes = kind === 'fifo' ? { FifoQueue: 'true' } : {};
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `${name}${suffix}`, Attributes }));
    return QueueUrl;
  };
  const telemetry = createTelemetry('test', 'test');
  const failures = {
    sqs,
    queueUrl: await create('queue'),
    deadLetterQueueUrl: await create('dead-letters'),
    telemetry,
    now: Date.now,
    random: () => 0.5,
    backoff: { first: 1, longest: 2 },
  };
  const deadLetters = () => server.inspectQueue(`dead-letters${suffix}`)?.messages.ready ?? [];
  return { server, sqs, failures, telemetry, deadLetters, stop: () => server.stop() };
}

let count = 0;
/** A record as Lambda hands it over. */
export function record(body: unknown, group?: string): SQSRecord {
  const messageId = `message-${++count}`;
  return {
    messageId,
    receiptHandle: messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'x',
      ApproximateFirstReceiveTimestamp: '0',
      ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: messageId }),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: '',
  };
}

export const batchOf = (...Records: SQSRecord[]): SQSEvent => ({ Records });
