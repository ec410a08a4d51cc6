import { describe, expect, test } from 'vitest';
import { isPropertyKey, watchedPropertyOf } from '../../src/registry/control.ts';
import { changed, confirmed, createPerson, decisionOf, happened, MINUTE, submitted } from '../helpers/person.ts';
import {
  forms,
  GALLERY,
  GALLERY_BLOCK,
  GALLERY_KIDS,
  GALLERY_NEWS,
  LIBRARY,
  LIBRARY_BLOCK,
  MUSEUM,
  museumControls,
  STAGE,
  THEATRE,
  TICKETS,
  testRegistry,
} from '../helpers/registry.ts';

/** The rules R1–R9 in their order, on the real `decide`, `nextStep` and `entryOf`. */
const registry = testRegistry();
const closedValue = (key: string) => (isPropertyKey(key) ? 'true' : 'UNSUBSCRIBED');
const allClosed = Object.fromEntries(museumControls.map((key) => [key, closedValue(key)]));

describe('R1: a company opt-out closes every marketing control of every brand', () => {
  test.each(['EMAIL', 'CRM_UI', 'IMPORT', 'INTEGRATION', 'something new'])('set by %s', async (source) => {
    const anna = createPerson(registry);
    const decision = decisionOf(await anna.happens(changed(MUSEUM, 'closed', 1000, source)));
    expect(decision).toMatchObject({ rule: 'R1', outcome: 'opted-out' });
    await anna.converge(2000);
    expect(anna.actual).toMatchObject(allClosed);
    expect(anna.actual[STAGE], 'another company').toBe('NOT_SPECIFIED');
  });

  test('unsubscribed from all is an opt-out of every company, written out on each own type', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('portal-wide', 'closed', 1000, 'EMAIL'));
    await anna.converge(2000);
    expect(anna.actual).toMatchObject({ ...allClosed, [THEATRE]: 'UNSUBSCRIBED' });
  });
});

describe('R2: a newsletter or brand "no" stays at its level', () => {
  test.each([
    ['a newsletter', [GALLERY_NEWS]],
    ['a brand', [GALLERY_BLOCK]],
    ['all brands, one by one', [GALLERY_BLOCK, GALLERY, LIBRARY_BLOCK]],
  ])('%s', async (_, controls) => {
    const anna = createPerson(registry);
    for (const control of controls) {
      const decision = decisionOf(await anna.happens(changed(control, 'closed', 1000)));
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
    expect(writes.map(({ control }) => control.key)).not.toContain(TICKETS);
    expect(registry.controls.has(TICKETS)).toBe(false);
    expect(registry.watched.has(watchedPropertyOf(TICKETS))).toBe(false);
  });
});

describe('R4: only the owner of the address comes back, by a later form of that company', () => {
  test('a form submission later than the opt-out lifts it', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(2000);
    const decision = decisionOf(await anna.happens(submitted(forms.ofCompany, 3000)));
    expect(decision).toMatchObject({ rule: 'R4', outcome: 'returned' });
    await anna.converge(4000);
    expect(anna.actual[MUSEUM]).toBe('SUBSCRIBED');
  });

  test('it lifts that company only', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('portal-wide', 'closed', 1000));
    await anna.converge(2000);
    await anna.happens(submitted(forms.ofOther, 3000));
    await anna.converge(4000);
    expect(anna.actual).toMatchObject({ ...allClosed, [THEATRE]: 'SUBSCRIBED' });
  });

  test.each(['other', 'unknown'] as const)('a submitted address that is "%s" lifts nothing', async (address) => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    const decision = decisionOf(await anna.happens(submitted(forms.ofCompany, 3000), address));
    expect(decision).toMatchObject({ rule: 'R4', outcome: 'refused', changes: [] });
    await anna.converge(4000);
    expect(anna.actual).toMatchObject(allClosed);
  });

  test('a submission before or at the opt-out lifts nothing', async () => {
    for (const at of [999, 1000]) {
      const anna = createPerson(registry);
      await anna.happens(changed(MUSEUM, 'closed', 1000));
      const decision = decisionOf(await anna.happens(submitted(forms.ofCompany, at)));
      expect(decision).toMatchObject({ rule: 'R9', outcome: 'stale', changes: [] });
    }
  });

  test('acceptSelfService leaves the answer to the status source and refuses nothing at once', async () => {
    const lenient = testRegistry('policy: { acceptSelfService: true }\n');
    const anna = createPerson(lenient);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    const verdict = await anna.happens(changed(MUSEUM, 'open', 2000, 'EMAIL'));
    expect(verdict).toMatchObject({ decision: { rule: 'R5', outcome: 'noted' }, follow: 'converge' });
  });
});

describe('R5: any other way back is refused', () => {
  test.each(['CRM_UI', 'IMPORT', 'WORKFLOWS', 'API', 'EMAIL'])('by %s', async (source) => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 0));
    await anna.converge(1000);
    anna.actual[MUSEUM] = 'SUBSCRIBED';
    const decision = decisionOf(await anna.happens(changed(MUSEUM, 'open', MINUTE, source)));
    expect(decision).toMatchObject({ rule: 'R5', outcome: 'refused' });
    await anna.converge(MINUTE + 1);
    expect(anna.actual).toMatchObject(allClosed);
  });

  test('a single brand reopened under a standing opt-out is closed again', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 0));
    await anna.converge(1000);
    anna.actual[LIBRARY_BLOCK] = 'false';
    await anna.happens(changed(LIBRARY_BLOCK, 'open', MINUTE, 'IMPORT'));
    await anna.converge(MINUTE + 1);
    expect(anna.actual[LIBRARY_BLOCK]).toBe('true');
  });

  test('an opt-in ascribed to a form waits for its submission event, and is refused when none came', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 0));
    await anna.converge(1000);
    anna.actual[MUSEUM] = 'SUBSCRIBED';
    const decision = decisionOf(await anna.happens(changed(MUSEUM, 'open', MINUTE, 'FORM')));
    expect(decision).toMatchObject({ rule: 'R5', outcome: 'awaiting-form' });
    const early = await anna.converge(11 * MINUTE - 1);
    expect(early).toMatchObject({ writes: [], deferred: [MUSEUM] });
    await anna.converge(11 * MINUTE);
    expect(anna.actual[MUSEUM]).toBe('UNSUBSCRIBED');
    const last = (await anna.entries()).findLast(({ body }) => body.kind === 'decision')?.body;
    expect(last).toMatchObject({ rule: 'R5', outcome: 'refused' });
  });

  test('the submission event ends the wait', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 0));
    await anna.converge(1000);
    anna.actual[MUSEUM] = 'SUBSCRIBED';
    await anna.happens(changed(MUSEUM, 'open', MINUTE, 'FORM'));
    await anna.happens(submitted(forms.ofCompany, MINUTE));
    await anna.converge(20 * MINUTE);
    expect(anna.actual[MUSEUM]).toBe('SUBSCRIBED');
  });

  test('the grace does not cover other controls of the company', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 0));
    await anna.converge(1000);
    Object.assign(anna.actual, { [MUSEUM]: 'SUBSCRIBED', [LIBRARY]: 'SUBSCRIBED' });
    await anna.happens(changed(MUSEUM, 'open', MINUTE, 'FORM'));
    const { writes } = await anna.converge(2 * MINUTE);
    expect(writes.map(({ control }) => control.key)).toEqual([LIBRARY]);
  });
});

describe('R6: a return restores, it does not subscribe', () => {
  test('each control goes back to what it was; the person’s own block stays', async () => {
    const before = {
      [GALLERY_BLOCK]: '',
      [GALLERY]: 'SUBSCRIBED',
      [GALLERY_NEWS]: 'SUBSCRIBED',
      [LIBRARY_BLOCK]: 'true',
      [LIBRARY]: 'NOT_SPECIFIED',
    };
    const anna = createPerson(registry, before);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(2000);
    await anna.happens(submitted(forms.ofCompany, 3000));
    await anna.converge(4000);
    expect(anna.actual).toMatchObject({
      [MUSEUM]: 'SUBSCRIBED',
      [GALLERY_BLOCK]: '',
      [GALLERY]: 'SUBSCRIBED',
      [GALLERY_NEWS]: 'UNSUBSCRIBED',
      [LIBRARY_BLOCK]: 'true',
      [LIBRARY]: 'NOT_SPECIFIED',
    });
  });

  test('the brand and newsletter that the form names become subscribed, its other newsletters stay closed', async () => {
    const anna = createPerson(registry, { [GALLERY_BLOCK]: 'true' });
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(2000);
    await anna.happens(submitted(forms.ofBrand, 3000));
    await anna.converge(4000);
    expect(anna.actual).toMatchObject({
      [GALLERY_BLOCK]: 'false',
      [GALLERY]: 'SUBSCRIBED',
      [GALLERY_NEWS]: 'SUBSCRIBED',
      [GALLERY_KIDS]: 'UNSUBSCRIBED',
    });
  });

  test('a newer "no" to the brand itself wins over the form', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', MINUTE));
    await anna.converge(MINUTE + 1);
    await anna.happens(submitted(forms.ofBrand, 2 * MINUTE));
    await anna.happens(changed(GALLERY_NEWS, 'closed', 3 * MINUTE, 'EMAIL'));
    await anna.converge(4 * MINUTE);
    expect(anna.actual).toMatchObject({ [GALLERY]: 'SUBSCRIBED', [GALLERY_NEWS]: 'UNSUBSCRIBED' });
  });

  test('a second opt-out before the lift was written keeps the values from before the first', async () => {
    const anna = createPerson(registry, { [LIBRARY]: 'SUBSCRIBED' });
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(2000);
    await anna.happens(submitted(forms.ofCompany, 3 * MINUTE));
    await anna.happens(changed(MUSEUM, 'closed', 4 * MINUTE));
    await anna.converge(5 * MINUTE);
    await anna.happens(submitted(forms.ofCompany, 6 * MINUTE));
    await anna.converge(7 * MINUTE);
    expect(anna.actual[LIBRARY]).toBe('SUBSCRIBED');
  });
});

describe('R7: double opt-in', () => {
  test('takes effect only on the owner’s own, later confirmation', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(2000);
    const decision = decisionOf(await anna.happens(submitted(forms.doubleOptIn, 3000)));
    expect(decision).toMatchObject({ rule: 'R7', outcome: 'awaiting-confirmation' });
    await anna.happens(confirmed(3500, 'Customer marked confirmed'));
    await anna.converge(4000);
    expect(anna.actual).toMatchObject(allClosed);
    await anna.happens(confirmed(5000, 'User clicked confirmation'));
    await anna.converge(6000);
    expect(anna.actual[MUSEUM]).toBe('SUBSCRIBED');
  });

  test('an opt-out between submission and confirmation wins', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.happens(submitted(forms.doubleOptIn, 2000));
    await anna.happens(changed(MUSEUM, 'closed', 3000));
    await anna.happens(confirmed(4000));
    await anna.converge(5000);
    expect(anna.actual).toMatchObject(allClosed);
  });

  test('an unconfirmed submission expires and is recorded', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
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
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.happens(confirmed(3000));
    await anna.happens(submitted(forms.doubleOptIn, 2000));
    await anna.converge(4000);
    expect(anna.actual[MUSEUM]).toBe('SUBSCRIBED');
  });
});

describe('R8: consent belongs to the person and the address; a record is only where properties hang', () => {
  test('a merge: the strictest of both wins, even over a return of one of them from before the merge', async () => {
    const anna = createPerson(registry);
    const double = createPerson(registry, {}, { contact: '102', ledger: anna.ledger });
    await double.happens(changed(MUSEUM, 'closed', 1000));
    await anna.happens(submitted(forms.ofCompany, 2000));
    expect(decisionOf(await anna.absorbs([double], 3000))).toMatchObject({ rule: 'R8', outcome: 'merged' });
    await anna.converge(4000);
    expect(anna.actual).toMatchObject(allClosed);
    await anna.happens(submitted(forms.ofCompany, 5000));
    await anna.converge(6000);
    expect(anna.actual[MUSEUM], 'a form from after the merge').toBe('SUBSCRIBED');
  });

  test('deleted and created again: the opt-out is found by the address and closes the new record', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(2000);
    expect(decisionOf(await anna.happens(happened('deleted', 3000)))).toMatchObject({ rule: 'R8', outcome: 'deleted' });
    const again = createPerson(registry, {}, { contact: '102', ledger: anna.ledger });
    expect(await again.happens(happened('created', 4000))).toMatchObject({ kind: 'ignored', follow: 'identify' });
    await again.lookUpAndConverge(5000);
    expect(again.actual).toMatchObject(allClosed);
    const decisions = (await again.entries()).flatMap(({ body }) => (body.kind === 'decision' ? [body.outcome] : []));
    expect(decisions).toContain('inherited');
  });

  test('a record that is gone is closed, never lifted; the lift is made when the record is back', async () => {
    const anna = createPerson(registry, { [LIBRARY]: 'SUBSCRIBED' });
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(2000);
    await anna.happens(submitted(forms.ofCompany, 3000));
    anna.recordIs('gone');
    await anna.happens(happened('deleted', 4000));
    await anna.converge(5000);
    expect(anna.actual[MUSEUM]).toBe('UNSUBSCRIBED');
    anna.recordIs('there');
    await anna.happens(happened('restored', 6000));
    await anna.converge(7000);
    expect(anna.actual).toMatchObject({ [MUSEUM]: 'SUBSCRIBED', [LIBRARY]: 'SUBSCRIBED' });
  });

  test('every address of the contact is closed, and a return opens the primary address only', async () => {
    const anna = createPerson(registry, {}, { addresses: ['hash of anna', 'hash of her old address'] });
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(2000);
    const old = anna.elsewhere.get('hash of her old address');
    const types = [MUSEUM, GALLERY, GALLERY_NEWS, GALLERY_KIDS, LIBRARY];
    expect(old).toMatchObject(Object.fromEntries(types.map((key) => [key, 'UNSUBSCRIBED'])));
    expect(old?.[STAGE], 'another company').toBe('NOT_SPECIFIED');
    await anna.happens(submitted(forms.ofBrand, 3000));
    await anna.converge(4000);
    expect(anna.actual[MUSEUM]).toBe('SUBSCRIBED');
    expect(old?.[MUSEUM]).toBe('UNSUBSCRIBED');
  });

  test('a deletion for privacy lets the "no" stand', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    expect(decisionOf(await anna.happens(happened('erased', 2000)))).toMatchObject({ rule: 'R8', outcome: 'erased' });
    expect(await anna.state()).toMatchObject({ erased: true, gone: true });
    await anna.converge(3000);
    expect(anna.actual).toMatchObject(allClosed);
  });
});

describe('R9: when two events cannot be ordered, the "no" wins', () => {
  test('an opt-in and an opt-out of the same moment', async () => {
    for (const order of [0, 1]) {
      const anna = createPerson(registry);
      const both = [changed(MUSEUM, 'closed', 1000), submitted(forms.ofCompany, 1000)];
      for (const signal of order === 0 ? both : both.reverse()) await anna.happens(signal);
      await anna.converge(2000);
      expect(anna.actual).toMatchObject(allClosed);
    }
  });

  test('an opt-out that arrives late, older than the owner’s return, closes nothing', async () => {
    const anna = createPerson(registry, { [LIBRARY]: 'SUBSCRIBED' });
    await anna.happens(submitted(forms.ofCompany, 2000));
    const decision = decisionOf(await anna.happens(changed(MUSEUM, 'closed', 1000)));
    expect(decision).toMatchObject({ rule: 'R9', outcome: 'stale' });
    const { writes } = await anna.converge(3000);
    expect(writes.filter(({ direction }) => direction === 'closed')).toEqual([]);
  });

  test('a duplicate changes nothing and leaves no entry', async () => {
    const anna = createPerson(registry);
    const signal = changed(MUSEUM, 'closed', 1000);
    await anna.happens(signal);
    await anna.converge(2000);
    const length = (await anna.entries()).length;
    expect(await anna.happens(signal)).toEqual({ kind: 'ignored', because: 'duplicate', follow: 'nothing' });
    expect(await anna.entries()).toHaveLength(length);
  });
});

describe('events of our own writes', () => {
  test('are not taken for a person’s "no"', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(MINUTE);
    const verdict = await anna.happens(changed(GALLERY_NEWS, 'closed', MINUTE, 'EMAIL'));
    expect(verdict).toEqual({ kind: 'ignored', because: 'own-write', follow: 'nothing' });
    expect((await anna.state()).ownNo).toEqual({});
  });

  test('a "no" outside the window is the person’s own', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(MINUTE);
    const no = changed(GALLERY_NEWS, 'closed', MINUTE + 3000, 'EMAIL');
    expect(await anna.happens(no), 'HubSpot does not show our own closing yet').toMatchObject({ kind: 'too-early' });
    const decision = decisionOf(await anna.happens(no, 'same', 4 * MINUTE));
    expect(decision).toMatchObject({ rule: 'R2' });
  });
});
