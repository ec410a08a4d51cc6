import { expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { heldAddresses, inheritedDecisions } from '../../src/rules/r8-inherit.ts';
import { alsoHolds, unrecordedAddresses } from '../../src/rules/r8-other-addresses.ts';
import type { Sight } from '../../src/rules/sight.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import { forms } from '../helpers/registry.ts';
import { back, knowing, optedOutAt } from '../helpers/state.ts';

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
  expect([...heldAddresses(entries, showing('b', 'c'))]).toEqual([
    ['a', 30],
    ['b', undefined],
    ['c', undefined],
  ]);
  expect([...heldAddresses([], showing(undefined, 'c'))]).toEqual([['c', undefined]]);
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

test.each([
  ['a return', 'return'],
  ['a submission that waited', 'awaiting'],
] as const)('R8: %s by the owner of the address stays one; anybody else’s undoes no "no"', (_, type) => {
  const other = { contact: '2', state: knowing(optedOutAt(100)), hashes: new Set(['a']) };
  const ours = knowing({ returns: [back(200, { form: forms.doubleOptIn })] });
  const submission = back(200, { form: forms.doubleOptIn });
  const change =
    type === 'return'
      ? { type, company: 'museum', return: submission }
      : { type, company: 'museum', awaiting: submission };
  const decided = (hash: string | undefined) =>
    about(hash, 1, { kind: 'decision', changes: [{ type: 'erased' }, change] });
  const inheritedAt = (...entries: LedgerEntry[]) =>
    inheritedDecisions(ours, entries, [other]).flatMap(({ changes }) =>
      changes.flatMap((one) => (one.type === 'company-opt-out' ? [one.at] : [])),
    );
  expect(inheritedAt(decided('a'))).toEqual([100]);
  expect(inheritedAt(decided('b'))).toEqual([200]);
  expect(inheritedAt(decided(undefined))).toEqual([200]);
  expect(inheritedAt(about('a', 1, { kind: 'planned', changes: [] }))).toEqual([200]);
});

test('R8: one ledger after the other is inherited from, each on what the ones before brought', () => {
  const others = [100, 300, 200].map((at, i) => ({
    contact: String(i),
    state: knowing(optedOutAt(at)),
    hashes: new Set(['a']),
  }));
  expect(inheritedDecisions(nothingKnown, [], others).map(({ changes }) => changes[0])).toEqual([
    { type: 'linked', contacts: ['0'] },
    { type: 'linked', contacts: ['1'] },
  ]);
  const until = { contact: '9', state: knowing(optedOutAt(100)), hashes: new Set(['a']) };
  expect(inheritedDecisions(nothingKnown, [], [{ ...until, heldUntil: hubspotTime(99) }])).toEqual([]);
  expect(inheritedDecisions(nothingKnown, [], [{ ...until, heldUntil: hubspotTime(100) }])).toHaveLength(1);
});
