// Longer than 200 lines because all of it plays on one local stack, which takes long to start.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBreak } from '../../src/ledger/chain.ts';
import { held, openControls, startTestStack, type TestStack } from '../helpers/local-stack.ts';

const COMPANY = 'kunstmeile-krems';
const FORM = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503';
const DOUBLE_OPT_IN = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80501';
let it: TestStack;
beforeAll(async () => {
  it = await startTestStack();
});
afterAll(() => it.stop());

const contact = (email: string, properties = {}) => it.twin.people.createContact({ email, properties }).id;
async function optedOut(email: string, properties = {}): Promise<string> {
  const id = contact(email, properties);
  it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  await it.settled();
  return id;
}
const outcomes = async (id: string) => (await it.decisions(id)).map(({ rule, outcome }) => `${rule} ${outcome}`);
const statusOf = (email: string, id = 501) => it.twin.portal.status(email, id).status;

describe('a merge', () => {
  test.each([
    ['the opted-out contact is merged into the other', false],
    ['the other is merged into the opted-out contact', true],
  ])('%s: the strictest wins', async (name, optedOutIsPrimary) => {
    const mail = name.replaceAll(/\W/g, '-');
    const no = await optedOut(`${mail}-no@example.at`);
    const yes = contact(`${mail}-yes@example.at`);
    await it.settled();
    const [primary, other] = optedOutIsPrimary ? [no, yes] : [yes, no];
    const { id } = it.twin.people.mergeContacts({ primary, other });
    await it.settled();
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
    for (const address of ['no', 'yes']) expect(statusOf(`${mail}-${address}@example.at`, 511)).toBe('UNSUBSCRIBED');
    expect(await outcomes(id)).toContain('R8 merged');
  });

  test('wins even over a later return of the one of them', async () => {
    const no = await optedOut('merge-late-no@example.at');
    const back = await optedOut('merge-back@example.at');
    it.twin.people.submitForm({ contact: back, form: FORM });
    await it.settled();
    expect(statusOf('merge-back@example.at')).toBe('SUBSCRIBED');
    it.twin.people.mergeContacts({ primary: back, other: no });
    await it.settled();
    expect(openControls(it.twin, back, COMPANY)).toEqual([]);
    // And the owner can come back again.
    it.twin.people.submitForm({ contact: back, form: FORM });
    await it.settled();
    expect(statusOf('merge-back@example.at')).toBe('SUBSCRIBED');
  });

  test('late events of a merged contact reach the survivor, through chains too', async () => {
    const [a, b, c] = ['chain-a@example.at', 'chain-b@example.at', 'chain-c@example.at'].map((email) =>
      contact(email),
    ) as [string, string, string];
    await it.settled();
    it.twin.people.mergeContacts({ primary: b, other: a });
    await it.settled();
    const { id: survivor } = it.twin.people.mergeContacts({ primary: c, other: b });
    await it.settled();
    const late = {
      subscriptionType: 'object.propertyChange',
      objectTypeId: '0-1',
      portalId: 24681357,
      objectId: Number(a),
    };
    it.twin.people.sendEvents({
      events: [{ ...late, occurredAt: Date.now(), propertyName: 'hs_email_optout_501', propertyValue: 'true' }],
    });
    await it.settled();
    expect(openControls(it.twin, survivor, COMPANY)).toEqual([]);
    expect(await outcomes(survivor)).toContain('R1 opted-out');
    for (const id of [a, b, c, survivor]) expect(findBreak(await it.entries(id))).toBeUndefined();
  });
});

describe('a merge of which no event told', () => {
  const mergedUnheard = async (primary: string, other: string) => {
    it.twin.behaviour.lost = 1;
    const { id } = it.twin.people.mergeContacts({ primary, other });
    await it.settled();
    it.twin.behaviour.lost = 0;
    return id;
  };

  test('a late opt-out of the old record closes what came out of the merge', async () => {
    const [a, b] = [contact('unheard-a@example.at'), contact('unheard-b@example.at')];
    await it.settled();
    const survivor = await mergedUnheard(a, b);
    const late = { subscriptionType: 'object.propertyChange', objectTypeId: '0-1', portalId: 24681357 };
    const told = { occurredAt: Date.now(), propertyName: 'hs_email_optout_501', propertyValue: 'true' };
    it.twin.people.sendEvents({ events: [{ ...late, ...told, objectId: Number(b) }] });
    await it.settled();
    expect(openControls(it.twin, survivor, COMPANY)).toEqual([]);
    expect(await outcomes(b)).toEqual(['R1 opted-out', 'R8 merged']);
    expect((await it.decisions(survivor))[0]).toMatchObject({ outcome: 'merged', source: { channel: 'reading' } });
  });

  test.each(['composed', 'record'] as const)(
    'the owner comes back by the old record’s workflow (%s body)',
    async (body) => {
      const no = await optedOut(`unheard-no-${body}@example.at`);
      const survivor = await mergedUnheard(no, contact(`unheard-other-${body}@example.at`));
      it.twin.behaviour.workflowBody = body;
      it.twin.people.submitForm({ contact: no, form: FORM });
      await it.settled();
      it.twin.behaviour.workflowBody = 'composed';
      expect(statusOf(`unheard-no-${body}@example.at`)).toBe('SUBSCRIBED');
      const told = await outcomes(survivor);
      expect(told[0]).toBe('R8 merged');
      // The survivor's addresses may be looked up between the two.
      expect(told).toContain('R4 returned');
    },
  );
});

describe('deletion, re-creation, restore', () => {
  test('a re-created contact inherits by the hash of its address', async () => {
    const id = await optedOut('reborn@example.at');
    it.twin.people.deleteContact({ contact: id });
    await it.settled();
    expect(await outcomes(id)).toEqual(['R1 opted-out', 'R8 deleted']);
    const again = contact('Reborn@Example.at ');
    await it.settled();
    expect(again).not.toBe(id);
    expect(openControls(it.twin, again, COMPANY)).toEqual([]);
    expect(await outcomes(again)).toEqual(['R8 inherited']);
  });

  test('a return after the re-creation lasts: the old ledger does not close it again', async () => {
    const id = await optedOut('reborn-returns@example.at');
    it.twin.people.deleteContact({ contact: id });
    const again = contact('reborn-returns@example.at');
    await it.settled();
    it.twin.people.submitForm({ contact: again, form: FORM });
    await it.settled();
    expect(statusOf('reborn-returns@example.at')).toBe('SUBSCRIBED');
    it.twin.people.editProperty({ contact: again, name: 'hs_additional_emails', value: 'second-reborn@example.at' });
    await it.settled();
    expect(statusOf('reborn-returns@example.at')).toBe('SUBSCRIBED');
  });

  test('a restored contact is closed, whatever was restored', async () => {
    const id = await optedOut('restored@example.at');
    it.twin.people.deleteContact({ contact: id });
    await it.settled();
    const found = it.twin.portal.contacts.get(id);
    if (found !== undefined) found.properties = { email: found.properties['email'] ?? [] };
    it.twin.people.restoreContact({ contact: id });
    await it.settled();
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
  });

  test('deleted before the fan-out reached HubSpot, the address’s statuses are closed all the same', async () => {
    const id = await optedOut('gone@example.at');
    it.twin.people.submitForm({ contact: id, form: FORM });
    await it.settled();
    it.twin.behaviour.outage = 'answers 503';
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await expect.poll(() => outcomes(id), { timeout: 30_000 }).toContain('R1 opted-out');
    it.twin.people.deleteContact({ contact: id });
    it.twin.behaviour.outage = false;
    await it.settled();
    expect(statusOf('gone@example.at', 511)).toBe('UNSUBSCRIBED');
    expect(await it.messages('ConvergenceDeadLetters')).toEqual([]);
  });
});

describe('addresses', () => {
  test('a changed address carries the opt-out to the new one; the old one stays closed', async () => {
    const id = await optedOut('old@example.at');
    it.twin.people.editProperty({ contact: id, name: 'email', value: 'new@example.at' });
    await it.settled();
    for (const address of ['old@example.at', 'new@example.at']) {
      for (const type of [501, 511, 512]) expect(statusOf(address, type), `${address} ${type}`).toBe('UNSUBSCRIBED');
    }
    expect((await outcomes(id)).filter((one) => one.includes('returned'))).toEqual([]);
  });

  test('additional addresses are closed too, and found again', async () => {
    const id = await optedOut('first@example.at', { hs_additional_emails: 'second@example.at;third@example.at' });
    for (const address of ['first', 'second', 'third'])
      expect(statusOf(`${address}@example.at`, 511)).toBe('UNSUBSCRIBED');
    const other = contact('third@example.at');
    await it.settled();
    expect(openControls(it.twin, other, COMPANY)).toEqual([]);
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
  });

  test('a form with an additional address lifts nothing: whose that is, a merge may have changed', async () => {
    const id = await optedOut('main@example.at', { hs_additional_emails: 'also@example.at' });
    it.twin.people.submitForm({ contact: id, form: FORM, email: 'ALSO@example.at' });
    await it.settled();
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
    expect(statusOf('also@example.at', 511)).toBe('UNSUBSCRIBED');
    it.twin.people.submitForm({ contact: id, form: FORM, email: 'MAIN@example.at' });
    await it.settled();
    expect(statusOf('main@example.at')).toBe('SUBSCRIBED');
    expect(statusOf('also@example.at', 511), 'no more open than before').toBe('UNSUBSCRIBED');
  });
});

describe('deletion for privacy', () => {
  test('erases addresses and form data, keeps the chain and the hash, and the "no" survives', async () => {
    const id = await optedOut('privacy@example.at');
    it.twin.people.submitForm({
      contact: id,
      form: FORM,
      email: 'stranger-privacy@example.at',
      page: 'https://example.at/private',
    });
    await it.settled();
    expect(JSON.stringify(await it.entries(id))).toContain('privacy@example.at');
    it.twin.people.deleteForPrivacy({ contact: id });
    await it.settled();
    const entries = await it.entries(id);
    expect(JSON.stringify(entries)).not.toContain('example.at');
    expect(findBreak(entries)).toBeUndefined();
    expect(entries.some(({ addressHash }) => addressHash !== undefined)).toBe(true);
    expect(await outcomes(id)).toContain('R8 erased');
    // A late submission of the erased contact brings nothing personal back.
    const late = {
      event: 'form-submission',
      formId: FORM,
      contactId: id,
      email: 'privacy@example.at',
      submittedAt: Date.now(),
    };
    it.twin.sender.workflow(late);
    await it.settled();
    expect(JSON.stringify(await it.entries(id))).not.toContain('example.at');
    const again = contact('privacy@example.at');
    await it.settled();
    expect(openControls(it.twin, again, COMPANY)).toEqual([]);
  });
});

describe('double opt-in', () => {
  test('the owner’s own resubscription, named in the status, confirms a submission that waits', async () => {
    const id = await optedOut('doi@example.at');
    it.twin.people.submitForm({ contact: id, form: DOUBLE_OPT_IN });
    await it.settled();
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
    it.twin.people.resubscribeBySelfService({ contact: id, subscription: 501 });
    await it.settled();
    expect(held(it.twin, id, COMPANY)).toMatchObject({
      'subscription:501': 'SUBSCRIBED',
      'subscription:512': 'SUBSCRIBED',
    });
    expect(await outcomes(id)).toContain('R7 returned');
  });

  test('an employee’s SUBSCRIBED, or their mark as confirmed, does not', async () => {
    const id = await optedOut('doi-employee@example.at');
    it.twin.people.submitForm({ contact: id, form: DOUBLE_OPT_IN });
    await it.settled();
    it.twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
    it.twin.people.confirm({ contact: id, value: 'Customer marked confirmed' });
    await it.settled();
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
  });
});
