import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Signal } from '../signals/signal.ts';
import { sendAll } from './send.ts';
import { writeBody } from './write-body.ts';

/**
 * Queues signals: one group per contact keeps a person's signals in order, the content is the deduplication id. A form may have to wait
 * until HubSpot's list shows its submission (R4): each form is a group of its own, so that no opt-out waits behind a form.
 */
export async function queueSignals(sqs: SQSClient, queueUrl: string, signals: readonly Signal[]): Promise<void> {
  await sendAll(
    sqs,
    queueUrl,
    signals.map((signal) => ({
      MessageBody: writeBody(signal),
      MessageGroupId: groupOf(signal),
      MessageDeduplicationId: signal.id,
    })),
  );
}

function groupOf({ portal, contact, kind, id }: Signal): string {
  return kind === 'form' ? `${portal}-${contact}-${id}` : `${portal}-${contact}`;
}
