import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import type { Random } from '../random.ts';
import type { Network } from './network.ts';
import type { SimulatedQueue } from './queue.ts';
import type { SimulatedTable } from './table.ts';

const credentials = { accessKeyId: 'simulated', secretAccessKey: 'simulated' };
const region = 'eu-central-1';

class Unreachable extends Error {
  override readonly name = 'TimeoutError';
}
class Throttled extends Error {
  override readonly name = 'ThrottlingException';
}

export type ClientsOptions = {
  network: Network;
  /** Told when SQS refuses an entry. */
  strikes: (fault: string) => void;
  queues: ReadonlyMap<string, SimulatedQueue>;
  table: SimulatedTable;
  random: Random;
  /** Share of a batch's entries that SQS refuses singly. */
  partial: () => number;
};

/** The real SDK's clients, whose commands end at the simulated services instead of on the wire. */
export function createClients({ network, queues, table, random, partial, strikes }: ClientsOptions): {
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
} {
  const sqs = new SQSClient({ region, credentials });
  const dynamodb = new DynamoDBClient({ region, credentials });
  const call = (what: string, perform: () => object) =>
    network.call({
      what,
      perform,
      repeats: true,
      lost: () => new Unreachable('no answer'),
      refuse: () => {
        throw new Throttled('slow down');
      },
    });
  // At `initialize` a middleware stands before everything else: nothing is marshalled, signed or retried.
  sqs.middlewareStack.add(
    (_next, { commandName }) =>
      async ({ input }) => {
        const output = await call(`sqs ${commandName}`, () =>
          queueCommand(queues, input as QueueInput, () => isRefused(random, partial(), strikes)),
        );
        return { output: { ...output, $metadata: {} }, response: undefined };
      },
    { step: 'initialize', name: 'simulated', priority: 'high' },
  );
  dynamodb.middlewareStack.add(
    (_next, { commandName }) =>
      async ({ input }) => {
        if (isCounting(input)) return { output: { $metadata: {} }, response: undefined };
        const output = await call(`dynamodb ${commandName}`, () => table.execute(commandName ?? '', input as object));
        return { output: { ...output, $metadata: {} }, response: undefined };
      },
    { step: 'initialize', name: 'simulated', priority: 'high' },
  );
  return { sqs, dynamodb };
}

/** What `widerruf status` counts stands beside the entries, and no rule asks for it: it takes no time here. */
function isCounting(input: object): boolean {
  const { ExpressionAttributeNames } = input as { ExpressionAttributeNames?: Record<string, string> };
  return ExpressionAttributeNames?.['#tally'] !== undefined;
}

type QueueInput = {
  QueueUrl?: string;
  Entries?: SendMessageBatchRequestEntry[];
  ReceiptHandle?: string;
  VisibilityTimeout?: number;
};

function isRefused(random: Random, partial: number, strikes: ClientsOptions['strikes']): boolean {
  const refused = random.chance(partial);
  if (refused) strikes('SQS refuses an entry');
  return refused;
}

function queueCommand(
  queues: ReadonlyMap<string, SimulatedQueue>,
  { QueueUrl = '', Entries, ReceiptHandle = '', VisibilityTimeout = 0 }: QueueInput,
  refuses: () => boolean,
): object {
  const queue = queues.get(QueueUrl);
  if (queue === undefined) throw new Error(`no queue ${QueueUrl}`);
  if (Entries === undefined) {
    queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
    return {};
  }
  const Failed: { Id: string | undefined }[] = [];
  for (const {
    Id,
    MessageBody = '',
    MessageGroupId,
    MessageDeduplicationId,
    DelaySeconds = 0,
    MessageAttributes,
  } of Entries) {
    if (refuses()) {
      Failed.push({ Id });
      continue;
    }
    queue.send({
      body: MessageBody,
      group: MessageGroupId,
      deduplicationId: MessageDeduplicationId,
      delayMs: DelaySeconds * 1000,
      reason: MessageAttributes?.['reason']?.StringValue,
    });
  }
  return { Failed };
}
