import type { SQSClient } from '@aws-sdk/client-sqs';
import { sendAll } from '../queues/send.ts';
import { writeBody } from '../queues/write-body.ts';
import type { Signal } from './signal.ts';

/** Queues signals: one group per contact keeps a person's signals in order, the content is the deduplication id. */
export async function queueSignals(sqs: SQSClient, queueUrl: string, signals: readonly Signal[]): Promise<void> {
  await sendAll(
    sqs,
    queueUrl,
    signals.map((signal) => ({
      MessageBody: writeBody(signal),
      MessageGroupId: `${signal.portal}-${signal.contact}`,
      MessageDeduplicationId: signal.id,
    })),
  );
}
