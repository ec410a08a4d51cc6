import { describe, expect, test } from 'vitest';
import { RetryableError } from '../../src/errors.ts';
import { applyChanges } from '../../src/rules/apply-changes.ts';
import type { Change } from '../../src/rules/decision.ts';
import { replay } from '../../src/rules/evolve.ts';
import { holdingsOf } from '../../src/rules/holdings.ts';
import { type ContactState, nothingKnown } from '../../src/rules/state.ts';
import { decided, planned } from '../helpers/entries.ts';
import { testRegistry } from '../helpers/registry.ts';
import { back, type InMs, knowing, timed } from '../helpers/state.ts';

const registry = testRegistry();
const withChanges = (state: ContactState, ...changes: InMs<Change>[]) => applyChanges(state, timed<Change[]>(changes));

describe('R7: what the owner’s click was used for', () => {
  const clicked = knowing({}, { confirmedAt: 200, confirmedFor: ['museum'] });
  const click = (at: number, ...companies: string[]): InMs<Change> => ({ type: 'confirmed', at, companies });

  test.each<[string, InMs<Change>, number, string[]]>([
    ['a newer click is used for its own companies only', click(201, 'theatre'), 201, ['theatre']],
    ['a newer click that was used for none is free', { type: 'confirmed', at: 201 }, 201, []],
    ['the same click is used for one company more', click(200, 'theatre', 'museum'), 200, ['museum', 'theatre']],
    ['the same click, told again, stays used', { type: 'confirmed', at: 200 }, 200, ['museum']],
    ['an older click says nothing of the newer one', click(199, 'theatre'), 200, ['museum']],
  ])('%s', (_, change, confirmedAt, confirmedFor) => {
    expect(withChanges(clicked, change)).toMatchObject({ confirmedAt, confirmedFor });
  });

  test('a click that was used for none yet', () => {
    expect(withChanges(knowing({}, { confirmedAt: 200 }), click(200, 'museum')).confirmedFor).toEqual(['museum']);
  });
});

describe('a return', () => {
  const come = (...returns: ReturnType<typeof back>[]): InMs<Change>[] =>
    returns.map((one) => ({ type: 'return', company: 'museum', return: one }));
  const museum = (state: ContactState, ...changes: InMs<Change>[]) =>
    withChanges(state, ...changes).companies['museum'];

  test('R7: ends expired submissions that are not later; a late click can confirm later ones', () => {
    const waited = (at: number) => ({ ...back(at), until: 900 });
    const expired = [waited(199), waited(200), waited(201)];
    expect(museum(knowing({ expired }), ...come(back(200)))?.expired).toEqual([waited(201)]);
    expect(museum(knowing({}), ...come(back(200)))).not.toHaveProperty('expired');
  });

  test('R6: by one form to two brands is two returns, since the form may have been given to another brand', () => {
    const [first, second] = [back(200, { brand: 'gallery' }), back(300, { brand: 'library' })];
    expect(museum(nothingKnown, ...come(first, second))?.returns).toEqual([first, second]);
  });

  test('R8: by one form with two addresses is two returns, since each opens what it names at its own address', () => {
    const [first, second] = [back(200, { by: 'a' }), back(300, { by: 'b' })];
    expect(museum(nothingKnown, ...come(first, second))?.returns).toEqual([first, second]);
    const [again] = [back(400, { by: 'a' })];
    expect(museum(nothingKnown, ...come(first, second, again))?.returns).toEqual([second, again]);
  });
});

test('R8: HubSpot’s history tells which addresses the record held, and says nothing besides', () => {
  const held = [
    { hash: 'a', from: 100 },
    { hash: 'b', from: 200 },
  ];
  const state = replay([decided({ at: 300 }, [{ type: 'held', addresses: held }])], registry);
  expect(state).toStrictEqual({ ...nothingKnown, address: 'b', holdings: held });
});

test('R8: what was seen after HubSpot’s history was told stays known, in whatever order entries came', () => {
  const ofAB = decided({ at: 300 }, [
    {
      type: 'held',
      addresses: [
        { hash: 'a', from: 100 },
        { hash: 'b', from: 200 },
      ],
    },
  ]);
  const ofC = planned({ at: 400, about: 'c' });
  for (const entries of [
    [ofAB, ofC],
    [ofC, ofAB],
  ]) {
    expect(replay(entries, registry).holdings).toEqual(holdingsOf(entries));
  }
  expect(replay([ofAB, ofC], registry).holdings.map(({ hash }) => hash)).toEqual(['a', 'b', 'c']);
});

test.each([
  ['a change of type something-new', decided({ at: 1 }, [{ type: 'something-new' } as never])],
  ['an entry of kind something-new', { recordedAt: 1, body: { kind: 'something-new' } } as never],
])('%s, which a newer version wrote, waits for that version, a quarter of an hour at a time', (what, entry) => {
  const read = () => replay([entry], registry);
  expect(read).toThrow(RetryableError);
  expect(read).toThrow(`the ledger holds ${what}, which a newer version wrote`);
  expect(read).toThrow(expect.objectContaining({ afterMs: 900_000 }));
});
