import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
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

/** Seconds for which a message that was looked at is not seen by others. */
const LOOK_S = 5;
const WORK_S = 60;

export async function countDeadLetters({ sqs, output }: Connection): Promise<Record<QueueName, number>> {
  const counts = await Promise.all(
    queueNames.map(async (queue) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: output(QUEUES[queue][0]), AttributeNames: ['All'] }),
      );
      const visible = Number(Attributes.ApproximateNumberOfMessages ?? 0);
      return [queue, visible + Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0)] as const;
    }),
  );
  return Object.fromEntries(counts) as Record<QueueName, number>;
}

/** Looks at dead letters; they stay where they are. */
export async function lookAtDeadLetters(connection: Connection, queues: readonly QueueName[]): Promise<DeadLetter[]> {
  const letters = new Map<string, DeadLetter>();
  for (const queue of queues) {
    for await (const message of drain(connection, queue, LOOK_S)) {
      const letter = letterOf(queue, message);
      if (letters.has(letter.messageId)) break;
      letters.set(letter.messageId, letter);
    }
  }
  return [...letters.values()];
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

/** What is not to be sent back can be seen by others again in a second. */
async function putBack({ sqs }: Connection, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (const { ReceiptHandle } of messages) {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }));
  }
}

async function* drain({ sqs, output }: Connection, queue: QueueName, visibility: number): AsyncGenerator<Message> {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: output(QUEUES[queue][0]),
        MaxNumberOfMessages: 10,
        VisibilityTimeout: visibility,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return;
    yield* Messages;
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
