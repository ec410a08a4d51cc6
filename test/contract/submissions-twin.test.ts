import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../local/hubspot/behaviour.ts';
import { startTwin, type Twin } from '../../local/hubspot/twin.ts';

const FORM = '00000000-0000-4000-8000-00000000000f';
const MINUTE = 60_000;
let twin: Twin;
let now = Date.UTC(2026, 0, 5);
beforeAll(async () => {
  twin = await startTwin({
    portal: 62515,
    accessToken: 'token',
    clientSecret: 'secret',
    subscriptionTypes: [{ id: 501, name: 'own' }],
    watchedProperties: [],
    forms: [{ id: FORM, subscriptions: [501] }],
    clock: () => now,
  });
});
afterAll(() => twin.stop());
beforeEach(() => {
  Object.assign(twin.behaviour, ordinary);
  now += 60 * MINUTE;
});

type Listed = { conversionId: string; submittedAt: number; pageUrl: string; values: { name: string; value: string }[] };
type Page = { results: Listed[]; paging?: { next: { after: string } } };
const get = (query = '') =>
  fetch(`${twin.url}/form-integrations/v1/submissions/forms/${FORM}?limit=50${query}`, {
    headers: { authorization: 'Bearer token' },
  });
const page = async (query = '') => (await (await get(query)).json()) as Page;
const emails = ({ results }: Page) => results.map(({ values }) => values.find(({ name }) => name === 'email')?.value);
const post = (body: object, form = FORM) =>
  fetch(`${twin.url}/submissions/v3/integration/submit/62515/${form}`, { method: 'POST', body: JSON.stringify(body) });
const field = (email: string) => ({ fields: [{ name: 'email', value: email }] });

describe('the twin’s list of a form’s submissions', () => {
  test('holds what was submitted: address as typed, time, page and answers, newest first', async () => {
    const { id } = twin.people.createContact({ email: 'owner@example.at' });
    twin.people.submitForm({ contact: id, form: FORM, email: 'Owner@Example.at ' });
    now += MINUTE;
    twin.people.submitForm({ contact: id, form: FORM, page: 'https://example.at/two', consents: { 501: false } });
    const { results } = await page();
    expect(results.slice(0, 2)).toMatchObject([
      {
        submittedAt: now,
        pageUrl: 'https://example.at/two',
        values: [
          { name: 'email', value: 'owner@example.at' },
          { name: 'LEGAL_CONSENT.subscription_type_501', value: 'Not checked' },
        ],
      },
      { submittedAt: now - MINUTE, values: [{ value: 'Owner@Example.at ' }, { value: 'Checked' }] },
    ]);
  });

  test('gives fifty a page, and each submission on one page only though new ones come', async () => {
    for (let n = 0; n < 120; n++) await post({ ...field(`many-${n}@example.at`), submittedAt: now + n });
    const first = await page();
    await post({ ...field('late@example.at'), submittedAt: now + 1000 });
    const second = await page(`&after=${first.paging?.next.after}`);
    const third = await page(`&after=${second.paging?.next.after}`);
    const seen = [first, second, third].flatMap(emails).filter((email) => email?.startsWith('many-'));
    expect(first.results).toHaveLength(50);
    expect(new Set(seen).size).toBe(120);
    expect(seen).toHaveLength(120);
    expect(third.paging).toBeUndefined();
  });

  test('lags behind', async () => {
    twin.behaviour.submissionLagMs = 2 * MINUTE;
    await post(field('lag@example.at'));
    expect(emails(await page())).not.toContain('lag@example.at');
    now += 2 * MINUTE;
    expect(emails(await page())).toContain('lag@example.at');
  });

  test('cannot be read without the scope, or when HubSpot ends the endpoint', async () => {
    twin.behaviour.submissionLists = 'forbidden';
    expect((await get()).status).toBe(403);
    twin.behaviour.submissionLists = 'gone';
    expect((await get()).status).toBe(404);
    twin.behaviour.submissionLists = 'unknown shape';
    expect(await (await get()).json()).not.toHaveProperty('results');
  });
});

describe('the twin’s public form endpoint', () => {
  test('asks for no token, and believes any address and time', async () => {
    const { id } = twin.people.createContact({ email: 'anna@example.at' });
    expect((await post({ ...field('anna@example.at'), submittedAt: now - MINUTE })).status).toBe(200);
    const [newest] = (await page()).results.filter(({ submittedAt }) => submittedAt === now - MINUTE);
    expect(newest?.values[0]?.value).toBe('anna@example.at');
    expect(twin.portal.contact(id)?.submissions).toMatchObject([{ formId: FORM, timestamp: now - MINUTE }]);
  });

  test('binds a submission to the browser’s contact, whatever address was typed in', async () => {
    const { id } = twin.people.createContact({ email: 'browser@example.at' });
    await post({ ...field('other@example.at'), context: { hutk: id } });
    expect(twin.portal.contact(id)?.submissions).toMatchObject([{ byAddress: false }]);
    expect(emails(await page())).toContain('other@example.at');
  });

  test('creates a contact for an address that has none, and refuses what is no form or has no address', async () => {
    await post(field('unheard-of@example.at'));
    expect(twin.portal.byAddress('unheard-of@example.at')).toHaveLength(1);
    expect((await post(field('a@example.at'), '00000000-0000-4000-8000-0000000000ff')).status).toBe(404);
    expect((await post({ fields: [] })).status).toBe(400);
  });
});
