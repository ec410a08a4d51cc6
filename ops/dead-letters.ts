import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  MessageNotInflight,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { millis } from '../src/clocks.ts';
import type { Connection } from './connect.ts';

/** The dead-letter queues and where their messages came from, by output of the stack. */
const QUEUES = {
  signals: ['SignalsDeadLettersUrl', 'SignalsQueueUrl'],
  convergence: ['ConvergenceDeadLettersUrl', 'ConvergenceQueueUrl'],
  audit: ['AuditDeadLettersUrl', 'AuditQueueUrl'],
} as const;
export type QueueName = keyof typeof QUEUES;
export const queueNames = Object.keys(QUEUES) as QueueName[];

export type DeadLetter = { queue: QueueName; messageId: string; reason: string; sent: string; body: string };

/** Seconds for which a message is not seen by others while somebody looks; then it is put back. */
const LOOK_S = 30;
/** How long is waited for what somebody else looks at, in seconds. */
const PATIENCE_S = 6;
/** Seconds for which a message is not seen by others while somebody sends it back. */
const WORK_S = 60;

export async function countDeadLetters(connection: Connection): Promise<Record<QueueName, number>> {
  const counts = await Promise.all(queueNames.map(async (queue) => [queue, await countOf(queue, connection)] as const));
  return Object.fromEntries(counts) as Record<QueueName, number>;
}

async function countOf(queue: QueueName, { sqs, output }: Connection): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: output(QUEUES[queue][0]), AttributeNames: ['All'] }),
  );
  const visible = Number(Attributes.ApproximateNumberOfMessages ?? 0);
  return visible + Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
}

/** Looks at dead letters; they stay where they are, and can be looked at again in a second. */
export async function lookAtDeadLetters(connection: Connection, queues: readonly QueueName[]): Promise<DeadLetter[]> {
  const letters = new Map<string, DeadLetter>();
  for (const queue of queues) {
    const seen: Message[] = [];
    for await (const message of drain(connection, queue, LOOK_S)) {
      const letter = letterOf(queue, message);
      if (letters.has(letter.messageId)) break;
      letters.set(letter.messageId, letter);
      seen.push(message);
    }
    await putBack(connection, connection.output(QUEUES[queue][0]), seen);
  }
  return [...letters.values()];
}

/** The dead letter of an id; undefined when there is none. Somebody may be looking at it at the moment, which is waited for. */
export async function findDeadLetter(connection: Connection, id: string): Promise<DeadLetter | undefined> {
  for (let waits = 0; waits <= PATIENCE_S; waits++) {
    const letter = (await lookAtDeadLetters(connection, queueNames)).find(({ messageId }) => messageId === id);
    if (letter !== undefined) return letter;
    await sleep(1000);
  }
  return undefined;
}

/**
 * Sends dead letters back to where they came from. Each is first sent, then deleted: an interruption can send one twice,
 * which changes nothing, but loses none. Only those that were there when it began: what comes back at once is left.
 */
export async function redrive(
  connection: Connection,
  queues: readonly QueueName[],
  only: string | undefined,
  onSent: (count: number) => void,
): Promise<number> {
  const { sqs, output, now } = connection;
  const began = millis(now());
  let count = 0;
  for (const queue of queues) {
    const [from, to] = [output(QUEUES[queue][0]), output(QUEUES[queue][1])];
    const others: Message[] = [];
    for await (const message of drain(connection, queue, WORK_S)) {
      const isNew = Number(message.Attributes?.SentTimestamp) > began;
      if (isNew || (only !== undefined && message.MessageId !== only)) {
        others.push(message);
        continue;
      }
      const group = message.Attributes?.MessageGroupId;
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: to,
          MessageBody: message.Body ?? '',
          // A deduplication id of its own: with the old one SQS would drop it silently within five minutes.
          ...(group !== undefined && { MessageGroupId: group }),
          ...(to.endsWith('.fifo') && { MessageDeduplicationId: `${message.MessageId}-${began}` }),
        }),
      );
      await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle }));
      onSent(++count);
    }
    await putBack(connection, from, others);
  }
  return count;
}

/** What stays can be seen by others again in a second. (fauxqs loses a message of a FIFO queue on disk that is put back with 0.) */
async function putBack({ sqs }: Connection, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (const { ReceiptHandle } of messages) {
    const seen = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 });
    await sqs.send(seen).catch((error: unknown) => {
      // It has come back by itself.
      if (!(error instanceof MessageNotInflight)) throw error;
    });
  }
}

/** All messages of a queue. What somebody else looks at comes back in some seconds, and is waited for. */
async function* drain(connection: Connection, queue: QueueName, visibility: number): AsyncGenerator<Message> {
  const { sqs, output } = connection;
  let missing = await countOf(queue, connection);
  for (let waits = 0; waits <= PATIENCE_S; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: output(QUEUES[queue][0]),
        MaxNumberOfMessages: 10,
        VisibilityTimeout: visibility,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    yield* Messages;
    missing -= Messages.length;
    if (Messages.length > 0) continue;
    if (missing <= 0) return;
    waits++;
    await sleep(1000);
  }
}

function letterOf(queue: QueueName, { MessageId = '', MessageAttributes, Attributes, Body = '' }: Message): DeadLetter {
  return {
    queue,
    messageId: MessageId,
    reason: MessageAttributes?.['reason']?.StringValue ?? 'received too often (no reason was given)',
    sent: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    body: Body,
  };
}
