import { describe, expect, test } from 'vitest';
import { decide } from '../../src/rules/decide.ts';
import { echoOf } from '../../src/rules/own-write.ts';
import type { Written } from '../../src/rules/state.ts';
import { changed, createPerson, MINUTE } from '../helpers/person.ts';
import { testRegistry } from '../helpers/registry.ts';
import { knowing, optedOutAt } from '../helpers/state.ts';

const registry = testRegistry();
const control = 'subscription:501';
const write: Written = { at: 1000, from: 900, until: 1200 };
const planned: Written = { at: 900, from: 900, until: 60_900, planned: true };
const echo = (closed: Written[], occurredAt: number, { exact = false, open = [] as Written[] } = {}) =>
  echoOf(knowing({}, { written: { [control]: { closed, open } } }), { control, to: 'closed', occurredAt }, 100, exact);

describe('an event is the echo of a write of ours', () => {
  test.each([
    [799, false],
    [800, true],
    [1300, true],
    [1301, false],
  ])('at %i, with the call from 900 to 1200 and a window of 100: %s', (at, expected) => {
    expect(echo([write], at)).toBe(expected ? write : undefined);
  });

  test.each([
    [899, false],
    [900, true],
    [1100, true],
    [1101, false],
  ])('exactly: at %i, with HubSpot’s own time at 1000: %s', (at, expected) => {
    expect(echo([write], at, { exact: true })).toBe(expected ? write : undefined);
  });

  test('HubSpot’s own time counts too when it lies outside our call', () => {
    const early = { ...write, at: 500 };
    expect(echo([early], 500)).toBe(early);
  });

  test('a planned one may be any moment’s until its time is over, also exactly', () => {
    for (const exact of [false, true]) {
      expect(echo([planned], 61_000, { exact })).toBe(planned);
      expect(echo([planned], 61_001, { exact })).toBeUndefined();
    }
  });

  test('a confirmed one is named before a planned one', () => {
    expect(echo([planned, write], 1000)).toBe(write);
  });

  test('not after our own write in the other direction; one that is only planned proves nothing', () => {
    const reopened = { at: 1050, from: 1040, until: 1060 };
    expect(echo([write], 1049, { open: [reopened] })).toBe(write);
    expect(echo([write], 1050, { open: [reopened] })).toBeUndefined();
    expect(echo([write], 1050, { open: [{ ...reopened, planned: true }] })).toBe(write);
    expect(echo([write], 1050, { open: [{ ...reopened, at: 1000 }] })).toBe(write);
    expect(echo([write], 1050, { open: [{ ...reopened, at: 999 }] })).toBe(write);
  });

  test('only of the same control and direction', () => {
    const state = knowing({}, { written: { [control]: { closed: [write] } } });
    expect(echoOf(state, { control, to: 'open', occurredAt: 1000 }, 100)).toBeUndefined();
    expect(echoOf(state, { control: 'subscription:601', to: 'closed', occurredAt: 1000 }, 100)).toBeUndefined();
    expect(echoOf(state, { control, to: 'closed', occurredAt: 1200 }, 0)).toBe(write);
  });
});

test('an echo that comes after a second write of the control is still known as one', async () => {
  const anna = createPerson(registry);
  await anna.happens(changed('subscription:501', 'closed', 1000));
  await anna.converge(MINUTE);
  anna.actual['subscription:512'] = 'SUBSCRIBED';
  await anna.happens(changed('subscription:512', 'open', 2 * MINUTE));
  await anna.converge(3 * MINUTE);
  for (const at of [MINUTE, 3 * MINUTE]) {
    expect(await anna.happens(changed('subscription:512', 'closed', at, 'EMAIL'))).toMatchObject({ because: 'echo' });
  }
});

describe('what becomes of one that may be an echo', () => {
  const decided = (key: string, at: number, writes: Written[], now: number, ofMerged = false) => {
    const state = knowing(optedOutAt(100), { written: { [key]: { closed: writes } } });
    return decide(state, changed(key, 'closed', at), { registry, now, address: 'same', ofMerged });
  };

  test('of the company’s own type: while our write is under way nobody can tell, afterwards the "no" wins', () => {
    const waits = { because: 'unclear', until: 60_900, converge: false };
    expect(decided(control, 5000, [planned], 60_899)).toEqual(waits);
    expect(decided(control, 5000, [planned], 60_900)).toMatchObject({ decision: { rule: 'R1' } });
  });

  test('of the company’s own type, confirmed: HubSpot’s own time or it is the person’s', () => {
    expect(decided(control, 1000, [write], 2000)).toEqual({ because: 'echo', converge: false });
    // echoWindowMs is two seconds.
    const longCall = { at: 10_000, from: 1000, until: 10_000 };
    expect(decided(control, 7999, [longCall], 20_000)).toMatchObject({ decision: { rule: 'R1' } });
  });

  test('of the company’s own type, opened: our whole call counts, and HubSpot is compared in any case', () => {
    const longCall = { at: 10_000, from: 1000, until: 10_000 };
    const state = knowing(optedOutAt(100), { written: { [control]: { open: [longCall] } } });
    const verdict = decide(state, changed(control, 'open', 5000), { registry, now: 20_000, address: 'same' });
    expect(verdict).toEqual({ because: 'echo', converge: true });
  });

  test('of a brand: our whole call counts, planned or not', () => {
    const longCall = { at: 10_000, from: 1000, until: 10_000 };
    for (const one of [longCall, planned]) {
      expect(decided('subscription:511', 5000, [one], 20_000)).toEqual({ because: 'echo', converge: false });
    }
  });

  test('of a contact that was merged in: never', () => {
    expect(decided(control, 1000, [write], 2000, true)).toMatchObject({ decision: { rule: 'R1' } });
  });
});
