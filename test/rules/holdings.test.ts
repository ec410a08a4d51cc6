import { describe, expect, test } from 'vitest';
import { hubspotTime } from '../../src/clocks.ts';
import { entriesAbout, holderAt, holdingsOf, sayerOf } from '../../src/rules/holdings.ts';
import type { Holding } from '../../src/rules/state.ts';
import { applied, decided, planned } from '../helpers/entries.ts';
import { back, timed } from '../helpers/state.ts';

const A_THEN_B = timed<Holding[]>([
  { hash: 'a', from: 100 },
  { hash: 'b', from: 200 },
]);

describe('R8: an address that a record is seen to hold is known', () => {
  const seenFirst = planned({ at: 100, about: 'a' });
  test.each([
    ['by a plan', planned({ at: 200, about: 'b' }), A_THEN_B],
    ['by what HubSpot took', applied({ at: 200, about: 'b' }), A_THEN_B],
    [
      'by the form that named it, from the submission on',
      decided({ at: 250, about: 'b' }, [{ type: 'return', company: 'museum', return: back(200) }]),
      A_THEN_B,
    ],
    [
      'by HubSpot’s history, in whatever order the history tells',
      decided({ at: 250, about: 'b' }, [{ type: 'held', addresses: A_THEN_B.toReversed() }]),
      A_THEN_B,
    ],
    ['not anew by being seen once more', planned({ at: 200, about: 'a' }), A_THEN_B.slice(0, 1)],
    ['not by what is told late', applied({ at: 200, about: 'b' }, { unfinished: true }), A_THEN_B.slice(0, 1)],
    ['not by a decision that only names it', decided({ at: 200, about: 'b' }, []), A_THEN_B.slice(0, 1)],
    ['not by what was seen in the moment of the first', planned({ at: 100, about: 'b' }), A_THEN_B.slice(0, 1)],
  ])('%s', (_, entry, expected) => {
    expect(holdingsOf([seenFirst, entry])).toEqual(expected);
  });
});

test.each([
  [99, 'a', 'a'],
  [100, 'a', 'a'],
  [199, 'a', 'a'],
  [200, 'b', 'a'],
  [201, 'b', 'b'],
])(
  'R8: a record that has had address a since 100 and b since 200 held at %i %s, and a "no" of then was said with %s',
  (ms, holder, sayer) => {
    const at = hubspotTime(ms);
    expect([holderAt(A_THEN_B, at), sayerOf(A_THEN_B, at)]).toEqual([holder, sayer]);
  },
);

test('R8: of a record of which no address is known nobody is the holder', () => {
  expect([holderAt([], hubspotTime(1)), sayerOf([], hubspotTime(1))]).toEqual([undefined, undefined]);
});

describe('what is told of an address (Art. 15(4) GDPR)', () => {
  const [ofA, ofB] = [planned({ at: 100, about: 'a' }), planned({ at: 200, about: 'b' })];
  test.each([
    [
      'a decision on what happened before the change, however late it was recorded',
      decided({ at: 900 }, [], { occurredAt: 150 }),
      'a',
    ],
    ['a decision on what happened after the change', decided({ at: 900 }, [], { occurredAt: 201 }), 'b'],
    ['a plan from before the change', planned({ at: 150 }), 'a'],
    ['a plan from after the change', planned({ at: 201 }), 'b'],
  ])('%s', (_, entry, holder) => {
    const told = (address: string) => entriesAbout(address, [ofA, ofB, entry]).includes(entry);
    expect([told('a'), told('b')]).toEqual([holder === 'a', holder === 'b']);
  });

  test('all that names no address, where nobody knows which address the record held', () => {
    const entries = [decided({ at: 100 }, []), planned({ at: 200 })];
    expect(entriesAbout('a', entries)).toEqual(entries);
  });
});
