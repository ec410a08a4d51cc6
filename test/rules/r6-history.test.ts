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

  test('include a block that the fan-out found closed: somebody may have opened the block since (R5)', () => {
    expect(asked({ ...due, prior: { [GALLERY_BLOCK]: 'true' } })).toEqual(both(100));
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

  test('tell while the opt-out stood: until the owner’s first return', () => {
    const [gallery] = askedPriors(knowing({ ...due, returns: [back(200), back(300)] }), registry);
    expect(gallery?.stood).toEqual({ from: 100, until: 200 });
  });

  test('tell when our own writes were under way, confirmed or not', () => {
    const spans = [
      { from: 110, until: 60_110 },
      { from: 70_000, until: 70_010 },
    ];
    const closed = [
      { at: 120, ...spans[0], planned: true },
      { at: 70_005, ...spans[1] },
    ];
    const open = [{ at: 70_105, from: 70_100, until: 70_110 }];
    const [gallery, library] = askedPriors(
      knowing(due, { written: { [GALLERY_BLOCK]: { closed, open } } } as never),
      registry,
    );
    expect([gallery?.ours, library?.ours]).toEqual([
      { closed: spans, open: [{ from: 70_100, until: 70_110 }] },
      { closed: [], open: [] },
    ]);
  });
});

const withNewsletter = () => {
  const newsletter = '- { key: gallery-kids, kind: property, name: block_kids, blocked: "true", open: "false" }';
  return arrangeRegistry(
    parseRegistry(registryText.replace('- { key: gallery-kids, kind: subscription, id: 513 }', newsletter)),
  );
};

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

  test('of a block that the person closed after the opt-out (R2), or of a newsletter, restores nothing', () => {
    const kids = 'property:block_kids';
    const from = withNewsletter();
    expect(asked(due, {}, from)).toContainEqual([kids, 100]);
    const said = (at: number) => {
      const state = knowing(due, { ownNo: { [GALLERY_BLOCK]: at } });
      const shown = { [GALLERY_BLOCK]: 'false', [LIBRARY_BLOCK]: 'false', [kids]: 'false' };
      return withHistory(state, seeing(shown), from).companies['museum']?.prior;
    };
    expect(said(101)).toStrictEqual({ [LIBRARY_BLOCK]: 'false' });
    expect(said(100)).toStrictEqual({ [GALLERY_BLOCK]: 'false', [LIBRARY_BLOCK]: 'false' });
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
    const again = { at: 70_005, from: 70_000, until: 70_010 };
    const confirmedSince = knowing(
      { ...due, prior: open },
      { written: { [GALLERY_BLOCK]: { closed: [plan, again] } } },
    );
    expect(prior(confirmedSince), 'a later closing was confirmed').toStrictEqual(open);
  });

  test('of somebody of whom nothing is known says nothing', () => {
    expect(withHistory(nothingKnown, seeing({ [GALLERY_BLOCK]: 'false' }), registry)).toEqual(nothingKnown);
  });
});
