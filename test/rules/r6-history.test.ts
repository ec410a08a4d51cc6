import { describe, expect, test } from 'vitest';
import { parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import { askedPriors, withHistory } from '../../src/rules/r6-history.ts';
import type { Sight } from '../../src/rules/sight.ts';
import type { CompanyState, ContactState } from '../../src/rules/state.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import { GALLERY_BLOCK, LIBRARY_BLOCK, registryText, testRegistry } from '../helpers/registry.ts';
import { back, type InMs, knowing, optedOutAt } from '../helpers/state.ts';

/** R6: what a block held before the opt-out is asked for before a lift, where nobody knows it. */

const registry = testRegistry();
const due = { ...optedOutAt(100), returns: [back(200)] };
const asked = (company: Partial<InMs<CompanyState>>, more: Partial<InMs<ContactState>> = {}, from = registry) =>
  askedPriors(knowing(company, more), from).map(({ control, at }) => [control.key, at]);
const both = (at: number) => [
  [GALLERY_BLOCK, at],
  [LIBRARY_BLOCK, at],
];

describe('the earlier values that HubSpot’s history is asked for', () => {
  test('are those of the company’s blocks; a type has no such history', () => {
    expect(asked(due)).toEqual(both(100));
  });

  test('are of the moment when the company was closed, which a second opt-out does not move', () => {
    expect(asked({ ...due, closedSince: 50 })).toEqual(both(50));
  });

  test.each<[string, Partial<InMs<CompanyState>>]>([
    ['no opt-out was said', { returns: [back(200)] }],
    ['the opt-out stands', optedOutAt(100)],
    ['the lift was made', { ...due, liftedOptOut: 100 }],
    [
      'the lift was made and a later form names a brand: that form opens only what it names',
      { ...due, returns: [back(200), back(300, { brand: 'gallery' })], liftedOptOut: 100, liftedUpTo: 200 },
    ],
  ])('are none where %s', (_, company) => {
    expect(asked(company)).toEqual([]);
  });

  test('are those of a second opt-out’s lift, though an earlier one was lifted', () => {
    expect(asked({ ...due, liftedOptOut: 50 })).toEqual(both(100));
  });

  test('leave out a block that the fan-out found closed: the block stays so', () => {
    expect(asked({ ...due, prior: { [GALLERY_BLOCK]: 'true' } })).toEqual([[LIBRARY_BLOCK, 100]]);
  });

  test.each(['false', ''])(
    'include a block that the fan-out found open (%j): somebody may have closed it since',
    (value) => {
      const [gallery] = askedPriors(knowing({ ...due, prior: { [GALLERY_BLOCK]: value } }), registry);
      expect(gallery).toMatchObject({ control: { key: GALLERY_BLOCK }, found: value });
    },
  );

  test('include a block of which it was noted that nobody knows', () => {
    expect(asked({ ...due, prior: { [GALLERY_BLOCK]: null } })).toEqual(both(100));
  });

  test('leave out a block that the person closed after the opt-out (R2): that "no" outlives the lift', () => {
    expect(asked(due, { ownNo: { [GALLERY_BLOCK]: 101 } })).toEqual([[LIBRARY_BLOCK, 100]]);
    expect(asked(due, { ownNo: { [GALLERY_BLOCK]: 100 } })).toEqual(both(100));
  });

  test('tell when our own closings were under way, confirmed or not', () => {
    const spans = [
      { from: 110, until: 60_110 },
      { from: 70_000, until: 70_010 },
    ];
    const closed = [
      { at: 120, ...spans[0], planned: true },
      { at: 70_005, ...spans[1] },
    ];
    const [gallery, library] = askedPriors(
      knowing(due, { written: { [GALLERY_BLOCK]: { closed } } } as never),
      registry,
    );
    expect([gallery?.ours, library?.ours]).toEqual([spans, []]);
  });

  test('leave out a newsletter’s property, which a lift never restores', () => {
    const newsletter = '- { key: gallery-kids, kind: property, name: block_kids, blocked: "true", open: "false" }';
    const text = registryText.replace('- { key: gallery-kids, kind: subscription, id: 513 }', newsletter);
    expect(asked(due, {}, arrangeRegistry(parseRegistry(text)))).toEqual(both(100));
  });
});

describe('what HubSpot’s history shows', () => {
  const seeing = (earlier?: Sight['earlier']): Sight => ({
    exists: true,
    others: [],
    actual: {},
    ...(earlier && { earlier }),
  });
  const prior = (state: ContactState, earlier?: Sight['earlier']) =>
    withHistory(state, seeing(earlier), registry).companies['museum']?.prior;

  test('is taken for the earlier value of the blocks that it tells of, and of no others', () => {
    const state = knowing({ ...due, prior: { 'subscription:511': 'SUBSCRIBED', [LIBRARY_BLOCK]: null } });
    const known = { 'subscription:511': 'SUBSCRIBED', [LIBRARY_BLOCK]: null };
    expect(prior(state, { [GALLERY_BLOCK]: 'false' })).toStrictEqual({ ...known, [GALLERY_BLOCK]: 'false' });
    expect(prior(state, {})).toStrictEqual(known);
    expect(prior(state)).toStrictEqual(known);
  });

  test('does not take the place of what the fan-out found', () => {
    const state = knowing({ ...due, prior: { [GALLERY_BLOCK]: 'true' } });
    expect(prior(state, { [GALLERY_BLOCK]: 'false' })).toStrictEqual({ [GALLERY_BLOCK]: 'true' });
  });

  test('of a block that the fan-out found open: where somebody else may have closed the block it stays closed', () => {
    const open = { [GALLERY_BLOCK]: '', [LIBRARY_BLOCK]: 'false' };
    const state = knowing({ ...due, prior: open });
    expect(prior(state, open)).toStrictEqual(open);
    expect(prior(state, { [LIBRARY_BLOCK]: 'false' })).toStrictEqual({ ...open, [GALLERY_BLOCK]: null });
  });

  test('is nothing where HubSpot tells none: then only a block whose closing was never confirmed stays closed', () => {
    const plan = { at: 120, from: 110, until: 60_110, planned: true as const };
    const open = { [GALLERY_BLOCK]: 'false', [LIBRARY_BLOCK]: 'false' };
    const state = knowing({ ...due, prior: open }, { written: { [GALLERY_BLOCK]: { closed: [plan] } } });
    expect(prior(state)).toStrictEqual({ ...open, [GALLERY_BLOCK]: null });
  });

  test('of somebody of whom nothing is known says nothing', () => {
    expect(withHistory(nothingKnown, seeing({ [GALLERY_BLOCK]: 'false' }), registry)).toEqual(nothingKnown);
  });
});
