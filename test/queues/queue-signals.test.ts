import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  type SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queueSignals } from '../../src/queues/queue-signals.ts';
import type { Signal } from '../../src/signals/signal.ts';
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
  await queueSignals(sqs, { persons: QueueUrl, crowds: QueueUrl }, [
    submitted(forms.ofCompany, 1),
    optOut,
    changed('subscription:511', 'closed', 3),
  ]);
  const receive = async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
    return Messages.map(({ Body = '{}' }) => (JSON.parse(Body) as { kind: string; occurredAt: number }).occurredAt);
  };
  expect([...(await receive()), ...(await receive())].toSorted()).toEqual([1, 2]);
  expect(await receive(), 'the contact’s other signals stay in order').toEqual([]);
});

/** The contacts of the messages of each queue, and what the messages say of a crowd. */
async function queuedBy(signals: readonly Signal[]) {
  const made = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }))).QueueUrl ?? '';
  const queues = { persons: await made(`${++count}.fifo`), crowds: await made(`${count}-crowds.fifo`) };
  await queueSignals(sqs, queues, signals);
  const all = async (QueueUrl: string) => {
    const found: { contact: string; crowd?: string }[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return found;
      found.push(...Messages.map(({ Body = '{}' }) => JSON.parse(Body) as { contact: string; crowd?: string }));
    }
  };
  return { persons: await all(queues.persons), crowds: await all(queues.crowds) };
}
let count = 0;
const optOut = (contact: number, change: string): Signal => ({
  ...changed('subscription:501', 'closed', 2),
  contact: String(contact),
  id: `${contact} ${change}`,
  source: { channel: 'webhook', change, id: '7' },
});
const rows = (n: number, change: string) => Array.from({ length: n }, (_, i) => optOut(100 + i, change));

test('what HubSpot names an import waits in a queue of its own, and says so to convergence', async () => {
  const { persons, crowds } = await queuedBy([optOut(1, 'EMAIL'), optOut(2, 'IMPORT')]);
  expect(persons.map(({ contact, crowd }) => [contact, crowd])).toEqual([['1', undefined]]);
  expect(crowds.map(({ contact, crowd }) => [contact, crowd])).toEqual([['2', 'IMPORT-7']]);
});

test('twenty alike in one request are a crowd, whatever HubSpot names them; what differs from them is not', async () => {
  const few = await queuedBy(rows(19, 'EMAIL'));
  expect([few.persons.length, few.crowds.length]).toEqual([19, 0]);
  const { persons, crowds } = await queuedBy([...rows(20, 'EMAIL'), optOut(1, 'CRM_UI')]);
  expect(persons.map(({ contact }) => contact)).toEqual(['1']);
  expect(new Set(crowds.map(({ crowd }) => crowd))).toEqual(new Set(['subscription:501-closed-EMAIL-7']));
  expect(crowds).toHaveLength(20);
});

test('the signals of a contact go side by side, in their order, whatever came between them', async () => {
  const sent: string[] = [];
  const recording = new SQSClient({ region: 'eu-central-1' });
  recording.send = (async ({ input }: SendMessageBatchCommand) => {
    sent.push(...(input.Entries ?? []).map(({ MessageDeduplicationId: id = '' }) => id));
    return {};
  }) as unknown as typeof recording.send;
  const interleaved = [1, 2, 3].flatMap((time) => [7, 5, 6].map((contact) => optOut(contact, `EMAIL ${time}`)));
  await queueSignals(recording, { persons: 'persons', crowds: 'crowds' }, interleaved);
  expect(sent.map((id) => id.replace(' EMAIL ', '.'))).toEqual([
    '7.1',
    '7.2',
    '7.3',
    '5.1',
    '5.2',
    '5.3',
    '6.1',
    '6.2',
    '6.3',
  ]);
});
