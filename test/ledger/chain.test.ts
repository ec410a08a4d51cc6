import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import { findBreak, nextEntry } from '../../src/ledger/chain.ts';
import type { EntryBody, LedgerEntry } from '../../src/rules/entry.ts';

const CONTACT = { portal: 1, contact: '101' };
const body: EntryBody = { kind: 'planned', before: { 'subscription:501': 'SUBSCRIBED' }, intended: {} };

function chain(length: number): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (let i = 0; i < length; i++) {
    const personal = { salt: `salt ${i}`, address: 'anna@example.at' };
    entries.push(
      nextEntry(CONTACT, entries.at(-1), { recordedAt: ourTime(1000 + i), body, addressHash: 'h', personal }),
    );
  }
  return entries;
}
const replace = (entries: LedgerEntry[], index: number, change: Partial<LedgerEntry>) =>
  entries.map((entry, i) => (i === index ? { ...entry, ...change } : entry));

describe('the hash chain', () => {
  test('holds when untouched, whatever the order of keys', () => {
    const shuffled = chain(3).map((entry) => Object.fromEntries(Object.entries(entry).reverse()) as LedgerEntry);
    expect(findBreak(shuffled)).toBeUndefined();
  });

  test('still holds when personal data was erased', () => {
    expect(findBreak(chain(3).map(({ personal: _, ...rest }) => rest))).toBeUndefined();
  });

  test.each<[string, LedgerEntry[], number, RegExp]>([
    ['altered content', replace(chain(3), 1, { recordedAt: ourTime(9) }), 2, /content was altered/],
    ['altered address hash', replace(chain(3), 1, { addressHash: 'x' }), 2, /content was altered/],
    ['altered personal data', replace(chain(3), 1, { personal: { salt: 'salt 1', address: 'x' } }), 2, /personal data/],
    ['a removed entry', chain(3).toSpliced(1, 1), 3, /missing/],
    ['a removed first entry', chain(3).slice(1), 2, /missing/],
    ['another chain’s entry', replace(chain(3), 1, { previous: 'other' }), 2, /does not follow/],
  ])('%s shows', (_, entries, seq, fault) => {
    const found = findBreak(entries);
    expect(found?.seq).toBe(seq);
    expect(found?.fault).toMatch(fault);
  });
});
