import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { foresee, nextStep } from '../../src/rules/next-step.ts';
import type { OtherLedger } from '../../src/rules/r8-inherit.ts';
import type { Sight } from '../../src/rules/sight.ts';
import type { ContactState } from '../../src/rules/state.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import { forms, GALLERY, GALLERY_BLOCK, LIBRARY, MUSEUM, museumControls, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, webhook } from '../helpers/state.ts';

const registry = testRegistry();
const NOW = ourTime(1000);
const closed = knowing(optedOutAt(100));
const known = (state: ContactState, others?: readonly OtherLedger[]) => ({
  contact: '1',
  entries: [],
  state,
  ...(others !== undefined && { others }),
});
const open = Object.fromEntries(museumControls.map((key) => [key, 'NOT_SPECIFIED']));
const sight: Sight = { exists: true, address: { hash: 'a', statuses: [] }, others: [], actual: open };

describe('before HubSpot is looked at', () => {
  const look = (state: ContactState, others?: readonly OtherLedger[]) =>
    nextStep(known(state, others), undefined, registry, NOW);

  test('a contact of whom nothing is known rests', () => {
    expect(look(nothingKnown)).toStrictEqual({ do: 'rest' });
  });

  test('an opt-out is compared with HubSpot', () => {
    const step = look(closed);
    expect(step).toMatchObject({ do: 'look', at: { identify: false } });
    expect(step.do === 'look' && [...step.at.desired.keys()]).toEqual(museumControls);
  });

  test('a return by which nothing is to be opened is compared with HubSpot, too: else the lift stayed due for ever', () => {
    const company = { ...optedOutAt(100), returns: [back(200, { by: 'former' })] };
    const state = knowing(company, { address: 'a' });
    expect(look(state)).toMatchObject({ do: 'look', at: { identify: false } });
    expect(look(knowing({ ...company, liftedOptOut: hubspotTime(100) }, { address: 'a' }))).toStrictEqual({
      do: 'rest',
    });
  });

  test('a contact whose addresses are looked up is looked at, whatever is desired', () => {
    expect(look(nothingKnown, [])).toMatchObject({ do: 'look', at: { identify: true } });
  });

  test('a contact that is part of another one rests, even if its addresses are to be looked up', () => {
    expect(look({ ...closed, mergedInto: '2' })).toStrictEqual({ do: 'rest' });
    expect(look({ ...closed, mergedInto: '2' }, [])).toStrictEqual({ do: 'rest' });
  });

  test('what only time decides comes first', () => {
    const waits = knowing({ awaiting: [{ ...back(200, { form: forms.doubleOptIn }), until: 1000 }] });
    expect(look(waits)).toMatchObject({ do: 'record', decisions: [{ rule: 'R7', outcome: 'expired' }] });
  });

  test('a contact that waits rests until the wait ends', () => {
    const waits = knowing({ awaiting: [{ ...back(200, { form: forms.doubleOptIn }), until: 1001 }] });
    expect(look(waits)).toStrictEqual({ do: 'rest', until: 1001 });
  });
});

describe('a contact that HubSpot does not know', () => {
  test.each<[string, ContactState, object]>([
    ['is given up', closed, { do: 'give-up', why: 'HubSpot knows no such contact' }],
    ['rests when its deletion was told', { ...closed, gone: true }, { do: 'rest' }],
    ['rests when nothing is desired', nothingKnown, { do: 'rest' }],
  ])('%s', (_, state, step) => {
    expect(nextStep(known(state), null, registry, NOW)).toStrictEqual(step);
  });
});

test('a contact that HubSpot does not show yet is looked for again for five minutes after its newest entry', () => {
  const entry = (recordedAt: number) => ({
    ...known(closed),
    entries: [{ recordedAt: ourTime(recordedAt) } as LedgerEntry],
  });
  const why = 'HubSpot knows no such contact';
  expect(nextStep(entry(0), null, registry, ourTime(299_999))).toEqual({ do: 'look-again', why });
  expect(nextStep(entry(0), null, registry, ourTime(300_000))).toEqual({ do: 'give-up', why });
  const undemanding = { ...entry(0), state: nothingKnown };
  expect(nextStep(undemanding, null, registry, ourTime(1)), 'nothing is desired of it').toEqual({ do: 'rest' });
  const created = { ...undemanding, since: ourTime(0) };
  expect(nextStep(created, null, registry, ourTime(1)), 'it was just created').toEqual({ do: 'look-again', why });
});

describe('a contact that was looked at', () => {
  test('is written', () => {
    const step = nextStep(known(closed), sight, registry, NOW);
    expect(step.do === 'write' && step.plan.writes.map(({ control }) => control.key)).toEqual(museumControls);
  });

  test('is closed and not lifted when its record is gone', () => {
    const gone = { ...sight, exists: false };
    const back200 = knowing({ ...optedOutAt(100), returns: [back(200)] });
    const lifted = nextStep(known(back200), gone, registry, NOW);
    expect(lifted.do === 'write' && [...lifted.desired.keys()]).toEqual([]);
    const step = nextStep(known(closed), gone, registry, NOW);
    expect(step.do === 'write' && [...step.desired.keys()]).toEqual(museumControls);
  });

  test('inherits first what other ledgers say of its addresses', () => {
    const others: OtherLedger[] = [{ contact: '2', state: closed, hash: 'a' }];
    expect(nextStep(known(nothingKnown, others), sight, registry, NOW)).toEqual({
      do: 'record',
      decisions: [
        {
          rule: 'R8',
          outcome: 'inherited',
          reason: 'the address was opted out as contact 2; the opt-out belongs to the address',
          changes: [
            { type: 'linked', contacts: ['2'] },
            { type: 'company-opt-out', companies: ['museum'], at: 100, source: webhook, address: 'a', taken: true },
          ],
        },
      ],
    });
  });

  test('closes other addresses, too', () => {
    const others = [{ hash: 'b', statuses: [] }];
    const step = nextStep(known(closed), { ...sight, others }, registry, NOW);
    expect(step.do === 'write' && new Set(step.also.map(({ address }) => address))).toEqual(new Set(['b']));
  });
});

describe('foresee', () => {
  test('records nothing, and ends with what convergence would write', () => {
    const shown: Sight = {
      ...sight,
      address: {
        hash: 'a',
        statuses: [{ subscriptionId: 501, status: 'UNSUBSCRIBED', source: 'Recipient', at: hubspotTime(300) }],
      },
    };
    const back200 = knowing({ ...optedOutAt(100), returns: [back(200)], prior: { [GALLERY_BLOCK]: 'false' } });
    const step = foresee(known(back200), shown, registry, NOW);
    const keys = step.do === 'write' ? step.plan.writes.map(({ control, direction }) => [control.key, direction]) : [];
    expect(keys).toContainEqual([MUSEUM, 'closed']);
    expect(keys).toContainEqual([GALLERY, 'closed']);
    expect(keys).toContainEqual([LIBRARY, 'closed']);
  });

  test('lets time pass first: a grace that has ended is no grace', () => {
    const grace = { [LIBRARY]: { at: 200, until: 900, source: webhook } };
    const step = foresee(known(knowing({ ...optedOutAt(100), grace })), sight, registry, NOW);
    expect(step.do === 'write' && step.plan.deferred).toEqual([]);
    const later = { [LIBRARY]: { at: 200, until: 1001, source: webhook } };
    const waits = foresee(known(knowing({ ...optedOutAt(100), grace: later })), sight, registry, NOW);
    expect(waits.do === 'write' && waits.plan.deferred).toEqual([LIBRARY]);
  });

  test('rests where nothing is desired', () => {
    expect(foresee(known(nothingKnown), sight, registry, NOW)).toStrictEqual({ do: 'rest' });
  });
});
