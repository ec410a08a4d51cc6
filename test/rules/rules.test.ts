import { describe, expect, test } from 'vitest';
import { changed, confirmed, createPerson, MINUTE, submitted } from '../helpers/person.ts';
import { forms, museumControls, testRegistry } from '../helpers/registry.ts';

const registry = testRegistry();
const closedValue = (key: string) => (key.startsWith('property') ? 'true' : 'UNSUBSCRIBED');
const allClosed = Object.fromEntries(museumControls.map((key) => [key, closedValue(key)]));

describe('R1: a company opt-out closes every marketing control of every brand', () => {
  test.each(['EMAIL', 'CRM_UI', 'IMPORT', 'INTEGRATION', 'something new'])('set by %s', async (source) => {
    const anna = createPerson(registry);
    const { decision } = await anna.happens(changed('subscription:501', 'closed', 1000, source));
    expect(decision).toMatchObject({ rule: 'R1', outcome: 'opted-out' });
    await anna.converge(2000);
    expect(anna.actual).toMatchObject(allClosed);
    expect(anna.actual['subscription:611'], 'another company').toBe('NOT_SPECIFIED');
  });

  test('unsubscribed from all is an opt-out of every company, written out on each own type', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('portal-wide', 'closed', 1000, 'EMAIL'));
    await anna.converge(2000);
    expect(anna.actual).toMatchObject({ ...allClosed, 'subscription:601': 'UNSUBSCRIBED' });
  });
});

describe('R2: a newsletter or brand "no" stays at its level', () => {
  test.each([
    ['a newsletter', ['subscription:512']],
    ['a brand', ['property:block_gallery']],
    ['all brands, one by one', ['property:block_gallery', 'subscription:511', 'property:block_library']],
  ])('%s', async (_, controls) => {
    const anna = createPerson(registry);
    for (const control of controls) {
      const { decision } = await anna.happens(changed(control, 'closed', 1000));
      expect(decision).toMatchObject({ rule: 'R2', changes: [{ type: 'own-no', control }] });
    }
    expect((await anna.converge(2000)).writes).toEqual([]);
  });
});

describe('R3: buyer service mail is never touched', () => {
  test('no plan names a protected control, even if a state demanded it', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('portal-wide', 'closed', 1000));
    const { writes } = await anna.converge(2000);
    expect(writes.map(({ control }) => control.key)).not.toContain('subscription:9001');
    expect(registry.controls.has('subscription:9001')).toBe(false);
    expect(registry.watched.has('hs_email_optout_9001')).toBe(false);
  });
});

describe('R4: only the owner of the address comes back, by a later form of that company', () => {
  test('a form submission later than the opt-out lifts it', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 1000));
    await anna.converge(2000);
    const { decision } = await anna.happens(submitted(forms.ofCompany, 3000));
    expect(decision).toMatchObject({ rule: 'R4', outcome: 'returned' });
    await anna.converge(4000);
    expect(anna.actual['subscription:501']).toBe('SUBSCRIBED');
  });

  test('it lifts that company only', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('portal-wide', 'closed', 1000));
    await anna.converge(2000);
    await anna.happens(submitted(forms.ofOther, 3000));
    await anna.converge(4000);
    expect(anna.actual).toMatchObject({ ...allClosed, 'subscription:601': 'SUBSCRIBED' });
  });

  test.each(['other', 'unknown'] as const)('a submitted address that is "%s" lifts nothing', async (address) => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 1000));
    const { decision } = await anna.happens(submitted(forms.ofCompany, 3000), address);
    expect(decision).toMatchObject({ rule: 'R4', outcome: 'refused', changes: [] });
    await anna.converge(4000);
    expect(anna.actual).toMatchObject(allClosed);
  });

  test('a submission before or at the opt-out lifts nothing', async () => {
    for (const at of [999, 1000]) {
      const anna = createPerson(registry);
      await anna.happens(changed('subscription:501', 'closed', 1000));
      const { decision } = await anna.happens(submitted(forms.ofCompany, at));
      expect(decision).toMatchObject({ rule: 'R9', outcome: 'stale', changes: [] });
    }
  });

  test('acceptSelfService leaves the answer to the status source and refuses nothing at once', async () => {
    const lenient = testRegistry('policy: { acceptSelfService: true }\n');
    const anna = createPerson(lenient);
    await anna.happens(changed('subscription:501', 'closed', 1000));
    const { decision, converge } = await anna.happens(changed('subscription:501', 'open', 2000, 'EMAIL'));
    expect(decision).toMatchObject({ rule: 'R5', outcome: 'noted' });
    expect(converge).toBe(true);
  });
});

describe('R5: any other way back is refused', () => {
  test.each(['CRM_UI', 'IMPORT', 'WORKFLOWS', 'API', 'EMAIL'])('by %s', async (source) => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 0));
    await anna.converge(1000);
    anna.actual['subscription:501'] = 'SUBSCRIBED';
    const { decision } = await anna.happens(changed('subscription:501', 'open', MINUTE, source));
    expect(decision).toMatchObject({ rule: 'R5', outcome: 'refused' });
    await anna.converge(MINUTE + 1);
    expect(anna.actual).toMatchObject(allClosed);
  });

  test('a single brand reopened under a standing opt-out is closed again', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 0));
    await anna.converge(1000);
    anna.actual['property:block_library'] = 'false';
    await anna.happens(changed('property:block_library', 'open', MINUTE, 'IMPORT'));
    await anna.converge(MINUTE + 1);
    expect(anna.actual['property:block_library']).toBe('true');
  });

  test('an opt-in ascribed to a form waits for its submission event, and is refused when none came', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 0));
    await anna.converge(1000);
    anna.actual['subscription:501'] = 'SUBSCRIBED';
    const { decision } = await anna.happens(changed('subscription:501', 'open', MINUTE, 'FORM'));
    expect(decision).toMatchObject({ rule: 'R5', outcome: 'awaiting-form' });
    const early = await anna.converge(11 * MINUTE - 1);
    expect(early).toMatchObject({ writes: [], deferred: ['subscription:501'] });
    await anna.converge(11 * MINUTE);
    expect(anna.actual['subscription:501']).toBe('UNSUBSCRIBED');
    const last = (await anna.entries()).findLast(({ body }) => body.kind === 'decision')?.body;
    expect(last).toMatchObject({ rule: 'R5', outcome: 'refused' });
  });

  test('the submission event ends the wait', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 0));
    await anna.converge(1000);
    anna.actual['subscription:501'] = 'SUBSCRIBED';
    await anna.happens(changed('subscription:501', 'open', MINUTE, 'FORM'));
    await anna.happens(submitted(forms.ofCompany, MINUTE));
    await anna.converge(20 * MINUTE);
    expect(anna.actual['subscription:501']).toBe('SUBSCRIBED');
  });

  test('the grace does not cover other controls of the company', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 0));
    await anna.converge(1000);
    Object.assign(anna.actual, { 'subscription:501': 'SUBSCRIBED', 'subscription:521': 'SUBSCRIBED' });
    await anna.happens(changed('subscription:501', 'open', MINUTE, 'FORM'));
    const { writes } = await anna.converge(2 * MINUTE);
    expect(writes.map(({ control }) => control.key)).toEqual(['subscription:521']);
  });
});

describe('R6: a return restores, it does not subscribe', () => {
  test('each control goes back to what it was; the person’s own block stays', async () => {
    const before = {
      'property:block_gallery': '',
      'subscription:511': 'SUBSCRIBED',
      'subscription:512': 'SUBSCRIBED',
      'property:block_library': 'true',
      'subscription:521': 'NOT_SPECIFIED',
    };
    const anna = createPerson(registry, before);
    await anna.happens(changed('subscription:501', 'closed', 1000));
    await anna.converge(2000);
    await anna.happens(submitted(forms.ofCompany, 3000));
    await anna.converge(4000);
    expect(anna.actual).toMatchObject({
      'subscription:501': 'SUBSCRIBED',
      'property:block_gallery': '',
      'subscription:511': 'SUBSCRIBED',
      'subscription:512': 'UNSUBSCRIBED',
      'property:block_library': 'true',
      'subscription:521': 'NOT_SPECIFIED',
    });
  });

  test('the brand and newsletter that the form names become subscribed, its other newsletters stay closed', async () => {
    const anna = createPerson(registry, { 'property:block_gallery': 'true' });
    await anna.happens(changed('subscription:501', 'closed', 1000));
    await anna.converge(2000);
    await anna.happens(submitted(forms.ofBrand, 3000));
    await anna.converge(4000);
    expect(anna.actual).toMatchObject({
      'property:block_gallery': 'false',
      'subscription:511': 'SUBSCRIBED',
      'subscription:512': 'SUBSCRIBED',
      'subscription:513': 'UNSUBSCRIBED',
    });
  });

  test('a newer "no" to the brand itself wins over the form', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', MINUTE));
    await anna.converge(MINUTE + 1);
    await anna.happens(submitted(forms.ofBrand, 2 * MINUTE));
    await anna.happens(changed('subscription:512', 'closed', 3 * MINUTE, 'EMAIL'));
    await anna.converge(4 * MINUTE);
    expect(anna.actual).toMatchObject({ 'subscription:511': 'SUBSCRIBED', 'subscription:512': 'UNSUBSCRIBED' });
  });

  test('a second opt-out before the lift was written keeps the values from before the first', async () => {
    const anna = createPerson(registry, { 'subscription:521': 'SUBSCRIBED' });
    await anna.happens(changed('subscription:501', 'closed', 1000));
    await anna.converge(2000);
    await anna.happens(submitted(forms.ofCompany, 3 * MINUTE));
    await anna.happens(changed('subscription:501', 'closed', 4 * MINUTE));
    await anna.converge(5 * MINUTE);
    await anna.happens(submitted(forms.ofCompany, 6 * MINUTE));
    await anna.converge(7 * MINUTE);
    expect(anna.actual['subscription:521']).toBe('SUBSCRIBED');
  });
});

describe('R7: double opt-in', () => {
  test('takes effect only on the owner’s own, later confirmation', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 1000));
    await anna.converge(2000);
    const { decision } = await anna.happens(submitted(forms.doubleOptIn, 3000));
    expect(decision).toMatchObject({ rule: 'R7', outcome: 'awaiting-confirmation' });
    await anna.happens(confirmed(3500, 'Customer marked confirmed'));
    await anna.converge(4000);
    expect(anna.actual).toMatchObject(allClosed);
    await anna.happens(confirmed(5000, 'User clicked confirmation'));
    await anna.converge(6000);
    expect(anna.actual['subscription:501']).toBe('SUBSCRIBED');
  });

  test('an opt-out between submission and confirmation wins', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 1000));
    await anna.happens(submitted(forms.doubleOptIn, 2000));
    await anna.happens(changed('subscription:501', 'closed', 3000));
    await anna.happens(confirmed(4000));
    await anna.converge(5000);
    expect(anna.actual).toMatchObject(allClosed);
  });

  test('an unconfirmed submission expires and is recorded', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 1000));
    await anna.happens(submitted(forms.doubleOptIn, 2000));
    const week = 7 * 24 * 60 * MINUTE;
    await anna.converge(2000 + week);
    const last = (await anna.entries()).findLast(({ body }) => body.kind === 'decision')?.body;
    expect(last).toMatchObject({ rule: 'R7', outcome: 'expired' });
    await anna.happens(confirmed(3000 + week));
    await anna.converge(4000 + week);
    expect(anna.actual).toMatchObject(allClosed);
  });

  test('a confirmation heard of before its submission counts', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 1000));
    await anna.happens(confirmed(3000));
    await anna.happens(submitted(forms.doubleOptIn, 2000));
    await anna.converge(4000);
    expect(anna.actual['subscription:501']).toBe('SUBSCRIBED');
  });
});

describe('R9: when two events cannot be ordered, the "no" wins', () => {
  test('an opt-in and an opt-out of the same moment', async () => {
    for (const order of [0, 1]) {
      const anna = createPerson(registry);
      const both = [changed('subscription:501', 'closed', 1000), submitted(forms.ofCompany, 1000)];
      for (const signal of order === 0 ? both : both.reverse()) await anna.happens(signal);
      await anna.converge(2000);
      expect(anna.actual).toMatchObject(allClosed);
    }
  });

  test('an opt-out that arrives late, older than the owner’s return, closes nothing', async () => {
    const anna = createPerson(registry, { 'subscription:521': 'SUBSCRIBED' });
    await anna.happens(submitted(forms.ofCompany, 2000));
    const { decision } = await anna.happens(changed('subscription:501', 'closed', 1000));
    expect(decision).toMatchObject({ rule: 'R9', outcome: 'stale' });
    const { writes } = await anna.converge(3000);
    expect(writes.filter(({ direction }) => direction === 'closed')).toEqual([]);
  });

  test('a duplicate changes nothing and leaves no entry', async () => {
    const anna = createPerson(registry);
    const signal = changed('subscription:501', 'closed', 1000);
    await anna.happens(signal);
    await anna.converge(2000);
    const length = (await anna.entries()).length;
    expect(await anna.happens(signal)).toEqual({ because: 'duplicate', converge: false });
    expect(await anna.entries()).toHaveLength(length);
  });
});

describe('echoes of our own writes', () => {
  test('are not taken for a person’s "no"', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 1000));
    await anna.converge(MINUTE);
    const echo = await anna.happens(changed('subscription:512', 'closed', MINUTE, 'EMAIL'));
    expect(echo).toEqual({ because: 'echo', converge: false });
    expect((await anna.state()).ownNo).toEqual({});
  });

  test('a "no" outside the window is the person’s own', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('subscription:501', 'closed', 1000));
    await anna.converge(MINUTE);
    const { decision } = await anna.happens(changed('subscription:512', 'closed', MINUTE + 3000, 'EMAIL'));
    expect(decision).toMatchObject({ rule: 'R2' });
  });
});
