import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Signature } from '@hubspot/api-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../local/hubspot/behaviour.ts';
import { startTwin, type Twin } from '../../local/hubspot/twin.ts';
import { verifyV2, verifyV3 } from '../../src/hubspot/signature.ts';

type Post = { url: string; body: string; headers: Record<string, string> };
const SECRET = 'secret';
let twin: Twin;
let server: Server;
let base: string;
let posts: Post[];
/** Statuses to answer with, one after the other; then 200. */
let answers: number[];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      posts.push({ url: `${base}${request.url}`, body, headers: request.headers as Record<string, string> });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  twin = await startTwin({
    portal: 62515,
    accessToken: 'token',
    clientSecret: SECRET,
    subscriptionTypes: [501, 511].map((id) => ({ id, name: String(id) })),
    watchedProperties: ['hs_email_optout', 'hs_email_optout_501', 'hs_email_optout_511', 'block_gallery', 'email'],
    forms: [{ id: 'form', subscriptions: [501] }],
  });
  twin.connect({ webhooks: `${base}/webhooks?a=b%2Fc`, workflows: `${base}/workflows` });
});
afterAll(async () => {
  await twin.stop();
  server.close();
});
beforeEach(() => {
  Object.assign(twin.behaviour, ordinary, { retryDelaysMs: [1, 1, 1] });
  posts = [];
  answers = [];
});
const events = () => posts.flatMap(({ body }) => JSON.parse(body) as Record<string, unknown>[]);
const signed = ({ url, body, headers }: Post) => ({ method: 'POST', url, body: Buffer.from(body), headers });

describe('the twin’s webhooks', () => {
  test('are signed with v3, and HubSpot’s own client agrees where the URL is plain', async () => {
    const { id } = twin.people.createContact({ email: 'a@example.at' });
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await twin.sender.idle();
    const [post] = posts;
    expect(post && verifyV3(signed(post), [SECRET], Date.now())).toBe('valid');

    twin.connect({ webhooks: `${base}/plain`, workflows: `${base}/workflows` });
    twin.people.unsubscribeByLink({ contact: id, subscription: 511 });
    await twin.sender.idle();
    const plain = posts.at(-1);
    expect(
      Signature.isValid({
        signatureVersion: 'v3',
        signature: plain?.headers['x-hubspot-signature-v3'] ?? '',
        timestamp: Number(plain?.headers['x-hubspot-request-timestamp']),
        clientSecret: SECRET,
        method: 'POST',
        url: plain?.url ?? '',
        requestBody: plain?.body ?? '',
      }),
    ).toBe(true);
  });

  test('hold what HubSpot’s hold, in both formats', async () => {
    twin.behaviour.eventFormat = 'both';
    const { id } = twin.people.createContact({ email: 'b@example.at' });
    twin.people.unsubscribeByEmployee({ contact: id, subscription: 501 });
    await twin.sender.idle();
    const common = {
      portalId: 62515,
      objectId: Number(id),
      propertyName: 'hs_email_optout_501',
      propertyValue: 'true',
      changeSource: 'EMAIL',
      sourceId: 'userId:7',
      attemptNumber: 0,
      occurredAt: expect.any(Number),
      eventId: expect.any(Number),
    };
    expect(events()).toEqual([
      expect.objectContaining({ ...common, subscriptionType: 'contact.propertyChange' }),
      expect.objectContaining({ ...common, subscriptionType: 'object.propertyChange', objectTypeId: '0-1' }),
    ]);
  });

  test('are tried again when not answered 2xx, with the attempt’s number; then given up', async () => {
    answers = [500, 401];
    const { id } = twin.people.createContact({ email: 'c@example.at' });
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await twin.sender.idle();
    expect(events().map(({ attemptNumber }) => attemptNumber)).toEqual([0, 1, 2]);
    posts = [];
    answers = [500, 500, 500, 500, 500];
    twin.people.unsubscribeByLink({ contact: id, subscription: 511 });
    await twin.sender.idle();
    expect(posts).toHaveLength(4);
  });

  test('come a hundred at a time, can be lost and can come twice', async () => {
    const contacts = Array.from({ length: 150 }, (_, i) => twin.people.createContact({ email: `${i}@batch.at` }).id);
    for (const contact of contacts) twin.people.unsubscribeByLink({ contact, subscription: 501 });
    await twin.sender.idle();
    const sizes = posts.map(({ body }) => (JSON.parse(body) as unknown[]).length);
    expect(sizes.toSorted((a, b) => b - a)).toEqual([100, 50]);
    posts = [];
    twin.behaviour.lost = 1;
    twin.people.unsubscribeByLink({ contact: contacts[0] ?? '', subscription: 511 });
    await twin.sender.idle();
    expect(posts).toEqual([]);
    Object.assign(twin.behaviour, { lost: 0, duplicates: 1 });
    twin.people.unsubscribeByLink({ contact: contacts[1] ?? '', subscription: 511 });
    await twin.sender.idle();
    expect(posts).toHaveLength(2);
  });

  test('tell nothing of what is already so', async () => {
    const { id } = twin.people.createContact({ email: 'd@example.at', properties: { block_gallery: 'true' } });
    twin.people.editProperty({ contact: id, name: 'block_gallery', value: 'true' });
    twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
    await twin.sender.idle();
    expect(posts, 'not opted out before, not opted out now').toEqual([]);
  });
});

describe('the twin’s workflows', () => {
  test('are signed with v2; 4xx is not tried again, 429 and 5xx are', async () => {
    const { id } = twin.people.createContact({ email: 'e@example.at' });
    answers = [400];
    twin.people.submitForm({ contact: id, form: 'form' });
    await twin.sender.idle();
    const [post] = posts;
    expect(post && verifyV2(signed(post), [SECRET])).toBe('valid');
    expect(posts).toHaveLength(1);
    answers = [429, 503];
    twin.people.submitForm({ contact: id, form: 'form' });
    await twin.sender.idle();
    expect(posts).toHaveLength(4);
  });
});

describe('statuses belong to the address', () => {
  test('they outlive the contact', () => {
    const { id } = twin.people.createContact({ email: 'f@example.at' });
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    const contact = twin.portal.contact(id);
    if (contact !== undefined) twin.portal.archive(contact, { changeSource: 'CRM_UI' });
    const again = twin.people.createContact({ email: 'F@Example.at' }).id;
    const reborn = twin.portal.contact(again);
    expect(reborn && twin.portal.property(reborn, 'hs_email_optout_501')).toBe('true');
  });

  test('a change of address rewrites the opt-out properties, which is nobody’s re-opt-in', async () => {
    const { id } = twin.people.createContact({ email: 'g@example.at' });
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await twin.sender.idle();
    posts = [];
    twin.people.editProperty({ contact: id, name: 'email', value: 'g2@example.at' });
    await twin.sender.idle();
    expect(events()).toMatchObject([
      { propertyName: 'email' },
      {
        propertyName: 'hs_email_optout_501',
        propertyValue: '',
        changeSource: 'EMAIL',
        sourceId: 'Updated in response to an email address change.',
      },
    ]);
    expect(twin.portal.status('g@example.at', 501).status).toBe('UNSUBSCRIBED');
  });
});
