import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBreak } from '../../src/ledger/chain.ts';
import { exampleRegistry, held, openControls, startTestStack, type TestStack } from '../helpers/local-stack.ts';

const COMPANY = 'noe-festival-und-kino';
const FORM = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80701';
let it: TestStack;
beforeAll(async () => {
  it = await startTestStack();
});
afterAll(() => it.stop());

describe('the opt-out of one contact from a company with eight brands', () => {
  test('closes every brand in at most four calls, and leaves buyer mail alone', async () => {
    const { twin } = it;
    const { id } = twin.people.createContact({
      email: 'one@example.at',
      statuses: { 711: 'SUBSCRIBED', 9001: 'SUBSCRIBED' },
    });
    await it.settled();
    twin.calls.length = 0;
    twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
    await it.settled();
    expect(openControls(twin, id, COMPANY)).toEqual([]);
    expect(twin.portal.status('one@example.at', 9001).status).toBe('SUBSCRIBED');
    expect(twin.calls.map(({ path }) => path)).toEqual([
      '/crm/objects/2026-09/contacts/batch/read',
      '/communication-preferences/2026-09/statuses/batch/read',
      '/communication-preferences/2026-09/statuses/batch/write',
      '/crm/objects/2026-09/contacts/batch/update',
    ]);
  });

  test('the ledger says why, what was before and after, and its chain holds', async () => {
    const { twin } = it;
    const { id } = twin.people.createContact({ email: 'two@example.at', statuses: { 711: 'SUBSCRIBED' } });
    twin.people.unsubscribeByEmployee({ contact: id, subscription: 701 });
    await it.settled();
    const entries = await it.entries(id);
    expect(entries.map(({ body }) => body.kind)).toEqual(['decision', 'planned', 'applied']);
    expect(entries[0]?.body).toMatchObject({
      rule: 'R1',
      outcome: 'opted-out',
      signal: { kind: 'control', control: 'subscription:701', to: 'closed' },
      source: { channel: 'webhook', change: 'EMAIL', id: 'userId:7' },
    });
    expect(entries[2]?.body).toMatchObject({
      before: { 'subscription:711': 'SUBSCRIBED', 'property:dsgvo_sperre_donaufestival': '' },
      after: { 'subscription:711': 'UNSUBSCRIBED', 'property:dsgvo_sperre_donaufestival': 'true' },
    });
    expect(findBreak(entries)).toBeUndefined();
    expect(JSON.stringify(entries.map(({ personal: _, ...chain }) => chain))).not.toContain('example.at');
  });

  test('a status says on which grounds it was written', async () => {
    const { twin } = it;
    const email = 'three@example.at';
    const { id } = twin.people.createContact({ email, statuses: { 711: 'SUBSCRIBED' } });
    twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
    await it.settled();
    expect(twin.portal.status(email, 721)).toMatchObject({
      legalBasisExplanation: expect.stringContaining('Widerruf R1'),
    });
    expect(twin.portal.status(email, 721)).not.toHaveProperty('legalBasis');
    twin.people.submitForm({ contact: id, form: FORM });
    await it.settled();
    const { submissions } = twin.portal.contact(id) ?? { submissions: [] };
    const explanation = expect.stringMatching(
      new RegExp(`${FORM}.*${new Date(submissions[0]?.timestamp ?? 0).toISOString()}`),
    );
    for (const type of [701, 711, 712]) {
      expect(twin.portal.status(email, type)).toMatchObject({
        status: 'SUBSCRIBED',
        legalBasis: 'CONSENT_WITH_NOTICE',
        legalBasisExplanation: explanation,
      });
    }
    expect(twin.portal.status(email, 721).status).toBe('NOT_SPECIFIED');
  });

  test('where HubSpot takes no NOT_SPECIFIED, such a type stays closed on a return and the ledger says so', async () => {
    const { twin } = it;
    const { id } = twin.people.createContact({ email: 'four@example.at' });
    twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
    await it.settled();
    twin.behaviour.acceptsNotSpecified = false;
    twin.people.submitForm({ contact: id, form: FORM });
    await it.settled();
    twin.behaviour.acceptsNotSpecified = true;
    expect(held(twin, id, COMPANY)).toMatchObject({
      'subscription:701': 'SUBSCRIBED',
      'subscription:721': 'UNSUBSCRIBED',
    });
    const applied = (await it.entries(id)).at(-1)?.body;
    expect(applied).toMatchObject({ kind: 'applied', leftAsIs: { 'subscription:721': 'VALIDATION_ERROR' } });
  });
});

test('a hundred such contacts arriving together cost no more calls than their batches need, plus half', async () => {
  const { twin } = it;
  const ids = Array.from({ length: 100 }, (_, i) => twin.people.createContact({ email: `crowd-${i}@example.at` }).id);
  await it.settled();
  twin.behaviour.hold = true;
  for (const id of ids) twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
  twin.calls.length = 0;
  twin.behaviour.hold = false;
  twin.sender.release();
  await it.settled();
  for (const id of ids) expect(openControls(twin, id, COMPANY)).toEqual([]);
  const types = exampleRegistry()
    .companies.get(COMPANY)
    ?.controls.filter(({ control }) => control.kind === 'subscription');
  // The company's own type is closed already by the person.
  const statuses = ids.length * ((types?.length ?? 0) - 1);
  // How many batches the crowd comes in is SQS's affair, and the machine's; each takes two looks and one update of properties.
  const batches = twin.calls.filter(({ path }) => path.endsWith('/contacts/batch/read')).length;
  const least = Math.ceil(statuses / 100) + 3 * batches;
  expect(twin.calls.length).toBeLessThanOrEqual(Math.floor(least * 1.5));
  expect(twin.calls.length, 'far fewer than one a contact').toBeLessThan(ids.length / 2);
  expect(twin.calls.every(({ items }) => items <= 100)).toBe(true);
});

test.each(['classic', 'generic', 'both'] as const)('webhooks in the %s format do the same', async (eventFormat) => {
  const { twin } = it;
  twin.behaviour.eventFormat = eventFormat;
  const { id } = twin.people.createContact({ email: `${eventFormat}@example.at` });
  twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  await it.settled();
  twin.behaviour.eventFormat = 'generic';
  expect(openControls(twin, id, 'kunstmeile-krems')).toEqual([]);
  expect((await it.decisions(id)).map(({ rule }) => rule)).toEqual(['R1']);
});

test('duplicates and disorder on the way change nothing', async () => {
  const { twin } = it;
  Object.assign(twin.behaviour, { duplicates: 1, reorder: true, hold: true });
  const { id } = twin.people.createContact({ email: 'disorder@example.at', statuses: { 521: 'SUBSCRIBED' } });
  twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
  twin.people.editProperty({ contact: id, name: 'dsgvo_sperre_landesgalerie', value: 'true' });
  twin.people.editProperty({ contact: id, name: 'dsgvo_sperre_landesgalerie', value: 'false' });
  twin.behaviour.hold = false;
  twin.sender.release();
  await it.settled();
  Object.assign(twin.behaviour, { duplicates: 0, reorder: false });
  expect(openControls(twin, id, 'kunstmeile-krems')).toEqual([]);
});

test('a workflow’s subscription change works where a property webhook does not fire', async () => {
  const { twin } = it;
  const { id } = twin.people.createContact({ email: 'workflow@example.at' });
  twin.sender.workflow({
    event: 'subscription-change',
    subscriptionId: '501',
    status: 'opted-out',
    contactId: id,
    email: 'workflow@example.at',
    occurredAt: String(Date.now()),
  });
  await it.settled();
  expect(openControls(twin, id, 'kunstmeile-krems')).toEqual([]);
});

test('a company whose own property is watched: a workflow copies the status there', async () => {
  const { twin } = it;
  const { id } = twin.people.createContact({ email: 'copy@example.at' });
  twin.people.unsubscribeByLink({ contact: id, subscription: 801 });
  await it.settled();
  expect(openControls(twin, id, 'noe-museum')).toEqual([]);
});
