import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../local/hubspot/behaviour.ts';
import { startTwin, type Twin } from '../../local/hubspot/twin.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin({
    portal: 1,
    accessToken: 'token',
    clientSecret: 'secret',
    subscriptionTypes: [501, 511].map((id) => ({ id, name: `type ${id}` })),
    watchedProperties: [],
    properties: ['block_gallery', 'cost_centre'],
    forms: [{ id: '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80501', subscriptions: [501] }],
  });
  twin.emails.push({ id: '7', name: 'Programm', subscription: 501 });
});
afterAll(() => twin.stop());
beforeEach(() => {
  Object.assign(twin.behaviour, ordinary);
  twin.faults.set([]);
});

type Answer = { status: number; body: Record<string, unknown>; headers: Headers };
async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = { authorization: 'Bearer token', 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${twin.url}${path}`, { method, headers, ...sent });
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  };
}
const tell = (what: string, body: unknown) => call('POST', `/twin/${what}`, body);
const PREFERENCES = '/communication-preferences/2026-09';
const CONTACTS = '/crm/objects/2026-09/contacts';
const write = (subscriptionId: number, more = {}) => ({
  channel: 'EMAIL',
  statusState: 'UNSUBSCRIBED',
  subscriptionId,
  ...more,
});
const resultsOf = ({ body }: Answer) => body['results'] as Record<string, unknown>[];

describe('answers carry every field that HubSpot’s description requires', () => {
  const envelope = ['status', 'results', 'startedAt', 'completedAt'];
  const status = ['channel', 'source', 'status', 'subscriberIdString', 'subscriptionId', 'timestamp'];
  test.each<[string, string, unknown, { ofAnswer: string[]; ofResult: string[] }]>([
    [
      'definitions',
      `${PREFERENCES}/definitions`,
      undefined,
      {
        ofAnswer: envelope,
        ofResult: ['id', 'name', 'description', 'isActive', 'isDefault', 'isInternal', 'createdAt', 'updatedAt'],
      },
    ],
    [
      'statuses of one',
      `${PREFERENCES}/statuses/a%40example.at?channel=EMAIL`,
      undefined,
      { ofAnswer: envelope, ofResult: status },
    ],
    [
      'a status written',
      `${PREFERENCES}/statuses/a%40example.at`,
      write(501),
      { ofAnswer: envelope, ofResult: status },
    ],
    [
      'statuses written',
      `${PREFERENCES}/statuses/batch/write`,
      { inputs: [write(501, { subscriberIdString: 'a@example.at' })] },
      { ofAnswer: envelope, ofResult: status },
    ],
    [
      'statuses of many',
      `${PREFERENCES}/statuses/batch/read?channel=EMAIL`,
      { inputs: ['a@example.at'] },
      { ofAnswer: envelope, ofResult: ['subscriberIdString', 'statuses'] },
    ],
    [
      'properties',
      '/crm/properties/2026-09/contacts',
      undefined,
      {
        ofAnswer: ['results'],
        ofResult: ['name', 'label', 'description', 'groupName', 'type', 'fieldType', 'options'],
      },
    ],
    [
      'forms',
      '/marketing/forms/2026-09-beta',
      undefined,
      {
        ofAnswer: ['results'],
        ofResult: [
          'id',
          'name',
          'formType',
          'archived',
          'createdAt',
          'updatedAt',
          'fieldGroups',
          'configuration',
          'displayOptions',
          'legalConsentOptions',
        ],
      },
    ],
    [
      'e-mails',
      '/marketing/emails/2026-09',
      undefined,
      { ofAnswer: ['results', 'total'], ofResult: ['id', 'isAb', 'isPublished', 'subscriptionDetails'] },
    ],
    [
      'contacts found',
      `${CONTACTS}/search`,
      { filterGroups: [] },
      { ofAnswer: ['results', 'total'], ofResult: ['id', 'properties', 'createdAt', 'updatedAt', 'archived'] },
    ],
    [
      'contacts listed',
      CONTACTS,
      undefined,
      { ofAnswer: ['results'], ofResult: ['id', 'properties', 'createdAt', 'updatedAt', 'archived'] },
    ],
  ])('%s', async (_name, path, body, { ofAnswer, ofResult }) => {
    twin.people.createContact({ email: `${Math.random()}@example.at` });
    const answer = await call(body === undefined ? 'GET' : 'POST', path, body);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(expect.arrayContaining(ofAnswer));
    expect(resultsOf(answer).length).toBeGreaterThan(0);
    for (const result of resultsOf(answer)) {
      expect(Object.keys(result)).toEqual(expect.arrayContaining(ofResult));
      for (const key of ofResult) expect(result[key], key).not.toBeUndefined();
    }
  });

  test('errors of a call and of an input; each call has a name of its own', async () => {
    const [one, two] = [await call('GET', '/nowhere'), await call('GET', '/nowhere')];
    expect(Object.keys(one.body)).toEqual(expect.arrayContaining(['category', 'correlationId', 'message']));
    expect(one.body['correlationId']).toBe(one.headers.get('x-hubspot-correlation-id'));
    expect(one.body['correlationId']).not.toBe(two.body['correlationId']);
    const { status, body } = await call('POST', `${CONTACTS}/batch/read`, { inputs: [{ id: '9' }], properties: [] });
    expect(status).toBe(207);
    const [error] = body['errors'] as object[];
    expect(Object.keys(error ?? {})).toEqual(
      expect.arrayContaining(['category', 'context', 'errors', 'links', 'message', 'status']),
    );
  });
});

test('a merge makes a new record, which both old ids find', async () => {
  const [primary, other] = ['1', '2'].map((n) => twin.people.createContact({ email: `merge-${n}@example.at` }).id);
  const { body: merged } = await tell('mergeContacts', { primary, other });
  expect([primary, other]).not.toContain(merged['id']);
  for (const old of [primary, other]) expect((await call('GET', `${CONTACTS}/${old}`)).body['id']).toBe(merged['id']);
  const inputs = [{ id: primary }, { id: other }];
  const { status, ...read } = await call('POST', `${CONTACTS}/batch/read`, { inputs, properties: [] });
  expect(status).toBe(200);
  expect(resultsOf({ status, ...read }).map(({ id }) => id)).toEqual([merged['id'], merged['id']]);
});

describe('what HubSpot refuses', () => {
  test.each<[string, string, unknown, number]>([
    ['an unknown type', `${PREFERENCES}/statuses/a%40example.at`, write(777), 400],
    [
      'a status without a channel',
      `${PREFERENCES}/statuses/a%40example.at`,
      { ...write(501), channel: undefined },
      400,
    ],
    ['a batch without a channel', `${PREFERENCES}/statuses/batch/read`, { inputs: ['a@example.at'] }, 400],
    ['a search body over 3,000 characters', `${CONTACTS}/search`, { properties: ['x'.repeat(3000)] }, 400],
    [
      'history of more than 50',
      `${CONTACTS}/batch/read`,
      { inputs: Array.from({ length: 51 }, (_, id) => ({ id: String(id) })), propertiesWithHistory: ['email'] },
      400,
    ],
    ['an unknown property', CONTACTS, { properties: { email: 'new-1@example.at', no_such: 'x' } }, 400],
  ])('%s', async (_name, path, body, status) => {
    expect((await call('POST', path, body)).status).toBe(status);
  });

  test('an unknown type as one input of a batch', async () => {
    const inputs = [write(777, { subscriberIdString: 'a@example.at' })];
    const { status, body } = await call('POST', `${PREFERENCES}/statuses/batch/write`, { inputs });
    expect([status, body['numErrors']]).toEqual([207, 1]);
  });

  test('a contact without what the portal demands, new or updated; an address twice', async () => {
    const { id } = twin.people.createContact({ email: 'demands@example.at' });
    const update = (properties: object) => call('POST', `${CONTACTS}/batch/update`, { inputs: [{ id, properties }] });
    expect((await update({ block_gallery: 'true' })).status).toBe(200);
    expect((await tell('behaviour', { demandedProperties: ['cost_centre'] })).status).toBe(200);
    expect((await update({ block_gallery: 'false' })).status).toBe(400);
    expect((await update({ block_gallery: 'false', cost_centre: '4' })).status).toBe(200);
    const create = (properties: object) => call('POST', CONTACTS, { properties });
    expect((await create({ email: 'new-2@example.at' })).status).toBe(400);
    expect((await create({ email: 'new-2@example.at', cost_centre: '4' })).status).toBe(201);
    expect((await create({ email: 'new-2@example.at', cost_centre: '4' })).status).toBe(409);
  });
});

describe('told over HTTP to fail', () => {
  const statusOfForms = async () => (await call('GET', '/marketing/forms/2026-09-beta')).status;

  test('by a part of the path, by what a call holds, so many times, each n-th call', async () => {
    await tell('faults', { faults: [{ path: 'marketing/forms', status: 410, times: 1 }] });
    expect([await statusOfForms(), await statusOfForms()]).toEqual([410, 200]);
    await tell('faults', { faults: [{ path: 'batch/read', holds: '"5"', status: 409 }] });
    const read = (id: string) => call('POST', `${CONTACTS}/batch/read`, { inputs: [{ id }], properties: [] });
    expect([(await read('5')).status, (await read('6')).status]).toEqual([409, 207]);
    await tell('faults', { faults: [{ every: 3 }] });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push(await statusOfForms());
    expect(statuses).toEqual([200, 200, 500, 200, 200, 500]);
    await tell('faults', { faults: [] });
    expect(await statusOfForms()).toBe(200);
  });

  test('with a body of any shape, a category, or Retry-After', async () => {
    await tell('faults', { faults: [{ path: 'marketing/forms', body: { hits: 0 } }] });
    expect(await call('GET', '/marketing/forms/2026-09-beta')).toMatchObject({ status: 200, body: { hits: 0 } });
    await tell('faults', { faults: [{ status: 403, category: 'MISSING_SCOPES', retryAfter: 7 }] });
    const { body, headers } = await call('GET', '/marketing/forms/2026-09-beta');
    expect([body['category'], headers.get('retry-after')]).toEqual(['MISSING_SCOPES', '7']);
  });

  test('and to behave otherwise, with a clear answer to nonsense', async () => {
    expect((await tell('behaviour', { outage: 'answers 503', lostContacts: ['5'] })).body).toMatchObject({
      outage: 'answers 503',
      lostContacts: ['5'],
    });
    expect(await statusOfForms()).toBe(503);
    expect(twin.behaviour.lostContacts).toEqual(new Set(['5']));
    expect((await call('GET', '/twin/behaviour')).body).toMatchObject({ limitPer10Seconds: 190 });
    expect((await tell('behaviour', { outages: true })).body['error']).toContain('settings: batchScopes,');
    expect((await tell('behaviour', { lost: 'all' })).body['error']).toBe('lost takes: number');
    const { status, body } = await tell('faults', { faults: [{ path: 'x', state: 410 }] });
    expect(status).toBe(400);
    expect(body['error']).toContain('state');
  });
});
