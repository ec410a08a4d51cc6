import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import { nextStep } from '../../src/rules/next-step.ts';
import type { ShownStatus } from '../../src/rules/sight.ts';
import type { CompanyState, ContactState } from '../../src/rules/state.ts';
import { GALLERY, museumControls, testRegistry } from '../helpers/registry.ts';
import { planned, shows, write } from '../helpers/shown.ts';
import { back, type InMs, knowing, optedOutAt } from '../helpers/state.ts';

/** R5: an opening of a brand’s type while the opt-out stood, of which no webhook told, and which HubSpot’s status shows. */

const registry = testRegistry();
const NOW = ourTime(200_000);
const OPT_OUT = 100_000;
const closed = optedOutAt(OPT_OUT);
const due = { ...closed, returns: [back(120_000)] };
/** The same opt-out, as another record brought it. */
const takenOver = { optOut: { ...closed.optOut, taken: true } } as Partial<InMs<CompanyState>>;

/** The plan where HubSpot shows a brand’s type as subscribed since a moment (ms). */
function planOf(
  company: Partial<InMs<CompanyState>>,
  at: number,
  more: Partial<InMs<ContactState>> = {},
  status: Partial<ShownStatus> = {},
) {
  const state = knowing(company, more);
  const statuses = [shows('SUBSCRIBED', at, { subscriptionId: 511, source: 'Import', ...status })];
  const actual = {
    ...Object.fromEntries(museumControls.map((key) => [key, 'NOT_SPECIFIED'])),
    [GALLERY]: 'SUBSCRIBED',
  };
  const sight = { exists: true, address: { hash: 'a', statuses }, others: [], actual };
  const step = nextStep({ contact: '1', entries: [], state }, sight, registry, NOW);
  if (step.do !== 'write') throw new Error(step.do);
  const found = step.plan.writes.find(({ control }) => control.key === GALLERY);
  return { before: step.plan.before[GALLERY], written: found?.value };
}

describe('a fan-out', () => {
  test('records no earlier value of a type that somebody opened after the opt-out', () => {
    expect(planOf(closed, OPT_OUT + 1)).toEqual({ before: 'UNSEEN', written: 'UNSUBSCRIBED' });
  });

  test.each<[string, number, Partial<InMs<ContactState>>]>([
    ['before the opt-out', OPT_OUT, {}],
    ['before the record held the address', 150_000, holding(150_000)],
    ['before another record became part of this one, and brought the opt-out', 150_000, brought(150_000)],
    ['by us', 110_000, { written: { [GALLERY]: { open: [write(110_000)] } } }],
    ['perhaps by us', 50_000, { ...closedAt(40_000), written: { [GALLERY]: { open: [planned] } } }],
  ])('records the value of a type that was opened %s', (_, at, { companies, ...more }) => {
    const company = (companies?.['museum'] ?? closed) as Partial<InMs<CompanyState>>;
    expect(planOf(company, at, more)).toEqual({ before: 'SUBSCRIBED', written: 'UNSUBSCRIBED' });
  });
});

describe('a lift', () => {
  test('closes a brand’s type that somebody opened while the opt-out stood', () => {
    expect(planOf(due, 110_000)).toEqual({ before: 'UNSEEN', written: 'UNSUBSCRIBED' });
  });

  test.each([
    ['after the return', 120_001],
    ['within the second before the return, which HubSpot’s times do not tell apart', 119_000],
    ['before the opt-out', 99_999],
  ])('leaves a type open that somebody opened %s', (_, at) => {
    expect(planOf(due, at).written).toBeUndefined();
  });

  test('takes a type back to what it was that nobody had ever set, and that somebody opened while the opt-out stood', () => {
    const prior = { [GALLERY]: 'NOT_SPECIFIED' };
    expect(planOf({ ...due, prior }, 110_000)).toEqual({ before: 'SUBSCRIBED', written: 'NOT_SPECIFIED' });
    expect(planOf({ ...due, prior }, 130_000), 'after the return').toMatchObject({ written: undefined });
  });

  test('leaves a type open that was open before the opt-out, and that somebody opened again', () => {
    expect(planOf({ ...due, prior: { [GALLERY]: 'SUBSCRIBED' } }, 110_000).written).toBeUndefined();
  });

  test('closes what somebody opened between a submission and the click that confirmed it: the opt-out stood until the click', () => {
    const clicked = back(105_000, { confirmedAt: 120_000 });
    expect(planOf({ ...closed, returns: [clicked, back(130_000)] }, 110_000).written).toBe('UNSUBSCRIBED');
    expect(planOf({ ...closed, returns: [back(105_000)] }, 110_000).written).toBeUndefined();
  });

  test('closes what somebody opened before a merge at an address that a fan-out had closed before', () => {
    const merged = { address: 'a', mergedAt: 115_000 };
    const prior = { [`${GALLERY} of a`]: 'UNSUBSCRIBED' };
    expect(planOf({ ...due, prior }, 110_000, merged).written).toBe('UNSUBSCRIBED');
    expect(planOf({ ...due, ...takenOver }, 110_000, merged).written, 'another record’s opt-out').toBeUndefined();
    expect(planOf(due, 110_000, merged).written, 'this record’s own opt-out, heard of late').toBe('UNSUBSCRIBED');
  });

  test('leaves open what the form names', () => {
    expect(planOf({ ...closed, returns: [back(120_000, { brand: 'gallery' })] }, 110_000).written).toBeUndefined();
  });

  test('that was made closes nothing any more', () => {
    expect(
      planOf(
        {
          ...due,
          liftedOptOut: OPT_OUT,
          returns: [back(120_000), back(130_000, { brand: 'library' })],
          liftedUpTo: 120_000,
        },
        110_000,
      ).written,
    ).toBeUndefined();
  });
});

function holding(from: number): Partial<InMs<ContactState>> {
  return {
    holdings: [
      { hash: 'b', from: 0 },
      { hash: 'a', from },
    ],
  };
}

function closedAt(at: number): Partial<InMs<ContactState>> {
  return { companies: knowing(optedOutAt(at)).companies } as never;
}

function brought(mergedAt: number): Partial<InMs<ContactState>> {
  return { companies: knowing(takenOver).companies, mergedAt } as never;
}
