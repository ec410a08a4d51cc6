import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import { RetryableError } from '../errors.ts';

/** SQS takes ten messages and 1 MiB a call. */
const BATCH_SIZE = 10;
const TRIES = 3;

export type OutgoingMessage = Omit<SendMessageBatchRequestEntry, 'Id'>;

/**
 * Sends messages in parallel batches; entries that SQS refused are tried again. Messages of one group go in order within
 * one call. @throws RetryableError when any message is still not queued.
 */
export async function sendAll(sqs: SQSClient, queueUrl: string, messages: readonly OutgoingMessage[]): Promise<void> {
  const batches: OutgoingMessage[][] = [];
  for (let i = 0; i < messages.length; i += BATCH_SIZE) batches.push(messages.slice(i, i + BATCH_SIZE));
  await Promise.all(batches.map((batch) => sendBatch(sqs, queueUrl, batch)));
}

async function sendBatch(sqs: SQSClient, queueUrl: string, messages: OutgoingMessage[]): Promise<void> {
  let open = messages;
  let last: unknown;
  for (let attempt = 0; attempt < TRIES && open.length > 0; attempt++) {
    try {
      const Entries = open.map((message, i) => ({ Id: String(i), ...message }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      open = Failed.flatMap(({ Id }) => open[Number(Id)] ?? []);
    } catch (error) {
      last = error;
    }
  }
  if (open.length > 0) throw new RetryableError(`${open.length} messages could not be queued`, { cause: last });
}
