import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handOutGroupsWhole } from '../../local/aws/fifo-batches.ts';
import { startSqs } from '../helpers/sqs.ts';

let queue: Awaited<ReturnType<typeof startSqs>>;
beforeEach(async () => {
  await handOutGroupsWhole();
  queue = await startSqs('fifo');
});
afterEach(() => queue.stop());

/** Sends messages; the letter is the group. */
async function send(...all: string[]) {
  const { sqs, failures } = queue;
  for (const MessageBody of all) {
    const MessageGroupId = MessageBody.slice(0, 1);
    const ids = { MessageGroupId, MessageDeduplicationId: MessageBody };
    await sqs.send(new SendMessageCommand({ QueueUrl: failures.queueUrl, MessageBody, ...ids }));
  }
}
/** `seconds`: until the messages come back; with 0 they are back at the next receive. */
async function receive(MaxNumberOfMessages: number, seconds = 600): Promise<Message[]> {
  const { sqs, failures } = queue;
  const input = { QueueUrl: failures.queueUrl, MaxNumberOfMessages, VisibilityTimeout: seconds };
  return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
}
async function remove({ ReceiptHandle }: Message) {
  await queue.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.failures.queueUrl, ReceiptHandle }));
}
async function putBack({ ReceiptHandle }: Message) {
  const input = { QueueUrl: queue.failures.queueUrl, ReceiptHandle, VisibilityTimeout: 0 };
  await queue.sqs.send(new ChangeMessageVisibilityCommand(input));
}
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

test('messages of a group are handed out together, in order, and the group waits until all of them are gone', async () => {
  await send('a1', 'b1', 'a2', 'b2', 'a3', 'a4');
  const first = await receive(3);
  expect(bodies(first)).toEqual(['a1', 'a2', 'a3']);
  expect(bodies(await receive(10)), 'a4 waits for what is in hand of its group').toEqual(['b1', 'b2']);
  for (const message of first) {
    expect(bodies(await receive(10))).toEqual([]);
    await remove(message);
  }
  expect(bodies(await receive(10))).toEqual(['a4']);
});

test('what is handed out for no time at all comes once in a receive', async () => {
  await send('a1', 'a2');
  for (let round = 0; round < 3; round++) expect(bodies(await receive(10, 0))).toEqual(['a1', 'a2']);
  const messages = await receive(10);
  for (const message of messages) await remove(message);
  await send('a3');
  expect(bodies(await receive(10)), 'the group is not locked for ever').toEqual(['a3']);
});

test('what is left of a group after some were deleted comes back in order', async () => {
  await send('a1', 'a2', 'a3', 'a4', 'a5');
  const [, second] = await receive(4, 0);
  await remove(second ?? expect.fail());
  expect(bodies(await receive(10))).toEqual(['a1', 'a3', 'a4', 'a5']);
});

test('messages that are put back one by one, in whatever order, stand where they stood, when the last is back', async () => {
  await send('a1', 'a2', 'a3', 'a4');
  const [first, second, third] = await receive(3);
  for (const message of [second, first, third]) {
    expect(bodies(await receive(10))).toEqual([]);
    await putBack(message ?? expect.fail());
  }
  expect(bodies(await receive(10))).toEqual(['a1', 'a2', 'a3', 'a4']);
});

test('each message is dead-lettered by its own count, in order, and those behind it come', async () => {
  const { sqs, server, failures, deadLetters } = queue;
  const deadLetterTargetArn = server.inspectQueue('dead-letters.fifo')?.arn;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: failures.queueUrl, Attributes: { RedrivePolicy } }));
  await send('a1', 'a2', 'a3', 'b1');
  expect(bodies(await receive(2, 0))).toEqual(['a1', 'a2']);
  expect(bodies(await receive(10))).toEqual(['a3', 'b1']);
  expect(deadLetters().map(({ body }) => body)).toEqual(['a1', 'a2']);
});
