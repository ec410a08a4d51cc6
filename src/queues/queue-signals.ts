import type { SQSClient } from '@aws-sdk/client-sqs';
import { withCrowds } from '../signals/crowd.ts';
import type { Signal } from '../signals/signal.ts';
import { type OutgoingMessage, sendAll } from './send.ts';
import { writeBody } from './write-body.ts';

/** URLs of the two queues of signals: persons', and crowds', so that no person waits behind the rows of an import. */
export type SignalQueues = { persons: string; crowds: string };

/**
 * Queues signals that came together: one group per contact keeps a person's signals in order, the content is the deduplication id. A form may have to wait
 * until HubSpot's list shows its submission (R4): each form is a group of its own, so that no opt-out waits behind a form. HubSpot sends a contact's
 * events among those of others: here they are put side by side, so that one batch brings them to decide, which then reads the contact's ledger once.
 */
export async function queueSignals(
  sqs: SQSClient,
  { persons, crowds }: SignalQueues,
  signals: readonly Signal[],
): Promise<void> {
  const all = withCrowds(contactByContact(signals));
  await Promise.all([
    sendAll(sqs, persons, all.filter(({ crowd }) => crowd === undefined).map(messageOf)),
    sendAll(sqs, crowds, all.filter(({ crowd }) => crowd !== undefined).map(messageOf)),
  ]);
}

/** The contacts in the order of their first signals, and of each contact all signals in the order in which they came. */
function contactByContact(signals: readonly Signal[]): Signal[] {
  return [...Map.groupBy(signals, ({ portal, contact }) => `${portal}-${contact}`).values()].flat();
}

function messageOf(signal: Signal): OutgoingMessage {
  return {
    MessageBody: writeBody(signal),
    MessageGroupId: groupOf(signal),
    MessageDeduplicationId: signal.id,
  };
}

function groupOf({ portal, contact, kind, id }: Signal): string {
  return kind === 'form' ? `${portal}-${contact}-${id}` : `${portal}-${contact}`;
}
