import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  MessageNotInflight,
  QueueNameExists,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { REGION } from './intrinsics.ts';

/** Amazon SQS by fauxqs, on disk: a killed process loses no message. */
export type QueueService = {
  endpoint: string;
  client: SQSClient;
  server: FauxqsServer;
  stop(): Promise<void>;
};

export async function startQueues(dataDir: string): Promise<QueueService> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false, defaultRegion: REGION, dataDir });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = new SQSClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    endpoint,
    client,
    server,
    async stop() {
      client.destroy();
      await server.stop();
    },
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
  { client, server }: QueueService,
  name: string,
  properties: Readonly<Record<string, unknown>>,
): Promise<void> {
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
    const QueueUrl = queueUrl({ server }, name);
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
  }
  await releaseInFlight({ client, server }, name);
}

/**
 * Nobody works on what an earlier process had in hand when it was killed: it becomes visible in a second. Not at once:
 * with a dataDir, fauxqs 2.4.1 fails on a time-out of 0 (NOT NULL constraint) and drops the message from memory.
 */
async function releaseInFlight(
  { client, server }: Pick<QueueService, 'client' | 'server'>,
  name: string,
): Promise<void> {
  const QueueUrl = queueUrl({ server }, name);
  for (const { receiptHandle } of server.inspectQueue(name)?.messages.inflight ?? []) {
    await client
      .send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: 1 }))
      .catch((error: unknown) => {
        // Its time-out may end this very moment: then it is visible already.
        if (!(error instanceof MessageNotInflight)) throw error;
      });
  }
}

export function queueUrl({ server }: Pick<QueueService, 'server'>, name: string): string {
  return `http://127.0.0.1:${server.port}/000000000000/${name}`;
}
