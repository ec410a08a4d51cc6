import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/rules/decision.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { LOOK_AGAIN_MS } from '../../src/rules/r5-repeated.ts';
import { applied, decided, museumOptOut, planned } from '../helpers/entries.ts';
import { GALLERY, LIBRARY, testRegistry } from '../helpers/registry.ts';
import { back, type InMs, webhook } from '../helpers/state.ts';

const registry = testRegistry();
const replayed = (...entries: LedgerEntry[]) => replay(entries, registry);
const optOut = decided({ at: 100 }, [museumOptOut(100)]);
const refusal = decided({ at: 200 }, [], {
  rule: 'R5',
  outcome: 'refused',
  source: webhook,
  signal: { id: 'x', kind: 'control', control: GALLERY, to: 'open' },
});
const theReturn: InMs<Change> = { type: 'return', company: 'museum', return: back(300) };
const click: InMs<Change> = { type: 'confirmed', at: 300, companies: ['museum'] };

describe('R5: after the refusal of an opening', () => {
  test('HubSpot is looked at once more, two minutes after the refusal was recorded', () => {
    expect(replayed(optOut, refusal).lookAgainAt).toBe(200 + LOOK_AGAIN_MS);
  });

  test('but not after the refusal of a grace that ended: nobody opened anything now', () => {
    const ended = decided({ at: 200 }, [{ type: 'grace-expired', company: 'museum', control: GALLERY }], {
      rule: 'R5',
      outcome: 'refused',
    });
    expect(replayed(optOut, ended).lookAgainAt).toBeUndefined();
  });

  test('nor after an opening on which another rule decided', () => {
    const allowed = decided({ at: 200 }, [], {
      rule: 'R4',
      outcome: 'noted',
      signal: { id: 'x', kind: 'control', control: GALLERY, to: 'open' },
    });
    expect(replayed(optOut, allowed).lookAgainAt).toBeUndefined();
  });

  test.each<[string, InMs<Change>[], 'kept' | 'forgotten']>([
    ['a decision that changes nothing', [], 'kept'],
    ['a click that no submission waits for', [click], 'kept'],
    ['a return', [theReturn], 'forgotten'],
    ['a return by a click', [click, theReturn], 'forgotten'],
  ])('the refusal is counted on after %s: %s', (_, changes, expected) => {
    const { refusals } = replayed(optOut, refusal, decided({ at: 301 }, changes));
    expect(refusals?.[GALLERY]?.since).toBe(expected === 'kept' ? 200 : undefined);
  });
});

describe('what HubSpot took of a lift', () => {
  const lift = { lifted: { museum: 100 } };
  const returned = decided({ at: 301 }, [theReturn]);
  const left = { leftAsIs: { [GALLERY]: 'HubSpot refused to open the type' } };

  test('the controls that stayed closed are known until the next lift', () => {
    const stuck = [optOut, returned, applied({ at: 400 }, { ...lift, ...left })];
    expect(replayed(optOut, returned, applied({ at: 400 })).leftClosed).toBeUndefined();
    expect(replayed(...stuck).leftClosed).toEqual([GALLERY]);
    expect(replayed(...stuck, applied({ at: 500 })).leftClosed, 'no lift').toEqual([GALLERY]);
    expect(replayed(...stuck, applied({ at: 500 }, lift)).leftClosed, 'all was opened').toEqual([]);
  });

  test('the newest return that the lift was for is known, if there is one', () => {
    const museum = (...entries: LedgerEntry[]) => replayed(optOut, ...entries).companies['museum'];
    expect(museum(returned, applied({ at: 400 }, lift))).toMatchObject({ liftedOptOut: 100, liftedUpTo: 300 });
    expect(museum(applied({ at: 400 }, lift))).not.toHaveProperty('liftedUpTo');
  });

  test('a late closing undoes the lift, also where somebody else was quicker with our opening', () => {
    const opening = planned({ at: 390 }, { before: {}, intended: { [LIBRARY]: 'SUBSCRIBED' } });
    const quicker = { before: { [LIBRARY]: 'UNSUBSCRIBED' }, after: { [LIBRARY]: 'SUBSCRIBED' } };
    const when = { direction: 'closed' as const, at: 405, from: 405, until: 405 };
    const late = applied({ at: 410 }, { unfinished: true, written: { [LIBRARY]: when } });
    const state = replayed(optOut, returned, opening, applied({ at: 400 }, { ...lift, ...quicker }), late);
    expect(state.companies['museum']).not.toHaveProperty('liftedOptOut');
    expect(state.unconverged).toBe(true);
  });
});
