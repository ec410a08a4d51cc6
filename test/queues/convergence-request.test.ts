import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { PoisonError } from '../../src/errors.ts';
import { type ConvergenceRequest, messageOf } from '../../src/queues/convergence-request.ts';
import { deadLetter } from '../../src/queues/failures.ts';
import { sendAll } from '../../src/queues/send.ts';
import { record, startSqs } from '../helpers/sqs.ts';

let queues: Awaited<ReturnType<typeof startSqs>>;
beforeAll(async () => {
  queues = await startSqs('standard');
});
afterAll(() => queues.stop());

const request = (contact: string, more: Partial<ConvergenceRequest> = {}): ConvergenceRequest => ({
  v: 1,
  portal: 1,
  contact,
  occurredAt: hubspotTime(1),
  ...more,
});
const groupOf = (one: ConvergenceRequest) => messageOf(one, ourTime(1)).MessageGroupId;

test('each person is a group of its own, the rows of an import are one together: a fair queue puts the import behind', () => {
  expect([groupOf(request('101')), groupOf(request('102'))]).toEqual(['101', '102']);
  const rows = ['103', '104'].map((contact) => groupOf(request(contact, { crowd: 'IMPORT-4711' })));
  expect(rows).toEqual(['IMPORT-4711', 'IMPORT-4711']);
});

test('whatever HubSpot names as the source, SQS takes the group', async () => {
  const crowd = `IMPORT-Frühling "2026" & ${'x'.repeat(200)}`;
  await sendAll(queues.sqs, queues.failures.queueUrl, [messageOf(request('105', { crowd }), ourTime(1))]);
  const { Messages } = await queues.sqs.send(new ReceiveMessageCommand({ QueueUrl: queues.failures.queueUrl }));
  expect(Messages).toHaveLength(1);
  expect(groupOf(request('105', { crowd }))).toMatch(/^[\w:.-]{1,128}$/);
});

// SQS refuses a deduplication id on a queue that is not FIFO (SQS API reference, SendMessage).
test('a dead letter of a fair queue keeps its group and has no deduplication id', async () => {
  const spoilt = record('{"v":9}');
  spoilt.attributes.MessageGroupId = '106';
  const sent: unknown[] = [];
  queues.sqs.middlewareStack.add(
    (next) => (args) => {
      sent.push(args.input);
      return next(args);
    },
    { step: 'initialize' },
  );
  await deadLetter(spoilt, new PoisonError('unknown shape'), queues.failures);
  expect(sent).toMatchObject([{ Entries: [{ MessageGroupId: '106' }] }]);
  expect(JSON.stringify(sent)).not.toContain('MessageDeduplicationId');
});
