import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { AppliedEntry, EntryBody, LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { testRegistry } from '../helpers/registry.ts';
import { webhook } from '../helpers/state.ts';

const registry = testRegistry();
const TYPE = 'subscription:521';
const BLOCK = 'property:block_library';

const optOut: EntryBody = {
  kind: 'decision',
  rule: 'R1',
  outcome: 'opted-out',
  reason: '',
  source: webhook,
  occurredAt: hubspotTime(100),
  changes: [{ type: 'company-opt-out', companies: ['museum'], at: hubspotTime(100), source: webhook }],
  converge: true,
};
const planned = (before: Record<string, string>): EntryBody => ({ kind: 'planned', before, intended: {} });
const applied = (before: Record<string, string>, unfinished?: true): EntryBody => ({
  kind: 'applied',
  before,
  after: {},
  written: {},
  lifted: {},
  ...(unfinished && { unfinished }),
});

/** The state after entries, each with the hash of the address that it is about. */
function after(...entries: [body: EntryBody, addressHash?: string][]) {
  const ledger = entries.map(
    ([body, addressHash], i) =>
      ({ seq: i + 1, recordedAt: ourTime(i), body, ...(addressHash && { addressHash }) }) as LedgerEntry,
  );
  const { address, companies } = replay(ledger, registry);
  return { address, prior: companies['museum']?.prior };
}

test('R6: what a type held before is noted once for each address, what a property held once for all', () => {
  const [first, second] = [
    { [TYPE]: 'SUBSCRIBED', [BLOCK]: 'false' },
    { [TYPE]: 'NOT_SPECIFIED', [BLOCK]: 'true' },
  ];
  const closed = { [TYPE]: 'UNSUBSCRIBED', [BLOCK]: 'true' };
  expect(after([optOut], [planned(first), 'a'], [applied(second), 'b'], [planned(closed), 'a'])).toEqual({
    address: 'a',
    prior: { [`${TYPE} of a`]: 'SUBSCRIBED', [BLOCK]: 'false', [`${TYPE} of b`]: 'NOT_SPECIFIED' },
  });
});

test('R6: that somebody else was quicker to close a control is known, whatever failed beside it', () => {
  const quicker: EntryBody = {
    ...applied({ [TYPE]: 'NOT_SPECIFIED' }, true),
    after: { [TYPE]: 'UNSUBSCRIBED' },
  } as EntryBody;
  expect(after([optOut], [planned({ [TYPE]: 'NOT_SPECIFIED' }), 'a'], [quicker, 'a'])).toEqual({
    address: 'a',
    prior: { [`${TYPE} of a`]: 'UNSUBSCRIBED' },
  });
});

test('R6: a write that is told of late says neither what was there before nor which address the contact has', () => {
  const [opened, before] = [{ [TYPE]: 'SUBSCRIBED' }, { [TYPE]: 'NOT_SPECIFIED' }];
  expect(after([optOut], [planned(before), 'b'], [applied(opened, true), 'a'])).toEqual({
    address: 'b',
    prior: { [`${TYPE} of b`]: 'NOT_SPECIFIED' },
  });
});

test('of a contact without an address nothing is noted by address', () => {
  expect(after([optOut], [planned({ [BLOCK]: '' })])).toEqual({ address: undefined, prior: { [BLOCK]: '' } });
});

describe('what the state knows of writes', () => {
  const replayed = (...bodies: EntryBody[]) =>
    replay(
      bodies.map((body, i) => ({ seq: i + 1, recordedAt: ourTime(i), body }) as LedgerEntry),
      registry,
    );
  const quiet: EntryBody = { ...optOut, converge: false } as EntryBody;
  const wrote = (direction: 'closed' | 'open', at: number, more: Partial<AppliedEntry> = {}): EntryBody => ({
    kind: 'applied',
    before: {},
    after: {},
    written: { [TYPE]: { direction, at: hubspotTime(at), from: ourTime(at), until: ourTime(at) } },
    lifted: {},
    ...more,
  });
  const lifted = { museum: hubspotTime(100) };
  const back: EntryBody = {
    ...optOut,
    outcome: 'returned',
    changes: [{ type: 'return', company: 'museum', return: { at: hubspotTime(200), form: 'f' } }],
    converge: true,
  } as EntryBody;

  test('a decision that asks for convergence is unconverged until HubSpot holds the desired state', () => {
    expect(replayed(optOut).unconverged).toBe(true);
    expect(replayed(quiet).unconverged).toBe(false);
    expect(replayed(optOut, quiet).unconverged).toBe(true);
    expect(replayed(optOut, applied({})).unconverged).toBe(false);
    expect(replayed(optOut, applied({}, true)).unconverged).toBe(true);
    expect(replayed(quiet, applied({}, true)).unconverged).toBe(false);
  });

  test('a lift is known by the opt-out that it lifted; of a company that is unknown there is none', () => {
    const state = replayed(optOut, back, wrote('open', 300, { lifted: { ...lifted, nobody: hubspotTime(1) } }));
    expect(state.companies['museum']?.liftedOptOut).toBe(100);
    expect(state.companies).not.toHaveProperty('nobody');
  });

  test.each<[string, EntryBody, number | undefined, boolean]>([
    ['a closing that lands after the lift undoes it', wrote('closed', 301, { unfinished: true }), undefined, true],
    [
      'a closing at the very time of the opening undoes it',
      wrote('closed', 300, { unfinished: true }),
      undefined,
      true,
    ],
    ['a closing from before the lift changes nothing', wrote('closed', 299, { unfinished: true }), 100, false],
    ['an opening that is told late changes nothing', wrote('open', 301, { unfinished: true }), 100, false],
  ])('%s', (_, late, liftedOptOut, unconverged) => {
    const state = replayed(optOut, back, wrote('open', 300, { lifted }), late);
    expect(state.companies['museum']?.liftedOptOut).toBe(liftedOptOut);
    expect(state.unconverged).toBe(unconverged);
  });

  test('a closing is undone, too, where no opening of ours is known', () => {
    const state = replayed(
      optOut,
      back,
      wrote('open', 300, { lifted, written: {} }),
      wrote('closed', 1, { unfinished: true }),
    );
    expect(state.companies['museum']?.liftedOptOut).toBeUndefined();
  });

  test('a control or company that the registry does not know is passed over', () => {
    const when = { direction: 'closed' as const, at: hubspotTime(1), from: ourTime(1), until: ourTime(1) };
    const unknown: EntryBody = { ...applied({}, true), written: { 'subscription:1': when } } as EntryBody;
    expect(replayed(optOut, applied({}), unknown).unconverged).toBe(false);
    expect(replayed(applied({}), wrote('closed', 1, { unfinished: true })).unconverged).toBe(false);
  });

  test('planned writes are known at once, by direction, and at most ten of them', () => {
    const plan = (value: string): EntryBody => ({
      kind: 'planned',
      before: {},
      intended: { [TYPE]: value, 'subscription:1': value },
    });
    const state = replayed(plan('UNSUBSCRIBED'), plan('SUBSCRIBED'));
    expect(state.written).toEqual({
      [TYPE]: {
        closed: [{ at: 0, from: 0, until: 60_000, planned: true }],
        open: [{ at: 1, from: 1, until: 60_001, planned: true }],
      },
    });
    const many = replayed(...Array.from({ length: 12 }, () => plan('UNSUBSCRIBED')));
    expect(many.written[TYPE]?.closed?.map(({ at }) => at)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('a confirmed write takes the place of planned ones; at most ten are kept', () => {
    const plan: EntryBody = { kind: 'planned', before: {}, intended: { [TYPE]: 'UNSUBSCRIBED' } };
    expect(replayed(plan, wrote('closed', 7)).written).toEqual({ [TYPE]: { closed: [{ at: 7, from: 7, until: 7 }] } });
    const many = replayed(...Array.from({ length: 12 }, (_, i) => wrote('closed', i)));
    expect(many.written[TYPE]?.closed?.map(({ at }) => at)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('signals are known by their ids', () => {
    const signal = { ...optOut, signal: { id: 'one', kind: 'control' } } as EntryBody;
    expect(replayed(signal, applied({}), optOut).seen).toEqual(new Set(['one']));
  });

  test('R6: what an audit found closed has an unknown earlier value; what was open had that value', () => {
    const found = {
      ...optOut,
      changes: [{ type: 'company-opt-out', companies: ['museum'], at: hubspotTime(100), source: { channel: 'audit' } }],
    } as EntryBody;
    const before: EntryBody = { kind: 'planned', before: { [TYPE]: 'UNSUBSCRIBED', [BLOCK]: 'false' }, intended: {} };
    expect(replayed(found, before).companies['museum']?.prior).toEqual({ [TYPE]: null, [BLOCK]: 'false' });
    expect(replayed(optOut, before).companies['museum']?.prior).toEqual({ [TYPE]: 'UNSUBSCRIBED', [BLOCK]: 'false' });
  });

  test('R6: nothing is noted of unknown controls, of companies nobody opted out of, or after a return', () => {
    const before: EntryBody = {
      kind: 'planned',
      before: { [TYPE]: 'SUBSCRIBED', 'subscription:1': 'X' },
      intended: {},
    };
    expect(replayed(before).companies).toEqual({});
    expect(replayed(optOut, back, before).companies['museum']?.prior).toEqual({});
  });

  test('R6: a brand that somebody else closed before our own closing stays closed on a return', () => {
    const plan: EntryBody = { kind: 'planned', before: { [TYPE]: 'SUBSCRIBED', [BLOCK]: '' }, intended: {} };
    const took = (more: Partial<AppliedEntry>): EntryBody => ({
      kind: 'applied',
      before: { [TYPE]: 'SUBSCRIBED', [BLOCK]: '' },
      after: { [TYPE]: 'UNSUBSCRIBED', [BLOCK]: 'true' },
      written: {},
      lifted: {},
      ...more,
    });
    const when = { direction: 'closed' as const, at: hubspotTime(1), from: ourTime(1), until: ourTime(1) };
    const prior = (entry: EntryBody) => replayed(optOut, plan, entry).companies['museum']?.prior;
    expect(prior(took({}))).toEqual({ [TYPE]: 'UNSUBSCRIBED', [BLOCK]: 'true' });
    expect(prior(took({ written: { [TYPE]: when, [BLOCK]: when } }))).toEqual({ [TYPE]: 'SUBSCRIBED', [BLOCK]: '' });
    expect(prior(took({ after: { [TYPE]: 'SUBSCRIBED', [BLOCK]: '' } }))).toEqual({
      [TYPE]: 'SUBSCRIBED',
      [BLOCK]: '',
    });
    expect(prior(took({ after: { [TYPE]: 'NOT_SPECIFIED' } }))).toEqual({ [TYPE]: 'SUBSCRIBED', [BLOCK]: '' });
  });

  test('R6: the company’s own type, an unknown control and a company that is lifted have no such value', () => {
    const took: EntryBody = {
      kind: 'applied',
      before: { 'subscription:501': 'SUBSCRIBED', 'subscription:1': 'SUBSCRIBED', [TYPE]: 'SUBSCRIBED' },
      after: { 'subscription:501': 'UNSUBSCRIBED', 'subscription:1': 'UNSUBSCRIBED', [TYPE]: 'UNSUBSCRIBED' },
      written: {},
      lifted: {},
    };
    const { [TYPE]: _, ...others } = took.before;
    expect(replayed(optOut, { ...took, before: others }).companies['museum']?.prior).toEqual({
      'subscription:501': 'SUBSCRIBED',
      [TYPE]: 'UNSUBSCRIBED',
    });
    expect(replayed(optOut, back, took).companies['museum']?.prior).toEqual({});
    expect(replayed(took).companies).toEqual({});
  });
});
