import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { REGION } from './intrinsics.ts';
import type { RecursionDetection } from './recursion.ts';

export type EventSourceOptions = {
  client: SQSClient;
  queueUrl: string;
  queueArn: string;
  batchSize: number;
  windowMs: number;
  longPollSeconds: number;
  maxConcurrency: number;
  /** Whether the function names the messages that failed (ReportBatchItemFailures). */
  partialFailures: boolean;
  invoke: (event: SQSEvent, traceHeader: string) => Promise<unknown>;
  functionName: string;
  recursion: RecursionDetection;
  /** Whether the function may be invoked in a chain of messages as often as it likes (`RecursiveLoop: Allow`). */
  mayLoop: boolean;
  /** Where messages go that Lambda refuses, if anywhere. */
  deadLetterQueueUrl: string | undefined;
  log: (line: string) => void;
};

export type EventSource = { stop(): Promise<void> };

/** SQS gives ten messages a call at most. */
const RECEIVE = 10;

/**
 * Lambda's event source mapping for SQS: gathers a batch (until it is full or the window ends), invokes the function at
 * most `maxConcurrency` times at once, and deletes what succeeded. What failed stays on the queue; its visibility
 * time-out, and the queue's redrive policy, say when it comes back and when no more.
 */
export function startEventSource(options: EventSourceOptions): EventSource {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const poll = async () => {
    while (!stopping.signal.aborted) {
      while (running.size >= options.maxConcurrency) await Promise.race(running);
      const batch = await gather(options, stopping.signal);
      if (batch.length === 0) continue;
      const work = handle(batch, options).finally(() => running.delete(work));
      running.add(work);
    }
  };
  const polling = poll();
  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}

async function gather(options: EventSourceOptions, signal: AbortSignal): Promise<Message[]> {
  const first = await receive(options, Math.min(RECEIVE, options.batchSize), options.longPollSeconds, signal);
  const messages = [...first];
  const end = Date.now() + options.windowMs;
  while (messages.length > 0 && messages.length < options.batchSize && Date.now() < end && !signal.aborted) {
    const more = await receive(options, Math.min(RECEIVE, options.batchSize - messages.length), 0, signal);
    messages.push(...more);
    if (more.length === 0) await sleep(20);
  }
  return messages;
}

async function receive(
  { client, queueUrl, log }: EventSourceOptions,
  max: number,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<Message[]> {
  try {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        // The older name of the same, which is all that local-aws-sqs knows.
        AttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: signal },
    );
    return Messages;
  } catch (error) {
    if (signal.aborted) return [];
    log(JSON.stringify({ level: 'ERROR', message: 'receive failed', error: String(error) }));
    await sleep(1000);
    return [];
  }
}

/** Takes out what Lambda refuses: a message at the end of too long a chain goes to the dead-letter queue. */
async function withoutLoops(received: Message[], options: EventSourceOptions): Promise<Message[]> {
  const { recursion, functionName, mayLoop, deadLetterQueueUrl, client, log } = options;
  await recursion.known();
  if (mayLoop) return received;
  const refused = received.filter(({ MessageId = '' }) => recursion.isLoop(functionName, MessageId));
  if (refused.length === 0) return received;
  log(
    JSON.stringify({ level: 'ERROR', message: 'recursive loop: not invoked', functionName, messages: refused.length }),
  );
  for (const { Body: MessageBody, MessageAttributes, Attributes } of refused) {
    const { MessageGroupId, MessageDeduplicationId } = Attributes ?? {};
    const group = { MessageGroupId, MessageDeduplicationId };
    if (deadLetterQueueUrl === undefined) continue;
    await client.send(
      new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody, MessageAttributes, ...group }),
    );
  }
  await remove(refused, options);
  return received.filter((message) => !refused.includes(message));
}

async function handle(received: Message[], options: EventSourceOptions): Promise<void> {
  const batch = await withoutLoops(received, options);
  if (batch.length === 0) return;
  const ids = batch.map(({ MessageId = '' }) => MessageId);
  let failed: Set<string> | 'all';
  try {
    const response = await options.invoke(
      { Records: batch.map((message) => recordOf(message, options.queueArn)) },
      options.recursion.headerOf(options.functionName, ids),
    );
    failed = options.partialFailures ? failedOf(response, batch) : new Set();
  } catch {
    failed = 'all';
  }
  if (failed === 'all') return;
  await remove(
    batch.filter(({ MessageId }) => !failed.has(MessageId ?? '')),
    options,
  );
}

async function remove(done: readonly Message[], options: EventSourceOptions): Promise<void> {
  for (let i = 0; i < done.length; i += RECEIVE) {
    const Entries = done.slice(i, i + RECEIVE).map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
    await options.client
      .send(new DeleteMessageBatchCommand({ QueueUrl: options.queueUrl, Entries }))
      .catch((error: unknown) =>
        options.log(JSON.stringify({ level: 'ERROR', message: 'delete failed', error: String(error) })),
      );
  }
}

/** Lambda's reading of a partial batch response: nothing or an empty list is success, anything odd fails the whole batch. */
export function failedOf(response: unknown, batch: readonly Message[]): Set<string> | 'all' {
  if (response === null || response === undefined) return new Set();
  const failures = (response as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return 'all';
  const known = new Set(batch.map(({ MessageId }) => MessageId));
  const failed = new Set<string>();
  for (const failure of failures as { itemIdentifier?: unknown }[]) {
    const id = failure?.itemIdentifier;
    if (typeof id !== 'string' || !known.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
}

function recordOf(message: Message, queueArn: string): SQSRecord {
  const attribute = ({ DataType, StringValue, BinaryValue }: MessageAttributeValue) => ({
    dataType: DataType ?? 'String',
    stringListValues: [],
    binaryListValues: [],
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  });
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: message.Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attribute(value)]),
    ) as SQSRecord['messageAttributes'],
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}
