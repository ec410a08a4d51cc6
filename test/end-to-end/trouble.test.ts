import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Behaviour } from '../../local/hubspot/behaviour.ts';
import { openControls, PORTAL, startTestStack, type TestStack } from '../helpers/local-stack.ts';

const COMPANY = 'noe-festival-und-kino';
let it: TestStack;
beforeAll(async () => {
  it = await startTestStack();
});
afterAll(() => it.stop());

/** Lets a contact opt out while HubSpot behaves so, until `calls` calls were made, then lets it recover. */
async function optOutDuring(name: string, trouble: Partial<Behaviour>, calls: number): Promise<string> {
  const { twin } = it;
  const usual = { ...twin.behaviour };
  const { id } = twin.people.createContact({ email: `${name}@example.at` });
  await it.settled();
  Object.assign(twin.behaviour, trouble);
  twin.calls.length = 0;
  twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
  await expect.poll(() => twin.calls.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(calls);
  Object.assign(twin.behaviour, usual);
  await it.settled();
  return id;
}

describe('trouble at HubSpot passes, and everything is applied after it', () => {
  test.each<[string, Partial<Behaviour>, number]>([
    ['down', { outage: 'answers 503' }, 3],
    ['locked', { fail: () => 423 }, 1],
    ['expired token', { fail: () => 502 }, 2],
    ['over the limit', { limitPer10Seconds: 2, retryAfterSeconds: 1 }, 4],
    ['writes fail, reads work', { fail: ({ path }) => (path.endsWith('/write') ? 500 : undefined) }, 6],
    ['properties fail, statuses work', { fail: ({ path }) => (path.endsWith('/update') ? 504 : undefined) }, 8],
    [
      'one item of a batch is refused for now',
      { itemError: (input) => (JSON.stringify(input).includes('741') ? 'RATE_LIMITS' : undefined) },
      4,
    ],
  ])('%s', async (name, trouble, calls) => {
    const id = await optOutDuring(name.replace(/\W/g, '-'), trouble, calls);
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
    expect(await it.messages('ConvergenceDeadLetters')).toEqual([]);
  });

  test('connections are cut', async () => {
    const { twin } = it;
    const { id } = twin.people.createContact({ email: 'cut@example.at' });
    twin.behaviour.outage = 'cuts connections';
    twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
    await expect.poll(() => it.decisions(id), { timeout: 30_000 }).toHaveLength(1);
    await expect.poll(async () => twin.sender.deliveries.length).toBeGreaterThan(0);
    twin.behaviour.outage = false;
    await it.settled();
    expect(openControls(twin, id, COMPANY)).toEqual([]);
  });

  test('a form submission that comes while HubSpot is down is decided after it', async () => {
    const { twin } = it;
    const { id } = twin.people.createContact({ email: 'form-during-outage@example.at' });
    twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
    await it.settled();
    twin.behaviour.outage = 'answers 503';
    twin.calls.length = 0;
    twin.people.submitForm({ contact: id, form: '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80701' });
    await expect.poll(() => twin.calls.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
    twin.behaviour.outage = false;
    await it.settled();
    expect((await it.decisions(id)).at(-1)).toMatchObject({ rule: 'R4', outcome: 'returned' });
    expect(twin.portal.status('form-during-outage@example.at', 701).status).toBe('SUBSCRIBED');
  });

  test('without the batch scopes single calls do the same', async () => {
    const { twin } = it;
    twin.behaviour.batchScopes = false;
    const { id } = twin.people.createContact({ email: 'starter@example.at' });
    twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
    await it.settled();
    twin.behaviour.batchScopes = true;
    expect(openControls(twin, id, COMPANY)).toEqual([]);
    expect(twin.calls.some(({ path }) => path.endsWith('/statuses/starter%40example.at'))).toBe(true);
  });
});

describe('what can never succeed lands in a dead-letter queue with its reason', () => {
  const deadLetters = async (queue: 'SignalsDeadLetters' | 'ConvergenceDeadLetters', body: string) =>
    (await it.messages(queue))
      .filter(({ Body }) => Body === body)
      .map(({ MessageAttributes }) => MessageAttributes?.['reason']?.StringValue);

  test('a signal that is none; the contact’s other signals go on', async () => {
    const { id } = it.twin.people.createContact({ email: 'poison@example.at' });
    const MessageGroupId = `${PORTAL}-${id}`;
    const send = (MessageBody: string) =>
      it.stack.cloud.sqs.send(
        new SendMessageCommand({
          QueueUrl: it.queue('Signals'),
          MessageBody,
          MessageGroupId,
          MessageDeduplicationId: MessageBody,
        }),
      );
    await send('not json');
    await send('{"v":2}');
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
    await it.settled();
    expect(await deadLetters('SignalsDeadLetters', 'not json')).toEqual(['PoisonError: the message is not JSON']);
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
  });

  test('a convergence request that is none', async () => {
    const MessageBody = '{"v":1,"contact":5}';
    await it.stack.cloud.sqs.send(new SendMessageCommand({ QueueUrl: it.queue('Convergence'), MessageBody }));
    await it.settled();
    expect(await deadLetters('ConvergenceDeadLetters', MessageBody)).toEqual([
      'PoisonError: the message has an unknown shape: portal, contact, occurredAt',
    ]);
  });

  test('a control that HubSpot refuses to close', async () => {
    const { twin } = it;
    twin.behaviour.itemError = (input) =>
      JSON.stringify(input).includes('"subscriptionId":761') ? 'VALIDATION_ERROR' : undefined;
    const { id } = twin.people.createContact({ email: 'refused@example.at' });
    twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
    await it.settled();
    twin.behaviour.itemError = undefined;
    expect(openControls(twin, id, COMPANY)).toEqual(['subscription:761']);
    const found = (await it.messages('ConvergenceDeadLetters')).find(({ Body }) => Body?.includes(`"${id}"`));
    expect(found?.MessageAttributes?.['reason']?.StringValue).toBe(
      'PermanentError: HubSpot refuses to close subscription:761',
    );
  });
});

test('no log line holds an address', async () => {
  const { readdirSync, readFileSync } = await import('node:fs');
  const { join } = await import('node:path');
  const folder = join(it.dataDir, 'logs');
  const text = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('');
  expect(text).toContain('message dead-lettered');
  expect(text).not.toMatch(/@example\.at|%40example/);
});
