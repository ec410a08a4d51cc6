import { expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { holdingsOf } from '../../src/rules/holdings.ts';
import { heldAddresses, inheritedDecisions } from '../../src/rules/r8-inherit.ts';
import { alsoHolds, unrecordedAddresses } from '../../src/rules/r8-other-addresses.ts';
import type { Sight } from '../../src/rules/sight.ts';
import { type Holding, nothingKnown } from '../../src/rules/state.ts';
import { testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed } from '../helpers/state.ts';

const about = (addressHash: string | undefined, recordedAt: number, body: object = { kind: 'planned' }) =>
  ({ recordedAt: ourTime(recordedAt), ...(addressHash && { addressHash }), body }) as LedgerEntry;
const showing = (primary: string | undefined, ...others: string[]): Sight => ({
  exists: true,
  ...(primary && { address: { hash: primary } }),
  others: others.map((hash) => ({ hash })),
  actual: {},
});

test('R8: the addresses of a contact are those it has, and until when it had the others', () => {
  const entries = [about('a', 10), about('b', 20), about('a', 30), about(undefined, 40)];
  const holdings = holdingsOf(entries);
  expect(holdings).toEqual(
    timed([
      { hash: 'a', from: 10 },
      { hash: 'b', from: 20 },
      { hash: 'a', from: 30 },
    ]),
  );
  expect([
    ...heldAddresses([...entries, about('x', 50, { kind: 'decision', changes: [] })], { holdings }, showing('b', 'c')),
  ]).toEqual([
    ['a', undefined],
    ['b', undefined],
    ['x', 50],
    ['c', undefined],
  ]);
  const moved = { holdings: timed<Holding[]>([...holdings, { hash: 'd', from: 40 }]) };
  expect(heldAddresses(entries, moved, showing('d')).get('a'), 'until the next address').toBe(40);
  expect(heldAddresses(entries, moved, showing('d')).get('b')).toBe(30);
  expect([...heldAddresses([], { holdings: [] }, showing(undefined, 'c'))]).toEqual([['c', undefined]]);
});

test('R8: other addresses are put into the index once, and only for somebody who opted out', () => {
  const seen = showing('a', 'b', 'c');
  expect(unrecordedAddresses(knowing(optedOutAt(1)), [about('b', 1)], seen)).toEqual(['c']);
  expect(unrecordedAddresses(knowing({ returns: [back(1)] }), [], seen)).toEqual([]);
  expect(unrecordedAddresses(nothingKnown, [], seen)).toEqual([]);
  const two = { ...nothingKnown, companies: { ...knowing({}).companies, ...knowing(optedOutAt(1)).companies } };
  expect(
    unrecordedAddresses(
      {
        ...two,
        companies: {
          none: two.companies['museum'] as never,
          museum: { returns: [], awaiting: [], prior: {}, grace: {} },
        },
      },
      [],
      seen,
    ),
  ).toEqual(['b', 'c']);
  expect(alsoHolds).toEqual({
    rule: 'R8',
    outcome: 'noted',
    reason: 'another address of the person: the opt-out holds for it too',
    changes: [],
  });
});

const registry = testRegistry();
const nobody = { entries: [], state: nothingKnown };

test('R8: one ledger after the other is inherited from, each on what the ones before brought', () => {
  const others = [100, 300, 200].map((at, i) => ({
    contact: String(i),
    state: knowing(optedOutAt(at)),
    hash: 'a',
  }));
  expect(inheritedDecisions(nobody, others, showing('a'), registry).map(({ changes }) => changes[0])).toEqual([
    { type: 'linked', contacts: ['0'] },
    { type: 'linked', contacts: ['1'] },
  ]);
  const until = { contact: '9', state: knowing(optedOutAt(100)), hash: 'a' };
  expect(inheritedDecisions(nobody, [{ ...until, heldUntil: hubspotTime(99) }], showing('a'), registry)).toEqual([]);
  expect(inheritedDecisions(nobody, [{ ...until, heldUntil: hubspotTime(100) }], showing('a'), registry)).toHaveLength(
    1,
  );
});
