import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createSqsServer } from 'local-aws-sqs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { queueSignals } from '../../src/queues/queue-signals.ts';
import { BY_ADDRESS, type Signal } from '../../src/signals/signal.ts';
import { withId } from '../../src/signals/signal-id.ts';
import { PORTAL, startTestStack, type TestStack } from '../helpers/local-stack.ts';

type Batch = { event: SQSEvent; response: SQSBatchResponse };

/** All that decide is given and answers, from now on. */
function batchesOf({ stack }: TestStack): Batch[] {
  const batches: Batch[] = [];
  const decide = stack.cloud.functions.find(({ name }) => name.startsWith('WorkersDecide'));
  if (decide === undefined) throw new Error('no function decide');
  const invoke = decide.invoke.bind(decide);
  decide.invoke = async (event) => {
    const response = await invoke(event);
    batches.push({ event: event as SQSEvent, response: response as SQSBatchResponse });
    return response;
  };
  return batches;
}

const groupOf = ({ attributes }: SQSEvent['Records'][number]) => attributes.MessageGroupId;

describe('when HubSpot is away', () => {
  const CONTROLS = ['subscription:511', 'subscription:512'];
  let it: TestStack;
  let batches: Batch[];
  let waiting: string;
  let other: string;

  beforeAll(async () => {
    it = await startTestStack();
    batches = batchesOf(it);
    const { people, behaviour } = it.twin;
    waiting = people.createContact({ email: 'waiting@example.at' }).id;
    other = people.createContact({ email: 'other@example.at' }).id;
    await it.settled();
    behaviour.outage = 'answers 503';
    const now = Date.now();
    const common = { v: 1 as const, portal: PORTAL, occurredAt: hubspotTime(now), receivedAt: ourTime(now) };
    const byAddress = (control: string): Signal =>
      withId({
        ...common,
        contact: BY_ADDRESS,
        address: 'waiting@example.at',
        kind: 'control',
        control,
        to: 'closed',
        source: { channel: 'workflow' },
      });
    const optOut: Signal = withId({
      ...common,
      contact: other,
      kind: 'control',
      control: 'subscription:501',
      to: 'closed',
      source: { channel: 'webhook', change: 'EMAIL' },
    });
    // Who has an address is known to HubSpot; an opt-out that names its contact needs nobody. One send: so all three wait when decide asks next.
    const queues = { persons: it.queue('Signals'), crowds: it.queue('CrowdSignals') };
    await queueSignals(it.stack.cloud.sqs, queues, [...CONTROLS.map(byAddress), optOut]);
    await vi.waitFor(() => expect(batches.some(({ response }) => response.batchItemFailures.length > 0)).toBe(true), {
      timeout: 300_000,
      interval: 100,
    });
    await vi.waitFor(async () => expect(await it.decisions(other)).toHaveLength(1), {
      timeout: 300_000,
      interval: 100,
    });
  });
  afterAll(() => it.stop());

  test('the rest of the failed group is handed back with it, and other groups go on', async () => {
    const group = `${PORTAL}-${BY_ADDRESS}`;
    const together = batches.find(({ event }) => event.Records.filter((one) => groupOf(one) === group).length > 1);
    expect(together, 'a batch with several messages of one group').toBeDefined();
    const ofGroup = together?.event.Records.filter((one) => groupOf(one) === group).map(({ messageId }) => messageId);
    const failed = together?.response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    expect(failed).toEqual(ofGroup);
    expect(await it.entries(waiting)).toEqual([]);
    expect((await it.decisions(other))[0]).toMatchObject({ rule: 'R1', outcome: 'opted-out' });
  });

  test('then all of the group is decided, in order', async () => {
    it.twin.behaviour.outage = false;
    const decided = async () => (await it.decisions(waiting)).flatMap(({ signal }) => signal?.control ?? []);
    await vi.waitFor(async () => expect(await decided()).toEqual(CONTROLS), {
      timeout: 300_000,
      interval: 200,
    });
  });
});

/** What docs/runbook.md says of SQS's own redrive: it moves back only what SQS itself has dead-lettered. On local-aws-sqs, since fauxqs cannot redrive. */
test('SQS cannot redrive the dead letters that our own code sends', async () => {
  const server: Server = await createSqsServer({
    port: 0,
    hostname: '127.0.0.1',
    region: 'eu-central-1',
    accountId: '000000000000',
  });
  const it = await startTestStack({ sqs: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  onTestFinished(async () => {
    await it.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { sqs: client } = it.stack.cloud;
  await client.send(new SendMessageCommand({ QueueUrl: it.queue('Convergence'), MessageBody: 'poison' }));
  const QueueUrl = it.queue('ConvergenceDeadLetters');
  const attributes = async () =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes;
  await vi.waitFor(async () => expect(await attributes()).toMatchObject({ ApproximateNumberOfMessages: '1' }), {
    timeout: 300_000,
    interval: 200,
  });
  const Attributes = await attributes();
  await client.send(new StartMessageMoveTaskCommand({ SourceArn: Attributes?.QueueArn }));
  const task = async () =>
    (await client.send(new ListMessageMoveTasksCommand({ SourceArn: Attributes?.QueueArn }))).Results?.[0];
  await vi.waitFor(
    async () =>
      expect(await task()).toMatchObject({ Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' }),
    { timeout: 300_000, interval: 200 },
  );
});
