import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  MessageNotInflight,
  QueueNameExists,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { handOutGroupsWhole } from './fifo-batches.ts';
import { ACCOUNT, REGION } from './intrinsics.ts';

/** An emulator of Amazon SQS. */
export type QueueService = {
  endpoint: string;
  client: SQSClient;
  /** How long a receive may wait for messages. */
  longPollSeconds: number;
  /** Receipt handles of a queue's messages that an earlier process had in hand. */
  inFlight: (queueName: string) => string[];
  /**
   * When the oldest message of a queue was sent, in ms; undefined: there is none. As in SQS, a message that was received more than three
   * times does not count.
   */
  oldest: (queueName: string) => number | undefined | 'unknown';
  stop(): Promise<void>;
};

/** fauxqs: Amazon SQS and S3, on disk, so that a killed process loses no message. */
export type Fauxqs = QueueService & { createBucket: (name: string) => void };

export async function startQueues(dataDir: string): Promise<Fauxqs> {
  await handOutGroupsWhole();
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false, defaultRegion: REGION, dataDir });
  const service = queuesAt(`http://127.0.0.1:${server.port}`);
  return {
    ...service,
    longPollSeconds: 20,
    inFlight: (name) => (server.inspectQueue(name)?.messages.inflight ?? []).map(({ receiptHandle }) => receiptHandle),
    oldest: (name) => oldestOf(server.inspectQueue(name)?.messages),
    createBucket: (name) => server.createBucket(name),
    async stop() {
      await service.stop();
      await server.stop();
    },
  };
}

type Held = { sentTimestamp: number; approximateReceiveCount: number };
type Messages = { ready: Held[]; delayed: Held[]; inflight: { message: Held }[] };

/** SQS leaves messages out of the age of the oldest that were received more often. */
const COUNTED_RECEIVES = 3;

function oldestOf(messages: Messages | undefined): number | undefined {
  if (messages === undefined) return undefined;
  const { ready, delayed, inflight } = messages;
  let oldest: number | undefined;
  for (const { sentTimestamp, approximateReceiveCount } of [
    ...ready,
    ...delayed,
    ...inflight.map((one) => one.message),
  ]) {
    if (approximateReceiveCount > COUNTED_RECEIVES) continue;
    if (oldest === undefined || sentTimestamp < oldest) oldest = sentTimestamp;
  }
  return oldest;
}

/**
 * Another emulator of SQS, which somebody else starts and stops. local-aws-sqs answers a long poll only when the batch is
 * full or the time is over, where SQS answers as soon as there is a message: so polls are short.
 */
export function queuesAt(endpoint: string): QueueService {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint, region: REGION, credentials });
  return {
    endpoint,
    client,
    longPollSeconds: 1,
    inFlight: () => [],
    oldest: () => 'unknown',
    stop: () => Promise.resolve(client.destroy()),
  };
}

/** Properties of AWS::SQS::Queue that are attributes of the same name in SQS's API. */
const ATTRIBUTES = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
  'RedrivePolicy',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
];

/** Creates a queue as the template says, or brings the one of an earlier run up to date. */
export async function createQueue(
  service: QueueService,
  name: string,
  properties: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { client } = service;
  const attributes: Record<string, string> = {};
  for (const key of ATTRIBUTES) {
    const value = properties[key];
    if (value !== undefined) attributes[key] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  const fifo = properties['FifoQueue'] === true ? { FifoQueue: 'true' } : {};
  try {
    await client.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...fifo, ...attributes } }));
  } catch (error) {
    if (!(error instanceof QueueNameExists)) throw error;
    const QueueUrl = queueUrl(service, name);
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
  }
  await releaseInFlight(service, name);
}

/**
 * Nobody works on what an earlier process had in hand when it was killed: it becomes visible in a second. Not at once:
 * with a dataDir, fauxqs 2.4.1 fails on a time-out of 0 (NOT NULL constraint) and drops the message from memory.
 */
async function releaseInFlight(service: QueueService, name: string): Promise<void> {
  const QueueUrl = queueUrl(service, name);
  for (const ReceiptHandle of service.inFlight(name)) {
    await service.client
      .send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }))
      .catch((error: unknown) => {
        // Its time-out may end this very moment: then it is visible already.
        if (!(error instanceof MessageNotInflight)) throw error;
      });
  }
}

export function queueUrl({ endpoint }: Pick<QueueService, 'endpoint'>, name: string): string {
  return `${endpoint}/${ACCOUNT}/${name}`;
}
