import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { PlacedControl } from '../../src/registry/registry.ts';
import type { Desired } from '../../src/rules/desired.ts';
import { planWrites } from '../../src/rules/plan.ts';
import { planOthers } from '../../src/rules/r8-other-addresses.ts';
import type { ShownStatus } from '../../src/rules/sight.ts';
import { testRegistry } from '../helpers/registry.ts';
import { back } from '../helpers/state.ts';

const registry = testRegistry();
const placed = (key: string) => registry.controls.get(key) as PlacedControl;
const KEY = 'subscription:511';
const close = (key = KEY, notBefore?: number): Desired => {
  const grace = notBefore === undefined ? {} : { notBefore: ourTime(notBefore) };
  return { to: 'closed', control: placed(key), optOutAt: hubspotTime(100), ...grace };
};
const open = (to: 'restored' | 'subscribed', value = 'SUBSCRIBED'): Desired => {
  return { to, control: placed(KEY), value, by: back(200) };
};
const NOW = ourTime(1000);
const plan = (wish: Desired, actual: Record<string, string>) =>
  planWrites(new Map([[wish.control.key, wish]]), actual, registry, NOW);

describe('the plan for a control', () => {
  test('closed already: nothing but a note of what was found', () => {
    expect(plan(close(), { [KEY]: 'UNSUBSCRIBED' })).toEqual({
      writes: [],
      deferred: [],
      before: { [KEY]: 'UNSUBSCRIBED' },
      placed: { [KEY]: 'museum' },
    });
  });

  test.each(['SUBSCRIBED', 'NOT_SPECIFIED'])('to be closed, found %s', (value) => {
    expect(plan(close(), { [KEY]: value })).toEqual({
      writes: [{ control: placed(KEY), value: 'UNSUBSCRIBED', direction: 'closed', because: close() }],
      deferred: [],
      before: { [KEY]: value },
      placed: { [KEY]: 'museum' },
    });
  });

  test.each([
    [999, 0, 1],
    [1000, 0, 1],
    [1001, 1, 0],
  ])('to be closed not before %i, at 1000: %i deferred, %i written', (notBefore, deferred, writes) => {
    const made = plan(close(KEY, notBefore), { [KEY]: 'SUBSCRIBED' });
    expect([made.deferred.length, made.writes.length]).toEqual([deferred, writes]);
    expect(made.deferred).toEqual(deferred === 1 ? [KEY] : []);
  });

  test.each([
    ['restored', 'UNSUBSCRIBED', true],
    ['restored', 'NOT_SPECIFIED', false],
    ['restored', 'SUBSCRIBED', false],
    ['subscribed', 'UNSUBSCRIBED', true],
    ['subscribed', 'NOT_SPECIFIED', true],
    ['subscribed', 'SUBSCRIBED', false],
  ] as const)('to be %s, found %s: written is %s', (to, value, written) => {
    const { writes, before } = plan(open(to), { [KEY]: value });
    expect(before).toEqual({ [KEY]: value });
    expect(writes).toEqual(
      written ? [{ control: placed(KEY), value: 'SUBSCRIBED', direction: 'open', because: open(to) }] : [],
    );
  });

  test('that could not be read, or that is protected: none', () => {
    expect(plan(close(), {})).toEqual({ writes: [], deferred: [], before: {}, placed: {} });
    const ofTickets = { ...placed(KEY), key: 'subscription:9001' };
    const wish: Desired = { to: 'closed', control: ofTickets, optOutAt: hubspotTime(100) };
    expect(plan(wish, { 'subscription:9001': 'SUBSCRIBED' })).toEqual({
      writes: [],
      deferred: [],
      before: {},
      placed: {},
    });
  });
});

describe('the plan for the person’s other addresses', () => {
  const statusOf = (status: string, subscriptionId = 511): ShownStatus[] => [{ subscriptionId, status, source: '' }];
  /** `held`: the statuses of the other addresses, by keyed hash. */
  const others = (wish: Desired, held: Record<string, ShownStatus[]>) => {
    const addresses = Object.entries(held).map(([hash, statuses]) => ({ hash, statuses }));
    return planOthers(new Map([[wish.control.key, wish]]), addresses, registry, NOW);
  };

  test('closes what is open, also where HubSpot tells nothing of the type', () => {
    const held = { a: statusOf('SUBSCRIBED'), b: [], c: statusOf('UNSUBSCRIBED') };
    const write = { control: placed(KEY), value: 'UNSUBSCRIBED', direction: 'closed', because: close() };
    expect(others(close(), held)).toEqual([
      { address: 'a', write },
      { address: 'b', write },
    ]);
    expect(others(close(), { d: statusOf('UNSUBSCRIBED', 512) })).toHaveLength(1);
  });

  test('plans nothing for an address of which HubSpot gave no statuses', () => {
    expect(planOthers(new Map([[KEY, close()]]), [{ hash: 'a' }], registry, NOW)).toEqual([]);
  });

  test('opens nothing, and closes no property a second time', () => {
    for (const to of ['restored', 'subscribed'] as const) {
      for (const status of ['SUBSCRIBED', 'UNSUBSCRIBED']) {
        expect(others(open(to), { a: statusOf(status) })).toEqual([]);
      }
    }
    expect(others(close('property:block_gallery'), { a: [] })).toEqual([]);
  });

  test.each([
    [1000, 1],
    [1001, 0],
  ])('waits for a grace until %i, at 1000: %i', (notBefore, writes) => {
    expect(others(close(KEY, notBefore), { a: statusOf('SUBSCRIBED') })).toHaveLength(writes);
  });
});
