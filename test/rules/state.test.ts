import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { applyChanges } from '../../src/rules/apply-changes.ts';
import type { Change } from '../../src/rules/decision.ts';
import { desiredControls } from '../../src/rules/desired-controls.ts';
import {
  type CompanyState,
  type ContactState,
  companyState,
  isLiftDue,
  isOptedOut,
  nothingKnown,
  type Return,
} from '../../src/rules/state.ts';
import { endedWaits, nextWake } from '../../src/rules/waits.ts';
import { forms, museumControls, testRegistry } from '../helpers/registry.ts';
import { back, type InMs, knowing, optedOutAt, timed, webhook } from '../helpers/state.ts';

const registry = testRegistry();
const nobody: CompanyState = { returns: [], awaiting: [], prior: {}, grace: {} };
const grace = (at: number, until = at + 600) => ({ at, until, source: webhook });
const museum = (before: Partial<InMs<CompanyState>>, ...changes: Change[]) =>
  applyChanges(knowing(before), changes).companies['museum'];
const optOut = (at: number): Change => ({
  type: 'company-opt-out',
  companies: ['museum'],
  at: hubspotTime(at),
  source: webhook,
});

describe('who is out, and whose lift is due', () => {
  test('nobody of whom nothing is known', () => {
    expect(companyState(nothingKnown, 'museum')).toStrictEqual(nobody);
    expect(nothingKnown.unconverged).toBe(false);
    expect([isOptedOut(nobody), isLiftDue(nobody)]).toEqual([false, false]);
    expect(isLiftDue({ ...nobody, returns: [back(100)] }), 'nothing to lift').toBe(false);
  });

  test.each([
    [99, true, false],
    [100, true, false],
    [101, false, true],
  ])('after a return at %i to an opt-out at 100: out %s, lift due %s', (at, out, due) => {
    const company = { ...nobody, ...optedOutAt(100), returns: [back(at)] };
    expect([isOptedOut(company), isLiftDue(company)]).toEqual([out, due]);
    expect(isLiftDue({ ...company, liftedOptOut: hubspotTime(100) }), 'lifted already').toBe(false);
    expect(isLiftDue({ ...company, liftedOptOut: hubspotTime(50) }), 'an older one was lifted').toBe(due);
  });
});

describe('what a change leaves', () => {
  test('an opt-out ends returns, waits and graces that are not later', () => {
    const waiting = (at: number) => ({ ...back(at), until: 900 });
    const before = {
      returns: [back(99), back(100), back(101)],
      awaiting: [waiting(99), waiting(100), waiting(101)],
      grace: { a: grace(99), b: grace(100), c: grace(101) },
    };
    expect(museum(before, optOut(100))).toStrictEqual({
      optOut: { at: 100, source: webhook },
      closedSince: 100,
      returns: [back(101)],
      awaiting: [waiting(101)],
      grace: { c: grace(101) },
      prior: {},
    });
  });

  test('an older opt-out than the known one leaves all as it is', () => {
    const known = { ...optedOutAt(100), returns: [back(100)] };
    for (const at of [99, 100]) expect(museum(known, optOut(at))).toEqual({ ...nobody, ...known });
  });

  test('the state before the fan-out is kept while anything of it is closed', () => {
    const prior = { 'subscription:511': 'SUBSCRIBED' };
    const kept = (before: Partial<InMs<CompanyState>>) => {
      const { prior: left, closedSince } = museum({ prior, ...before }, optOut(500)) ?? nobody;
      return { prior: left, closedSince };
    };
    expect(kept({ ...optedOutAt(100), closedSince: 50 })).toEqual({ prior, closedSince: 50 });
    expect(kept(optedOutAt(100))).toEqual({ prior, closedSince: 500 });
    expect(kept({ ...optedOutAt(100), closedSince: 100, returns: [back(200)] })).toEqual({ prior, closedSince: 100 });
    const lifted = { ...optedOutAt(100), closedSince: 100, returns: [back(200)], liftedOptOut: 100 };
    expect(kept(lifted)).toEqual({ prior: {}, closedSince: 500 });
    expect(kept({})).toEqual({ prior: {}, closedSince: 500 });
  });

  test('a return ends waits that are not later and every grace; returns are held by time', () => {
    const waiting = (at: number) => ({ ...back(at), until: 900 });
    const before = {
      returns: [back(300), back(200, { form: 'b' })],
      awaiting: [waiting(199), waiting(200), waiting(201)],
      grace: { a: grace(900) },
    };
    const change: Change = { type: 'return', company: 'museum', return: back(200, { form: 'a' }) };
    expect(museum(before, change)).toStrictEqual({
      ...nobody,
      returns: [back(200, { form: 'a' }), back(200, { form: 'b' }), back(300)],
      awaiting: [waiting(201)],
    });
  });

  test('waits and graces come and end singly', () => {
    const wait = (at: number) =>
      timed<Change>({ type: 'awaiting', company: 'museum', awaiting: { ...back(at), until: 900 } });
    const window = (control: string, at: number) =>
      timed<Change>({ type: 'grace', company: 'museum', control, ...grace(at) });
    const both = [wait(1), wait(2), window('a', 3), window('b', 4)];
    const ended: Change[] = [
      { type: 'awaiting-expired', company: 'museum', at: hubspotTime(1) },
      { type: 'grace-expired', company: 'museum', control: 'a' },
    ];
    expect(museum({}, ...both)).toStrictEqual({
      ...nobody,
      awaiting: [
        { ...back(1), until: 900 },
        { ...back(2), until: 900 },
      ],
      grace: { a: grace(3), b: grace(4) },
      graced: ['a', 'b'],
    });
    expect(museum({}, ...both, ...ended)).toStrictEqual({
      ...nobody,
      awaiting: [{ ...back(2), until: 900 }],
      expired: [{ ...back(1), until: 900 }],
      grace: { b: grace(4) },
      graced: ['a', 'b'],
    });
  });

  test('of a "no" to a brand and of a confirmation the newest is kept', () => {
    const no = (at: number): Change => ({ type: 'own-no', control: 'subscription:511', at: hubspotTime(at) });
    const yes = (at: number): Change => ({ type: 'confirmed', at: hubspotTime(at) });
    for (const [first, second] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const { ownNo, confirmedAt } = applyChanges(nothingKnown, [no(first), no(second), yes(first), yes(second)]);
      expect({ ownNo, confirmedAt }).toEqual({ ownNo: { 'subscription:511': 2 }, confirmedAt: 2 });
    }
  });
});

describe('what only time brings', () => {
  test('a grace that ended without a form', () => {
    const state = knowing({
      ...optedOutAt(100),
      grace: {
        'subscription:511': { at: 200, until: 800, source: { channel: 'webhook', change: 'FORM', id: 'f' } },
        'subscription:521': { at: 200, until: 800, source: { channel: 'webhook' } },
      },
    });
    const refused = (control: string, who: string) => ({
      rule: 'R5',
      outcome: 'refused',
      reason: `no form submission followed the opt-in to Museum GmbH by ${who}; ${control} is closed again`,
      changes: [{ type: 'grace-expired', company: 'museum', control }],
    });
    const ended = (one: ContactState, now: number) => endedWaits(one, registry, ourTime(now));
    expect(ended(state, 799)).toEqual([]);
    expect(ended(state, 800)).toEqual([
      refused('subscription:511', 'FORM f'),
      refused('subscription:521', 'unknown source'),
    ]);
    const returned = { ...state.companies['museum'], returns: [back(300)] };
    expect(ended(knowing(returned), 800), 'of no meaning once the owner is back').toEqual([]);
  });

  test('a confirmation that never came; a company that left the registry is named by its key', () => {
    const awaiting = [{ ...back(200), until: 900 }];
    const expired = (name: string, company: string) => ({
      rule: 'R7',
      outcome: 'expired',
      reason: `form ${forms.ofCompany} of ${name} was never confirmed`,
      changes: [{ type: 'awaiting-expired', company, at: 200 }],
    });
    const ended = (one: ContactState, now: number) => endedWaits(one, registry, ourTime(now));
    expect(ended(knowing({ awaiting }), 899)).toEqual([]);
    expect(ended(knowing({ awaiting }), 900)).toEqual([expired('Museum GmbH', 'museum')]);
    const left = timed<ContactState>({ ...nothingKnown, companies: { closed: { ...nobody, awaiting } } });
    expect(ended(left, 900)).toEqual([expired('closed', 'closed')]);
  });

  test('wakes at the earliest moment at which there is something to say', () => {
    const waits = { grace: { a: grace(0, 800), b: grace(0, 700) }, awaiting: [{ ...back(1), until: 750 }] };
    expect(nextWake(nothingKnown, ourTime(0))).toBeUndefined();
    expect(nextWake(knowing({}), ourTime(0))).toBeUndefined();
    expect(nextWake(knowing({ ...optedOutAt(100), ...waits }), ourTime(0))).toBe(700);
    expect(nextWake(knowing(waits), ourTime(0)), 'no opt-out: a grace means nothing').toBe(750);
    const refused = timed<ContactState>({ ...nothingKnown, lookAgainAt: 500 });
    expect([nextWake(refused, ourTime(499)), nextWake(refused, ourTime(500))]).toEqual([500, undefined]);
  });
});

describe('what must be in HubSpot', () => {
  const desired = (company: Partial<InMs<CompanyState>>, more: Partial<InMs<ContactState>> = {}) =>
    Object.fromEntries(
      [...desiredControls(knowing(company, more), registry)].map(([key, { control: _, ...wish }]) => [key, wish]),
    );

  test('nothing without an opt-out, or once the lift is done', () => {
    expect(desired({})).toEqual({});
    expect(desired({ returns: [back(200)] })).toEqual({});
    expect(desired({ ...optedOutAt(100), returns: [back(200)], liftedOptOut: 100 })).toEqual({});
  });

  test('closed: every control of the company, one with a grace not before its end', () => {
    const wishes = desired({ ...optedOutAt(100), grace: { 'subscription:511': grace(200) } });
    expect(Object.keys(wishes)).toEqual(museumControls);
    expect(wishes['subscription:501']).toStrictEqual({ to: 'closed', optOutAt: 100 });
    expect(wishes['subscription:511']).toStrictEqual({ to: 'closed', optOutAt: 100, notBefore: 800 });
  });

  const prior = {
    'property:block_gallery': 'false',
    'subscription:511': 'SUBSCRIBED',
    'subscription:512': 'SUBSCRIBED',
    'property:block_library': null,
    'subscription:521': null,
  };
  const returned = { ...optedOutAt(100), returns: [back(100, { form: 'old' }), back(200), back(300)], prior };

  test('lifted: back to what it was; newsletters and what is unknown stay', () => {
    const by = back(300);
    expect(desired(returned)).toEqual({
      'subscription:501': { to: 'subscribed', value: 'SUBSCRIBED', by },
      'property:block_gallery': { to: 'restored', value: 'false', by },
      'subscription:511': { to: 'restored', value: 'SUBSCRIBED', by },
    });
    const closed = { 'property:block_gallery': 'true', 'subscription:511': 'UNSUBSCRIBED' };
    expect(Object.keys(desired({ ...returned, prior: closed }))).toEqual(['subscription:501']);
    expect(Object.keys(desired({ ...returned, prior: {} }))).toEqual(['subscription:501']);
  });

  test('lifted: the types of an address go back to what was noted of that one', () => {
    const noted = { ...prior, 'subscription:511 of a': 'NOT_SPECIFIED', 'subscription:521 of a': 'SUBSCRIBED' };
    const wishes = desired({ ...returned, prior: noted }, { address: 'a' });
    expect(wishes).toMatchObject({
      'property:block_gallery': { value: 'false' },
      'subscription:511': { value: 'NOT_SPECIFIED' },
      'subscription:521': { value: 'SUBSCRIBED' },
    });
    const other = desired({ ...returned, prior: noted }, { address: 'b' });
    expect(Object.keys(other)).toEqual(['subscription:501', 'property:block_gallery']);
  });

  test('lifted: by the newest form that names it, if its own "no" is not as new', () => {
    const naming = back(200, { brand: 'gallery', newsletter: 'gallery-news' });
    const company = { ...returned, returns: [naming, back(300)] };
    const wishes = desired(company);
    expect(wishes['subscription:512']).toEqual({ to: 'subscribed', value: 'SUBSCRIBED', by: naming });
    expect(wishes['property:block_gallery']).toEqual({ to: 'subscribed', value: 'false', by: naming });
    expect(wishes['subscription:513']).toBeUndefined();
    expect(desired(company, { ownNo: { 'subscription:512': 199 } })['subscription:512']).toBeDefined();
    expect(desired(company, { ownNo: { 'subscription:512': 200 } })['subscription:512']).toBeUndefined();
    const before = { ...returned, returns: [back(100, { brand: 'gallery' }), back(200)] };
    expect(desired(before)['subscription:511'], 'named by a form from before the opt-out').toMatchObject({
      to: 'restored',
    });
    const ofBrand = desired({ ...returned, returns: [back(200, { brand: 'gallery' })] });
    expect(ofBrand['subscription:512'], 'it names no newsletter').toBeUndefined();
    expect(ofBrand['subscription:511']).toMatchObject({ to: 'subscribed' });
  });

  test('lifted: the person’s own "no" since the company was closed, or of the very moment, outlives it', () => {
    const restores = (at: number, closedSince?: number) => {
      const company = closedSince === undefined ? returned : { ...returned, closedSince };
      return 'subscription:511' in desired(company, { ownNo: { 'subscription:511': at } });
    };
    expect([restores(99), restores(100)]).toEqual([true, false]);
    expect([restores(49, 50), restores(50, 50)]).toEqual([true, false]);
  });
});

test('of one form’s returns to one place only the newest is kept, oldest first, in whatever order they are heard of', () => {
  const own = { form: forms.ofCompany };
  const ofBrand = { form: forms.ofBrand, brand: 'gallery' };
  const ofNewsletter = { ...ofBrand, newsletter: 'gallery-news' };
  const heard = [
    { at: 300, ...own },
    { at: 100, ...ofBrand },
    { at: 200, ...ofNewsletter },
    { at: 250, ...own },
    { at: 400, ...ofBrand },
    { at: 400, ...ofBrand },
  ];
  for (const order of [heard, heard.toReversed()]) {
    const changes = order.map((one) => ({ type: 'return' as const, company: 'museum', return: timed<Return>(one) }));
    expect(applyChanges(nothingKnown, changes).companies['museum']?.returns).toEqual([
      { at: 200, ...ofNewsletter },
      { at: 300, ...own },
      { at: 400, ...ofBrand },
    ]);
  }
});

test('a return that goes along with the record subscribes the next address to nothing, and restores what hangs on the record', () => {
  const company = {
    ...optedOutAt(100),
    returns: [back(200, { by: 'a', brand: 'gallery' })],
    prior: { 'property:block_gallery': 'false' },
  };
  const wishes = (address: string) => {
    const wished = desiredControls(knowing(company, { address }), registry);
    return [...wished.values()].map(({ to, control }) => `${to} ${control.key}`);
  };
  expect(wishes('a')).toEqual(expect.arrayContaining(['subscribed subscription:501', 'subscribed subscription:511']));
  expect(wishes('b')).toEqual(['restored property:block_gallery']);
});
