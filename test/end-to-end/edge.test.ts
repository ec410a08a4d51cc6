import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PORTAL, startTestStack, type TestStack } from '../helpers/local-stack.ts';
import { postV2, postV3 } from '../helpers/signed.ts';

let it: TestStack;
let url: string;
let contact: string;
beforeAll(async () => {
  it = await startTestStack();
  url = it.stack.webhooks;
  contact = it.twin.people.createContact({ email: 'edge@example.at' }).id;
});
afterAll(() => it.stop());

const event = (changes: object = {}) => ({
  eventId: 1,
  subscriptionType: 'contact.propertyChange',
  portalId: PORTAL,
  objectId: Number(contact),
  occurredAt: Date.now(),
  propertyName: 'hs_email_optout_501',
  propertyValue: 'true',
  ...changes,
});
const nothingHappened = async () => {
  await it.settled();
  expect(await it.entries(contact)).toEqual([]);
};

describe('refused with 401, nothing queued', () => {
  const minute = 60_000;
  test.each<[string, () => Promise<Response>]>([
    ['unsigned', () => fetch(url, { method: 'POST', body: JSON.stringify([event()]) })],
    ['with another secret', () => postV3(url, JSON.stringify([event()]), { secret: 'guessed' })],
    ['too old', () => postV3(url, JSON.stringify([event()]), { now: Date.now() - 6 * minute })],
    ['from the future', () => postV3(url, JSON.stringify([event()]), { now: Date.now() + 6 * minute })],
    ['for another URL', () => postV3(url, JSON.stringify([event()]), { signedUrl: `${url}/` })],
    [
      'altered',
      () =>
        postV3(url, JSON.stringify([event()]), { headers: { 'x-hubspot-request-timestamp': String(Date.now() - 1) } }),
    ],
    ['v2 on the route of app webhooks', () => postV2(url, JSON.stringify([event()]))],
  ])('%s', async (_, post) => {
    expect((await post()).status).toBe(401);
    await nothingHappened();
  });
});

describe('bad input', () => {
  test.each([
    ['broken JSON', '[{', 400],
    ['no array', '{}', 400],
    ['over 100 events', JSON.stringify(Array.from({ length: 101 }, (_, i) => ({ eventId: i }))), 413],
  ])('%s', async (_, body, status) => {
    const response = await postV3(url, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error');
    await nothingHappened();
  });

  test('over the 6 MiB that Lambda takes', async () => {
    const body = JSON.stringify([{ padding: 'x'.repeat(6 * 1024 * 1024) }]);
    expect((await postV3(url, body)).status).toBe(413);
    await nothingHappened();
  });

  test('a workflow’s full contact body of 1.5 MB is taken: only its signals are queued', async () => {
    const padding = 'x'.repeat(1_500_000);
    const body = JSON.stringify([event({ subscriptionType: 'contact.somethingNew', padding })]);
    expect(await (await postV3(url, body)).json()).toEqual({ queued: 0, dropped: 1 });
  });

  test('unknown types, extra and missing fields are accepted and counted', async () => {
    const events = [
      event({ subscriptionType: 'contact.somethingNew' }),
      { eventId: 5 },
      'text',
      null,
      event({ portalId: 1 }),
    ];
    const response = await postV3(url, JSON.stringify(events));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ queued: 0, dropped: 5 });
    await nothingHappened();
  });
});

describe('good input', () => {
  test('a body that API Gateway hands over in base64', async () => {
    const body = Buffer.from(JSON.stringify([event({ propertyName: 'hs_email_optout_511' })]));
    const response = await postV3(url, body, { contentType: 'application/octet-stream' });
    expect(await response.json()).toEqual({ queued: 1, dropped: 0 });
    await it.settled();
    expect((await it.decisions(contact)).map(({ rule }) => rule)).toEqual(['R2']);
  });

  test('a hundred events with text beyond ASCII', async () => {
    const events = Array.from({ length: 100 }, (_, i) =>
      event({ occurredAt: Date.now() + i, sourceId: 'Überblick – 雪' }),
    );
    const response = await postV3(url, JSON.stringify(events));
    expect(await response.json()).toEqual({ queued: 100, dropped: 0 });
    await it.settled();
  });

  test('a workflow call signed with v2, or with v3', async () => {
    const body = JSON.stringify({
      event: 'subscription-change',
      subscriptionId: 601,
      status: 'opted-out',
      contactId: contact,
      occurredAt: Date.now(),
    });
    expect((await postV2(it.stack.workflows, body)).status).toBe(200);
    expect((await postV3(it.stack.workflows, body)).status).toBe(200);
    expect((await postV2(it.stack.workflows, body, 'guessed')).status).toBe(401);
    await it.settled();
  });

  test.each(['GET', 'PUT', 'DELETE', 'HEAD'])('%s is answered with what to do instead', async (method) => {
    for (const route of [url, it.stack.workflows]) {
      const response = await fetch(route, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
      expect(await response.text()).toContain(method === 'HEAD' ? '' : 'choose the method POST');
    }
  });

  test('other paths are not there', async () => {
    expect((await postV3(`${url}/other`, '[]')).status).toBe(404);
  });
});

// The last test: it takes the queue away.
test('trouble of our own is answered 503, never 4xx, so that HubSpot tries again', async () => {
  await it.stack.cloud.sqs.send(new DeleteQueueCommand({ QueueUrl: it.queue('Signals') }));
  expect((await postV3(url, JSON.stringify([event({ propertyName: 'hs_email_optout_601' })]))).status).toBe(503);
  expect((await postV3(url, JSON.stringify([event({ propertyName: 'lastname' })]))).status).toBe(200);
});
