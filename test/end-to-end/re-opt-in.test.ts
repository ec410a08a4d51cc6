import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SHORT_GRACE_S } from '../../local/demo/short-registry.ts';
import { held, openControls, startTestStack, type TestStack } from '../helpers/local-stack.ts';

const COMPANY = 'kunstmeile-krems';
const FORM = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503';
let it: TestStack;
beforeAll(async () => {
  it = await startTestStack();
});
afterAll(() => it.stop());

async function optedOut(email: string): Promise<string> {
  const { id } = it.twin.people.createContact({ email });
  it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  await it.settled();
  return id;
}
const outcomes = async (id: string) => (await it.decisions(id)).map(({ rule, outcome }) => `${rule} ${outcome}`);

test('HubSpot’s own opt-in on a form fill waits for its submission event and is then kept', async () => {
  const id = await optedOut('grace@example.at');
  it.twin.behaviour.formsResubscribe = true;
  it.twin.people.submitForm({ contact: id, form: FORM });
  it.twin.behaviour.formsResubscribe = false;
  await it.settled();
  await sleep((SHORT_GRACE_S + 2) * 1000);
  await it.settled();
  expect(held(it.twin, id, COMPANY)).toMatchObject({
    'subscription:501': 'SUBSCRIBED',
    'subscription:511': 'NOT_SPECIFIED',
  });
  expect(await outcomes(id)).toContain('R4 returned');
});

test('without a submission event it is refused after the grace, not before', async () => {
  const id = await optedOut('no-form@example.at');
  const form = { changeSource: 'FORM', sourceId: FORM };
  it.twin.portal.setStatus('no-form@example.at', 501, { status: 'SUBSCRIBED', source: 'Form' }, form);
  await it.settled();
  expect(held(it.twin, id, COMPANY)).toMatchObject({ 'subscription:501': 'SUBSCRIBED' });
  await sleep((SHORT_GRACE_S + 2) * 1000);
  await it.settled();
  expect(openControls(it.twin, id, COMPANY)).toEqual([]);
  expect(await outcomes(id)).toEqual(['R1 opted-out', 'R5 awaiting-form', 'R5 refused']);
});

test('from any other source it is refused at once, and the ledger names who tried', async () => {
  const id = await optedOut('employee@example.at');
  it.twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
  await it.settled();
  expect(openControls(it.twin, id, COMPANY)).toEqual([]);
  const refusal = (await it.decisions(id)).at(-1);
  expect(refusal).toMatchObject({ rule: 'R5', outcome: 'refused', source: { change: 'EMAIL', id: 'userId:7' } });
});

test('a submission with another address lifts nothing', async () => {
  const id = await optedOut('owner@example.at');
  it.twin.people.submitForm({ contact: id, form: FORM, email: 'stranger@example.at' });
  await it.settled();
  expect(openControls(it.twin, id, COMPANY)).toEqual([]);
  // HubSpot may still make that address the contact's: refused only after five minutes (test/workers/decide/decide-batch.test.ts).
  expect(await outcomes(id)).toEqual(['R1 opted-out']);
});

test('the owner’s address in another spelling is the owner’s', async () => {
  const id = await optedOut('spelling@example.at');
  it.twin.people.submitForm({ contact: id, form: FORM, email: ' Spelling@EXAMPLE.at' });
  await it.settled();
  expect(held(it.twin, id, COMPANY)).toMatchObject({ 'subscription:501': 'SUBSCRIBED' });
});

test('HubSpot’s full contact body counts as a submission too', async () => {
  const id = await optedOut('record@example.at');
  it.twin.behaviour.workflowBody = 'record';
  it.twin.people.submitForm({ contact: id, form: FORM });
  await it.settled();
  it.twin.behaviour.workflowBody = 'composed';
  expect(held(it.twin, id, COMPANY)).toMatchObject({ 'subscription:501': 'SUBSCRIBED' });
});

test('after "unsubscribed from all" a form of one company opens that company only', async () => {
  const { id } = it.twin.people.createContact({ email: 'all@example.at' });
  it.twin.people.unsubscribeFromAll({ contact: id });
  await it.settled();
  it.twin.people.submitForm({ contact: id, form: FORM });
  await it.settled();
  expect(it.twin.portal.isPortalWide('all@example.at')).toBe(false);
  expect(held(it.twin, id, COMPANY)).toMatchObject({ 'subscription:501': 'SUBSCRIBED' });
  for (const other of ['noe-kulturszene', 'noe-festival-und-kino', 'noe-museum', 'schallaburg', 'tonkuenstler']) {
    expect(openControls(it.twin, id, other), other).toEqual([]);
  }
  expect(it.twin.calls.filter(({ path }) => path.includes('unsubscribe-all'))).toEqual([]);
});
