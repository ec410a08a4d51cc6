import { setTimeout as sleep } from 'node:timers/promises';
import { CreateQueueCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { queueDepths } from '../local/queue-depths.ts';
import type { LocalStack } from '../local/stack.ts';
import { eventsOf } from './soak-events.ts';
import { inParallel } from './soak-post.ts';

/** The baseline: the same number of sends under way, straight to a queue of the emulator. Messages a second. */
export async function bareRate({ cloud }: LocalStack, portal: number, parallel: number): Promise<number> {
  const name = { QueueName: 'bare.fifo', Attributes: { FifoQueue: 'true' } };
  const { QueueUrl } = await cloud.sqs.send(new CreateQueueCommand(name));
  const MessageBody = JSON.stringify(eventsOf('1', portal, 0)[0]);
  const batches = Array.from({ length: 500 }, (_, n) =>
    Array.from({ length: 10 }, (_, i) => ({
      Id: String(i),
      MessageBody,
      MessageGroupId: String(i),
      MessageDeduplicationId: `${n}-${i}`,
    })),
  );
  const began = Date.now();
  await inParallel(parallel, batches, async (Entries) => {
    await cloud.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  });
  return (batches.length * 10 * 1000) / (Date.now() - began);
}

/** Milliseconds from `began` until no queue holds anything to be worked on; undefined when the `deadline` (ms) passes first. */
export async function drain({ cloud }: LocalStack, began: number, deadline: number): Promise<number | undefined> {
  let quiet = 0;
  let told = 0;
  while (Date.now() < deadline) {
    const depths = await queueDepths(cloud);
    const open = depths.filter(({ name }) => !name.includes('DeadLetters'));
    const left = open.reduce((sum, { waiting, inWork }) => sum + waiting + inWork, 0);
    quiet = left === 0 ? quiet + 1 : 0;
    if (quiet >= 5) return Date.now() - began;
    if (Date.now() - told > 15_000) {
      told = Date.now();
      process.stderr.write(`${seconds(told - began)}: ${left} messages left\n`);
    }
    await sleep(500);
  }
  return undefined;
}

/** The dead-letter queues that hold something, each with how much. */
export async function deadLetters({ cloud }: LocalStack): Promise<string[]> {
  const depths = await queueDepths(cloud);
  return depths
    .filter(({ name, waiting }) => name.includes('DeadLetters') && waiting > 0)
    .map(({ name, waiting }) => `${name} ${waiting}`);
}

/** Milliseconds as text in seconds. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
