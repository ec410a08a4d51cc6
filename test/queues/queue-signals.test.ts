import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queueSignals } from '../../src/queues/queue-signals.ts';
import { changed, submitted } from '../helpers/person.ts';
import { forms } from '../helpers/registry.ts';

let server: FauxqsServer;
let sqs: SQSClient;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint: `http://127.0.0.1:${server.port}`, region: 'eu-central-1', credentials });
});
afterAll(() => server.stop());

test('a form waits in a group of its own: the contact’s opt-out is handed out while the form is in work', async () => {
  const Attributes = { FifoQueue: 'true' };
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'signals.fifo', Attributes }));
  const optOut = changed('subscription:501', 'closed', 2);
  await queueSignals(sqs, QueueUrl, [submitted(forms.ofCompany, 1), optOut, changed('subscription:511', 'closed', 3)]);
  const receive = async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
    return Messages.map(({ Body = '{}' }) => (JSON.parse(Body) as { kind: string; occurredAt: number }).occurredAt);
  };
  expect([...(await receive()), ...(await receive())].toSorted()).toEqual([1, 2]);
  expect(await receive(), 'the contact’s other signals stay in order').toEqual([]);
});
