import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { Facts } from '../../src/rules/clause.ts';
import { decide } from '../../src/rules/decide.ts';
import { exactOwnWriteOf, noteConfirmed, ownWriteOf, withoutForestalled } from '../../src/rules/own-write.ts';
import type { Written } from '../../src/rules/state.ts';
import { changed, createPerson, MINUTE } from '../helpers/person.ts';
import { testRegistry } from '../helpers/registry.ts';
import { shows } from '../helpers/shown.ts';
import { knowing, optedOutAt, timed } from '../helpers/state.ts';

const registry = testRegistry();
const control = 'subscription:501';
const write = timed<Written>({ at: 1000, from: 900, until: 1200 });
const planned = timed<Written>({ at: 900, from: 900, until: 60_900, planned: true });
const closedAt = (at: number, key = control) => ({ control: key, to: 'closed' as const, occurredAt: hubspotTime(at) });
/** The write of ours that a closing at `at` (ms) may be the echo of, with a window of 100 ms; `exactly`: as for a company's type. */
const ownWrite = (closed: Written[], at: number, open: Written[] = []) =>
  ownWriteOf(knowing({}, { written: { [control]: { closed, open } } }), closedAt(at), 100);
const exactly = (closed: Written[], at: number) =>
  exactOwnWriteOf(knowing({}, { written: { [control]: { closed } } }), closedAt(at), 100);
/** The whole of a verdict, as plain data. */
const ignored = (because: string, follow: string) => ({ kind: 'ignored', because, follow });

describe('an event may be a write of our own', () => {
  test.each([
    [799, false],
    [800, true],
    [1300, true],
    [1301, false],
  ])('at %i, with the call from 900 to 1200 and a window of 100: %s', (at, expected) => {
    expect(ownWrite([write], at)).toBe(expected ? write : undefined);
  });

  test.each([
    [899, false],
    [900, true],
    [1100, true],
    [1101, false],
  ])('exactly: at %i, with HubSpot’s own time at 1000: %s', (at, expected) => {
    expect(exactly([write], at)).toBe(expected ? write : undefined);
  });

  test('HubSpot’s own time counts too when it lies outside our call', () => {
    const early = { ...write, at: hubspotTime(500) };
    expect(ownWrite([early], 500)).toBe(early);
  });

  test('a planned one may be any moment’s until its time is over, also exactly', () => {
    for (const find of [ownWrite, exactly]) {
      expect(find([planned], 61_000)).toBe(planned);
      expect(find([planned], 61_001)).toBeUndefined();
    }
  });

  test('a confirmed one is named before a planned one', () => {
    expect(ownWrite([planned, write], 1000)).toBe(write);
  });

  test('not after our own write in the other direction; one that is only planned proves nothing', () => {
    const reopened = timed<Written>({ at: 1050, from: 1040, until: 1060 });
    expect(ownWrite([write], 1049, [reopened])).toBe(write);
    expect(ownWrite([write], 1050, [reopened])).toBeUndefined();
    expect(ownWrite([write], 1050, [{ ...reopened, planned: true }])).toBe(write);
    expect(ownWrite([write], 1050, [{ ...reopened, at: hubspotTime(1000) }])).toBe(write);
    expect(ownWrite([write], 1050, [{ ...reopened, at: hubspotTime(999) }])).toBe(write);
  });

  test('of two writes of ours in one moment neither parts an event from the other', () => {
    const reopened = timed<Written>({ at: 1000, from: 900, until: 1100 });
    for (const at of [950, 1000, 1050]) expect(ownWrite([write], at, [reopened])).toBe(write);
  });

  test('only of the same control and direction', () => {
    const state = knowing({}, { written: { [control]: { closed: [write] } } });
    expect(ownWriteOf(state, { ...closedAt(1000), to: 'open' }, 100)).toBeUndefined();
    expect(ownWriteOf(state, closedAt(1000, 'subscription:601'), 100)).toBeUndefined();
    expect(ownWriteOf(state, closedAt(1200), 0)).toBe(write);
  });
});

test('a confirmed write takes the place of its own plan, and leaves the plan of a slower pass', () => {
  const plan = (from: number) => ({ ...planned, at: hubspotTime(from), from: ourTime(from) });
  const confirmed = (from: number) =>
    noteConfirmed(knowing({}, { written: { [control]: { closed: [plan(1000), plan(2000)] } } }), {
      [control]: { direction: 'closed', ...write, from: ourTime(from) },
    })[control]?.closed?.map(({ from: known }) => known);
  expect(confirmed(1999)).toEqual([2000, 1999]);
  expect(confirmed(2000)).toEqual([1000, 2000]);
  // Clocks of two workers differ: a call cannot have begun before every plan.
  expect(confirmed(900)).toEqual([2000, 900]);
});

describe('a plan is taken back where somebody else was quicker', () => {
  const opening = timed<Written>({ at: 500, from: 400, until: 600 });
  const planOf = (direction: 'closed' | 'open') => ({
    [control]: { closed: [write], open: [opening], [direction]: [planned] },
  });
  const quicker = (before: string, after: string, written: Parameters<typeof withoutForestalled>[0]) =>
    withoutForestalled(written, { before: { [control]: before }, after: { [control]: after }, written: {} }, registry);

  test('of an opening as of a closing; writes in the other direction stay', () => {
    const { closed, open } = { closed: [write], open: [opening] };
    expect(quicker('SUBSCRIBED', 'UNSUBSCRIBED', planOf('closed'))).toEqual({ [control]: { closed: [], open } });
    expect(quicker('UNSUBSCRIBED', 'SUBSCRIBED', planOf('open'))).toEqual({ [control]: { closed, open: [] } });
    expect(quicker('UNSUBSCRIBED', 'SUBSCRIBED', planOf('closed'))).toEqual(planOf('closed'));
  });

  test('what HubSpot confirmed before stays ours', () => {
    const known = { [control]: { closed: [write, planned], open: [opening] } };
    expect(quicker('SUBSCRIBED', 'UNSUBSCRIBED', known)).toEqual({ [control]: { closed: [write], open: [opening] } });
  });

  test('but not by a pass that had nothing to write: the plan is another pass’s, and may still be carried out', () => {
    expect(quicker('UNSUBSCRIBED', 'UNSUBSCRIBED', planOf('closed'))).toEqual(planOf('closed'));
  });
});

test('an own write of which HubSpot tells only after a second write of the control is still known as one', async () => {
  const anna = createPerson(registry);
  await anna.happens(changed('subscription:501', 'closed', 1000));
  await anna.converge(MINUTE);
  anna.actual['subscription:512'] = 'SUBSCRIBED';
  await anna.happens(changed('subscription:512', 'open', 2 * MINUTE));
  await anna.converge(3 * MINUTE);
  for (const at of [MINUTE, 3 * MINUTE]) {
    expect(await anna.happens(changed('subscription:512', 'closed', at, 'EMAIL'))).toMatchObject({
      because: 'own-write',
    });
  }
});

describe('what becomes of an event that may be an own write', () => {
  const decided = (
    key: string,
    at: number,
    writes: Written[],
    { now, ...more }: { now: number } & Pick<Facts, 'ofMerged' | 'shown'>,
  ) => {
    const state = knowing(optedOutAt(100), { written: { [key]: { closed: writes } } });
    return decide(state, changed(key, 'closed', at), { registry, now: ourTime(now), address: 'same', ...more });
  };

  test('of the company’s own type: while our write is under way nobody can tell, afterwards the "no" wins', () => {
    const waits = { kind: 'too-early', since: 900, until: 60_900 };
    expect(decided(control, 5000, [planned], { now: 60_899 })).toEqual(waits);
    expect(decided(control, 5000, [planned], { now: 60_900 })).toEqual({ kind: 'look-first' });
    const looked = (shown: NonNullable<Facts['shown']>) => decided(control, 5000, [planned], { now: 60_900, shown });
    expect(looked('nothing')).toMatchObject({ decision: { rule: 'R1' } });
    expect(looked(shows('UNSUBSCRIBED', 5000)), 'without our mark').toMatchObject({ decision: { rule: 'R1' } });
    const marked = (at: number) => looked(shows('UNSUBSCRIBED', at, { marked: true }));
    expect(marked(5000), 'HubSpot shows our mark').toEqual(ignored('own-write', 'converge'));
    expect(marked(3999), 'our mark, of another moment').toMatchObject({ decision: { rule: 'R1' } });
  });

  test('a write that somebody else was quicker with is not kept as ours: an event of that moment is the person’s', () => {
    const person = knowing(optedOutAt(100), { written: { [control]: { closed: [planned] } } });
    const found = { before: { [control]: 'SUBSCRIBED' }, after: { [control]: 'UNSUBSCRIBED' }, written: {} };
    const written = withoutForestalled(person.written, found, registry);
    const state = { ...person, written };
    const verdict = decide(state, changed(control, 'closed', 5000), { registry, now: ourTime(6000), address: 'same' });
    expect(verdict).toMatchObject({ decision: { rule: 'R1' } });
    // An earlier write of ours may have landed late: then nobody knows who was quicker.
    const twice = { [control]: { closed: [planned, planned] } };
    expect(withoutForestalled(twice, found, registry)).toEqual(twice);
    expect(withoutForestalled(person.written, { ...found, after: {} }, registry)).toEqual(person.written);
  });

  test('of the company’s own type, confirmed: HubSpot’s own time or it is the person’s', () => {
    expect(decided(control, 1000, [write], { now: 2000 })).toEqual(ignored('own-write', 'nothing'));
    // echoWindowMs is two seconds.
    const longCall = timed<Written>({ at: 10_000, from: 1000, until: 10_000 });
    expect(decided(control, 7999, [longCall], { now: 20_000 })).toMatchObject({ decision: { rule: 'R1' } });
  });

  test('of the company’s own type, opened: our whole call counts, and HubSpot is compared in any case', () => {
    const longCall = timed<Written>({ at: 10_000, from: 1000, until: 10_000 });
    const state = knowing(optedOutAt(100), { written: { [control]: { open: [longCall] } } });
    const verdict = decide(state, changed(control, 'open', 5000), { registry, now: ourTime(20_000), address: 'same' });
    expect(verdict).toEqual(ignored('own-write', 'converge'));
  });

  test('of a brand: our whole call counts, planned or not', () => {
    const longCall = timed<Written>({ at: 10_000, from: 1000, until: 10_000 });
    for (const one of [longCall, planned]) {
      expect(decided('subscription:511', 5000, [one], { now: 20_000 })).toEqual(ignored('own-write', 'nothing'));
    }
  });

  test('a slow closing of ours may land after our lift: nobody can tell until the closing is done, then the "no" wins', () => {
    const opened = timed<Written>({ at: 4000, from: 3900, until: 4100 });
    const state = knowing(optedOutAt(100), { written: { [control]: { closed: [planned], open: [opened] } } });
    const at = (occurredAt: number, now: number, ofMerged = false) =>
      decide(state, changed(control, 'closed', occurredAt), { registry, now: ourTime(now), address: 'same', ofMerged });
    expect(at(5000, 60_899)).toEqual({ kind: 'too-early', since: 900, until: 60_900 });
    expect(at(5000, 60_900)).toMatchObject({ decision: { rule: 'R1' } });
    expect(at(5000, 6000, true)).toMatchObject({ decision: { rule: 'R1' } });
    expect(at(60_901, 60_899)).toMatchObject({ decision: { rule: 'R1' } });
  });

  test('told again after a merge: the merged contact’s own ledger knows its writes; what is no echo is the survivor’s', () => {
    for (const [key, at, expected] of [
      [control, 1000, ignored('own-write', 'nothing')],
      ['subscription:511', 1000, ignored('own-write', 'nothing')],
      [control, 7000, { kind: 'belongs-to', contact: '2' }],
    ] as const) {
      const state = knowing(optedOutAt(100), { written: { [key]: { closed: [write] } }, mergedInto: '2' });
      const facts = { registry, now: ourTime(90_000), address: 'same' as const };
      expect(decide(state, changed(key, 'closed', at), facts)).toEqual(expected);
    }
    const underWay = knowing(optedOutAt(100), { written: { [control]: { closed: [planned] } }, mergedInto: '2' });
    expect(
      decide(underWay, changed(control, 'closed', 1000), { registry, now: ourTime(1000), address: 'same' }),
    ).toMatchObject({ kind: 'belongs-to' });
  });

  test('of a contact that was merged in: never', () => {
    expect(decided(control, 1000, [write], { now: 2000, ofMerged: true })).toMatchObject({ decision: { rule: 'R1' } });
  });
});
