import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  type SendMessageBatchCommandInput,
  type SendMessageBatchCommandOutput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RetryableError } from '../../src/errors.ts';
import { sendAll } from '../../src/queues/send.ts';

let server: FauxqsServer;
let sqs: SQSClient;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
});
afterAll(() => server.stop());

/** A real client on an emulated queue, of which the first `times` batches lose their second half. */
async function queueThatRefuses(times: number): Promise<string> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint: `http://127.0.0.1:${server.port}`, region: 'eu-central-1', credentials });
  let left = times;
  sqs.middlewareStack.add(
    (next, context) => async (args) => {
      if (context['commandName'] !== 'SendMessageBatchCommand' || left-- <= 0) return next(args);
      const input = args.input as SendMessageBatchCommandInput;
      const entries = input.Entries ?? [];
      const kept = entries.slice(0, Math.floor(entries.length / 2));
      const refused = entries.slice(kept.length).map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError' }));
      const empty = { Successful: [], Failed: [], $metadata: {} };
      const result =
        kept.length > 0 ? await next({ ...args, input: { ...input, Entries: kept } }) : { output: empty, response: {} };
      const output = result.output as SendMessageBatchCommandOutput;
      return { ...result, output: { ...output, Failed: refused } } as typeof result;
    },
    { step: 'initialize' },
  );
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `queue-${times}-${Math.random()}`.replace('.', '') }),
  );
  return QueueUrl;
}

async function bodies(QueueUrl: string): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return found.toSorted((a, b) => (a < b ? -1 : 1));
    found.push(...Messages.map(({ Body }) => Body ?? ''));
  }
}

describe('a batch that SQS takes in part', () => {
  const messages = Array.from({ length: 25 }, (_, i) => ({ MessageBody: `message ${String(i).padStart(2, '0')}` }));

  test('is sent again for the rest, nothing twice', async () => {
    const queue = await queueThatRefuses(4);
    await sendAll(sqs, queue, messages);
    expect(await bodies(queue)).toEqual(messages.map(({ MessageBody }) => MessageBody));
  });

  test('that stays refused is an error, so that the caller answers 5xx', async () => {
    const queue = await queueThatRefuses(Number.POSITIVE_INFINITY);
    await expect(sendAll(sqs, queue, messages)).rejects.toThrow(RetryableError);
  });

  test('a queue that is not there', async () => {
    await queueThatRefuses(0);
    const gone = `http://127.0.0.1:${server.port}/000000000000/gone`;
    await expect(sendAll(sqs, gone, messages)).rejects.toThrow(/could not be queued/);
  });
});
