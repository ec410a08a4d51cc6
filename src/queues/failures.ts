import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { isHopeless, RetryableError, reasonOf, WaitError } from '../errors.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { sendAll } from './send.ts';

export type FailureDeps = {
  sqs: SQSClient;
  /** Of a queue that feeds the function. Others that feed it, too, are found beside it. */
  queueUrl: string;
  deadLetterQueueUrl: string;
  telemetry: Telemetry;
  now: () => number;
  /** 0 ≤ n < 1, for spreading retries. */
  random: () => number;
  /** First and longest wait between tries, seconds. */
  backoff: { first: number; longest: number };
};

/** So many receives in a row a message waits exactly as long as the other side asked; then the waits double on top of that. */
const EXACT_RECEIVES = 10;

/**
 * Seconds until a failed message is tried again. Where the other side named the wait, that is what is waited, spread upwards only.
 * Otherwise the wait doubles per receive, spread by a tenth either way, never earlier than was asked for. So an hour's outage
 * costs a message a dozen receives, not all of them.
 */
export function retryDelay(
  error: unknown,
  receiveCount: number,
  { random, backoff: { first, longest } }: Pick<FailureDeps, 'random' | 'backoff'>,
): number {
  const { afterMs, waits } = error instanceof RetryableError ? error : { afterMs: 0, waits: 'at least' };
  const asked = afterMs / 1000;
  const isExact = waits === 'exactly' && asked > 0;
  if (isExact && receiveCount <= EXACT_RECEIVES) return Math.ceil(asked) + Math.floor(asked * 0.2 * random());
  const doublings = receiveCount - 1 - (isExact ? EXACT_RECEIVES : 0);
  const doubling = Math.min(longest, first * 2 ** Math.min(doublings, 20));
  return Math.ceil(Math.max(asked, doubling * (0.9 + 0.2 * random())));
}

/** Puts a message that can never succeed into the dead-letter queue, with its reason; the caller then lets it be deleted. */
export async function deadLetter(record: SQSRecord, error: unknown, deps: FailureDeps): Promise<void> {
  const { MessageGroupId, MessageDeduplicationId } = record.attributes;
  const reason = reasonOf(error);
  await sendAll(deps.sqs, deps.deadLetterQueueUrl, [
    {
      MessageBody: record.body,
      MessageAttributes: { reason: { DataType: 'String', StringValue: reason } },
      ...(MessageGroupId && { MessageGroupId }),
      // Only messages of FIFO queues have one, and only FIFO queues take one.
      ...(MessageDeduplicationId && { MessageDeduplicationId }),
    },
  ]);
  deps.telemetry.logger.error('message dead-lettered', { messageId: record.messageId, reason });
  deps.telemetry.measure('MessageDeadLettered', 1);
}

/** Leaves messages on the queue for later. They count as failed in the batch; their visibility says when they return. */
export async function retryLater(
  failed: readonly { record: SQSRecord; error: unknown }[],
  deps: FailureDeps,
): Promise<void> {
  await Promise.all(
    failed.map(async ({ record, error }) => {
      const seconds = retryDelay(error, Number(record.attributes.ApproximateReceiveCount), deps);
      deps.telemetry.logger.warn('message will be tried again', {
        messageId: record.messageId,
        reason: reasonOf(error),
        seconds,
      });
      deps.telemetry.measure('MessageRetried', 1);
      // What is only waited for is not late.
      const age = Math.max(0, deps.now() - Number(record.attributes.SentTimestamp));
      if (!(error instanceof WaitError)) deps.telemetry.measure('WaitingAge', age);
      // Failing here only means that the queue's own visibility time-out applies.
      await deps.sqs
        .send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queueOf(record, deps),
            ReceiptHandle: record.receiptHandle,
            VisibilityTimeout: Math.min(seconds, 43_200),
          }),
        )
        .catch((cause: unknown) => deps.telemetry.logger.warn('visibility not changed', { reason: reasonOf(cause) }));
    }),
  );
}

/** URL of the queue that a message came from: queues of one stack differ in the last part of their URLs, as in their ARNs. */
function queueOf({ eventSourceARN }: SQSRecord, { queueUrl }: FailureDeps): string {
  const name = eventSourceARN.split(':').at(-1);
  return name ? queueUrl.replace(/[^/]+$/, name) : queueUrl;
}

/** Sorts failures: hopeless ones are dead-lettered (and so done), the others named for Lambda and tried again later. */
export async function settleFailures(
  failed: readonly { record: SQSRecord; error: unknown }[],
  deps: FailureDeps,
): Promise<{ itemIdentifier: string }[]> {
  const again = failed.filter(({ error }) => !isHopeless(error));
  for (const { record, error } of failed) if (isHopeless(error)) await deadLetter(record, error, deps);
  await retryLater(again, deps);
  return again.map(({ record }) => ({ itemIdentifier: record.messageId }));
}
