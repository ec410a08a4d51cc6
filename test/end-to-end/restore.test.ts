import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBreak } from '../../src/ledger/chain.ts';
import { ledgerTable } from '../../src/ledger/dynamodb-item.ts';
import { held, openControls, startTestStack, type TestStack } from '../helpers/local-stack.ts';
import { postV3 } from '../helpers/signed.ts';

const COMPANY = 'kunstmeile-krems';
const TYPE = 501;
const FORM = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503';
const BLOCK = 'dsgvo_sperre_landesgalerie';

/** The drill of docs/restore.md: the ledger goes back to yesterday, HubSpot does not. */
let it: TestStack;
const people: Record<string, string> = {};
let before: Record<string, Record<string, string>>;
let submittedAt: number;

beforeAll(async () => {
  it = await startTestStack();
  const { people: acts, behaviour } = it.twin;
  for (const name of ['optedOut', 'cameBack', 'opensAgain', 'optsOut', 'returns', 'both']) {
    people[name] = acts.createContact({ email: `${name.toLowerCase()}@example.at` }).id;
  }
  const id = (name: string) => people[name] ?? '';
  const optOut = (name: string) => acts.unsubscribeByLink({ contact: id(name), subscription: TYPE });

  // Until yesterday.
  for (const name of ['optedOut', 'cameBack', 'opensAgain', 'returns']) optOut(name);
  await it.settled();
  acts.submitForm({ contact: id('cameBack'), form: FORM });
  await it.settled();
  const yesterday = Date.now();

  // The newest day.
  optOut('optsOut');
  optOut('both');
  await it.settled();
  submittedAt = Date.now();
  acts.submitForm({ contact: id('returns'), form: FORM });
  acts.submitForm({ contact: id('both'), form: FORM });
  await it.settled();
  behaviour.lost = 1;
  acts.editProperty({ contact: id('opensAgain'), name: BLOCK, value: 'false' });
  await it.settled();
  behaviour.lost = 0;
  before = Object.fromEntries(Object.entries(people).map(([name, one]) => [name, held(it.twin, one, COMPANY)]));
  await restoreLedgerTo(yesterday);
});
afterAll(() => it.stop());

/** What DynamoDB's point-in-time recovery gives: every entry until then, none later. */
async function restoreLedgerTo(time: number): Promise<void> {
  const documents = DynamoDBDocumentClient.from(it.stack.cloud.dynamodb);
  const [TableName = ''] = it.stack.cloud.tableNames.values();
  const { partitionKey, sortKey } = ledgerTable;
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName })) {
    for (const item of Items) {
      const Key = { [partitionKey]: item[partitionKey], [sortKey]: item[sortKey] };
      if (Number(item['recordedAt']) > time) await documents.send(new DeleteCommand({ TableName, Key }));
    }
  }
  await forgetDeduplication();
}

/** A day later SQS remembers no deduplication id (five minutes); the emulator forgets them with the queue. */
async function forgetDeduplication(): Promise<void> {
  const { sqs } = it.stack.cloud;
  const QueueUrl = it.queue('Signals');
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const kept = ['FifoQueue', 'VisibilityTimeout', 'MessageRetentionPeriod', 'RedrivePolicy'] as const;
  const same = Object.fromEntries(
    kept.flatMap((name) => (Attributes[name] === undefined ? [] : [[name, Attributes[name]]])),
  );
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  await sqs.send(new CreateQueueCommand({ QueueName: QueueUrl.split('/').at(-1), Attributes: same }));
}

const contact = (name: string) => people[name] ?? '';

describe('after the ledger went back to yesterday', () => {
  test('the newest day is gone from the ledger, and HubSpot still holds it', async () => {
    expect(await it.entries(contact('optsOut'))).toEqual([]);
    expect((await it.decisions(contact('returns'))).at(-1)).toMatchObject({ outcome: 'opted-out' });
    expect(openControls(it.twin, contact('returns'), COMPANY)).not.toEqual([]);
  });

  test('lawful returns of that day are told again before anything is repaired; then one audit closes the gap', async () => {
    // The drill: the log names the contacts that returned; each is enrolled once more in its form's workflow.
    const body = {
      event: 'form-submission',
      formId: FORM,
      contactId: contact('returns'),
      email: 'returns@example.at',
      submittedAt,
    };
    expect((await postV3(it.stack.workflows, JSON.stringify(body))).status).toBe(200);
    await it.settled();
    await it.runSchedule('Audit');
    await it.settled();

    for (const name of ['optedOut', 'optsOut', 'opensAgain']) {
      expect(openControls(it.twin, contact(name), COMPANY), `${name}: nothing is open that was closed`).toEqual([]);
    }
    for (const name of ['cameBack', 'returns', 'both']) {
      expect(held(it.twin, contact(name), COMPANY), `${name}: no lawful return is undone`).toEqual(before[name]);
    }
  });

  test('the ledger knows again what HubSpot knew, and every chain holds', async () => {
    expect((await it.decisions(contact('optsOut'))).at(-1)).toMatchObject({
      rule: 'R1',
      outcome: 'opted-out',
      source: { channel: 'audit' },
    });
    for (const [name, one] of Object.entries(people)) expect(findBreak(await it.entries(one)), name).toBeUndefined();
  });

  test('a second audit finds nothing', async () => {
    const count = it.stack.cloud.metrics.find('Widerruf', 'AuditFinding', ['finding', 'service', 'stage']);
    const values = () =>
      Object.fromEntries(count.map(({ dimensions, values: all }) => [dimensions['finding'], all.at(-1)]));
    await it.runSchedule('Audit');
    expect(values()).toMatchObject({ 'opt-out-unheard': 0, 'open-under-opt-out': 0, 'lift-unapplied': 0 });
  });
});

test('without the returns told again, the audit would close them: so it stays in report mode until then', async () => {
  // Shown on the person who opted out before yesterday and whom nobody told of.
  const { id } = it.twin.people.createContact({ email: 'forgotten@example.at' });
  it.twin.people.unsubscribeByLink({ contact: id, subscription: TYPE });
  await it.settled();
  const time = Date.now();
  it.twin.people.submitForm({ contact: id, form: FORM });
  await it.settled();
  expect(openControls(it.twin, id, COMPANY)).not.toEqual([]);
  await restoreLedgerTo(time);
  await it.runSchedule('Audit');
  await it.settled();
  expect(openControls(it.twin, id, COMPANY)).toEqual([]);
});
