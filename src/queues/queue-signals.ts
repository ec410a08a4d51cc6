import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Signal } from '../signals/signal.ts';
import { sendAll } from './send.ts';
import { writeBody } from './write-body.ts';

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
