import { beforeEach, describe, expect, test } from 'vitest';
import { createTwin, type TwinAccount } from '../../local/hubspot/twin.ts';

const TOKEN = 'token';
const STATUSES = '/communication-preferences/2026-09/statuses';
let now: number;
let twin: TwinAccount;
let sent: { url: string; body: string }[];

beforeEach(() => {
  now = Date.UTC(2026, 0, 5);
  sent = [];
  twin = createTwin({
    portal: 1,
    accessToken: TOKEN,
    clientSecret: 'secret',
    subscriptionTypes: [{ id: 501, name: 'museum' }],
    watchedProperties: ['hs_email_optout_501'],
    properties: ['block_gallery'],
    forms: [{ id: 'ab-12', subscriptions: [] }],
    clock: () => now,
    network: {
      sleep: () => Promise.resolve(),
      post: ({ url, body }) => Promise.resolve(sent.push({ url, body }) > 0 ? 200 : 0),
    },
  });
  twin.sender.connect({ webhooks: 'http://app/webhooks', workflows: 'http://app/workflows' });
});

async function call(method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const answer = await twin.app.fetch(new Request(`http://twin${path}`, request));
  return { status: answer.status, body: (await answer.json()) as { results?: { statuses: { status: string }[] }[] } };
}

const readStatus = async (address: string) =>
  (await call('POST', `${STATUSES}/batch/read?channel=EMAIL`, { inputs: [address] })).body.results?.[0]?.statuses[0]
    ?.status;
const close = () =>
  call('POST', `${STATUSES}/anna@example.at`, { channel: 'EMAIL', subscriptionId: 501, statusState: 'UNSUBSCRIBED' });

describe('the twin plays', () => {
  test('reads that lag behind a change', async () => {
    twin.behaviour.statusLagMs = 5000;
    await close();
    now += 4999;
    expect(await readStatus('anna@example.at')).toBe('NOT_SPECIFIED');
    now += 1;
    expect(await readStatus('anna@example.at')).toBe('UNSUBSCRIBED');
  });

  test('opt-out properties that show a change of a status late', async () => {
    twin.behaviour.optOutPropertyLagMs = 5000;
    const { id } = twin.people.createContact({ email: 'anna@example.at' });
    now += 5000;
    await close();
    twin.people.unsubscribeFromAll({ contact: id });
    const names = ['hs_email_optout_501', 'hs_email_optout'];
    const shown = async () => {
      const query = `properties=${names.join()}&propertiesWithHistory=hs_email_optout`;
      const { body } = await call('GET', `/crm/objects/2026-09/contacts/${id}?${query}`);
      const { properties, propertiesWithHistory } = body as unknown as {
        properties: Record<string, string>;
        propertiesWithHistory: Record<string, unknown[]>;
      };
      return [...names.map((name) => properties[name]), propertiesWithHistory['hs_email_optout']?.length];
    };
    now += 4999;
    expect(await shown()).toEqual(['', '', 0]);
    now += 1;
    expect(await shown()).toEqual(['true', 'true', 1]);
  });

  test('an address of which nothing is held, listed or left out', async () => {
    expect(await readStatus('anna@example.at')).toBe('NOT_SPECIFIED');
    twin.behaviour.unknownAddresses = 'left out';
    expect(await readStatus('anna@example.at')).toBeUndefined();
    expect((await call('GET', `${STATUSES}/anna@example.at?channel=EMAIL`)).status).toBe(404);
    await close();
    expect(await readStatus('anna@example.at')).toBe('UNSUBSCRIBED');
  });

  test('"already unsubscribed"', async () => {
    expect((await close()).status).toBe(200);
    expect((await close()).status).toBe(200);
    twin.behaviour.closingAgain = 'refused';
    expect((await close()).status).toBe(400);
  });

  test('a hidden value', async () => {
    twin.behaviour.hidesValues = true;
    const { id } = twin.people.createContact({ email: 'anna@example.at' });
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await twin.sender.idle();
    const [event] = JSON.parse(sent.at(-1)?.body ?? '[]') as object[];
    expect(event).toMatchObject({ propertyName: 'hs_email_optout_501' });
    expect(event).not.toHaveProperty('propertyValue');
  });

  test('an address that an answer spells otherwise than the call', async () => {
    const read = () => call('POST', `${STATUSES}/batch/read?channel=EMAIL`, { inputs: ['Ju\u0308rgen@Example.at'] });
    expect((await read()).body.results).toMatchObject([{ subscriberIdString: 'Ju\u0308rgen@Example.at' }]);
    twin.behaviour.spellsAnswers = 'in one form';
    expect((await read()).body.results).toMatchObject([{ subscriberIdString: 'j\u00fcrgen@example.at' }]);
  });

  test('explicit nulls instead of what an answer leaves out', async () => {
    twin.behaviour.explicitNulls = true;
    twin.people.createContact({ email: 'anna@example.at' });
    const search = await call('POST', '/crm/objects/2026-09/contacts/search', {});
    expect(search.body).toMatchObject({ paging: null, results: [{ propertiesWithHistory: null }] });
    const read = await call('POST', '/crm/objects/2026-09/contacts/batch/read', { inputs: [{ id: '101' }] });
    expect(read).toMatchObject({ status: 200, body: { errors: null, results: [{ id: '101' }] } });
    expect((await call('GET', '/crm/properties/2026-09/contacts')).body.results).toMatchObject([{ options: null }]);
    const forms = await call('GET', '/marketing/forms/2026-09-beta');
    expect(forms.body.results).toMatchObject([{ legalConsentOptions: null }]);
  });

  test('an answer of another shape', async () => {
    twin.behaviour.fail = () => ({ status: 200, body: { hits: 0 } });
    expect(await call('GET', '/crm/properties/2026-09/contacts')).toEqual({ status: 200, body: { hits: 0 } });
  });

  test('ids that no number holds exactly: JSON numbers in events, text in the API', async () => {
    twin.behaviour.firstId = '9007199254740993';
    const [anna, berta] = ['anna@example.at', 'berta@example.at'].map((email) => twin.people.createContact({ email }));
    expect([anna?.id, berta?.id]).toEqual(['9007199254740993', '9007199254740994']);
    twin.people.unsubscribeByLink({ contact: anna?.id ?? '', subscription: 501 });
    twin.people.submitForm({ contact: berta?.id ?? '', form: 'ab-12' });
    await twin.sender.idle();
    expect(sent.map(({ body }) => body).join()).toContain('"objectId":9007199254740993,');
    const filters = [{ propertyName: 'hs_object_id', operator: 'GT', value: '9007199254740993' }];
    const found = await call('POST', '/crm/objects/2026-09/contacts/search', { filterGroups: [{ filters }] });
    expect(found.body.results).toMatchObject([{ id: '9007199254740994' }]);
  });

  test('a merge and a full contact record with such ids', async () => {
    Object.assign(twin.behaviour, { firstId: '9007199254740993', workflowBody: 'record' });
    const [primary = '', other = ''] = ['a@example.at', 'b@example.at'].map(
      (email) => twin.people.createContact({ email }).id,
    );
    const { id } = twin.people.mergeContacts({ primary, other });
    twin.people.submitForm({ contact: id, form: 'ab-12' });
    await twin.sender.idle();
    expect(sent.at(-1)?.body).toContain('"vid":9007199254740995,"canonical-vid":9007199254740995');
    expect(sent.at(-1)?.body).toContain('"vid-to-merge":9007199254740993');
  });

  test('an answer with a category of its own', async () => {
    twin.behaviour.fail = () => ({ status: 403, category: 'BANNED' });
    expect(await call('GET', `${STATUSES}/anna@example.at?channel=EMAIL`)).toMatchObject({
      status: 403,
      body: { category: 'BANNED' },
    });
  });

  test.each([
    ['bare form id', { formId: 'ab12', contactId: '101', submittedAt: Date.UTC(2026, 0, 5) }],
    ['seconds', { formId: 'ab-12', submittedAt: Date.UTC(2026, 0, 5) / 1000 }],
    ['date', { formId: 'ab-12', submittedAt: '2026-01-05T00:00:00.000Z' }],
    ['no contact id', { formId: 'ab-12', contactId: '', email: 'anna@example.at' }],
  ] as const)('a workflow whose body is spelt otherwise: %s', async (workflowSpelling, body) => {
    twin.behaviour.workflowSpelling = workflowSpelling;
    const { id } = twin.people.createContact({ email: 'anna@example.at' });
    twin.people.submitForm({ contact: id, form: 'ab-12' });
    await twin.sender.idle();
    expect(JSON.parse(sent.at(-1)?.body ?? '{}')).toMatchObject(body);
  });
});
