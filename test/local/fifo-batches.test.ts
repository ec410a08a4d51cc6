import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { handOutGroupsWhole } from '../../local/aws/fifo-batches.ts';
import { startSqs } from '../helpers/sqs.ts';

test('the local stack’s queue hands out the messages of a group together, in order, and locks the group until they are gone', async () => {
  await handOutGroupsWhole();
  const { sqs, failures, stop } = await startSqs('fifo');
  const QueueUrl = failures.queueUrl;
  for (const MessageBody of ['a1', 'b1', 'a2', 'b2', 'a3', 'a4']) {
    const MessageGroupId = MessageBody.slice(0, 1);
    await sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId: MessageBody }),
    );
  }
  const receive = async (MaxNumberOfMessages: number) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }))).Messages ?? [];
  const bodies = (messages: { Body?: string }[]) => messages.map(({ Body }) => Body);
  const first = await receive(3);
  expect(bodies(first)).toEqual(['a1', 'a2', 'a3']);
  expect(bodies(await receive(10)), 'a4 waits for what is in hand of its group').toEqual(['b1', 'b2']);
  for (const { ReceiptHandle } of first) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  expect(bodies(await receive(10))).toEqual(['a4']);
  await stop();
});

test('a group whose message comes back after its time is handed out again, and is not locked for ever', async () => {
  await handOutGroupsWhole();
  const { sqs, failures, stop } = await startSqs('fifo');
  const QueueUrl = failures.queueUrl;
  await sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageGroupId: 'a', MessageDeduplicationId: 'a' }),
  );
  const receive = async () =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 1 }))).Messages?.length ?? 0;
  expect(await receive()).toBe(1);
  for (let round = 0; round < 2; round++) await expect.poll(receive, { timeout: 10_000 }).toBe(1);
  await stop();
});
