import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/rules/decision.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { readingFor } from '../../src/rules/r8-whose-word.ts';
import { holdings } from '../helpers/holdings.ts';
import { GALLERY_BLOCK, GALLERY_NEWS } from '../helpers/registry.ts';
import { timed } from '../helpers/state.ts';

const about = (addressHash: string | undefined, body: object): LedgerEntry =>
  ({ recordedAt: 0, ...(addressHash !== undefined && { addressHash }), body }) as never;
const decided = (change: Change, addressHash?: string) => about(addressHash, { kind: 'decision', changes: [change] });

/** Of these addresses, those for which a change counts that a record said that held `held`. */
function countsFor(change: Change, held: string): string {
  const entry = decided(change);
  const counts = (address: string) => readingFor(address, [entry], holdings(held)).changeOf(entry, change) === change;
  return ['A', 'B', 'C'].filter(counts).join(' ');
}

describe('R8: a "no" to a newsletter or brand', () => {
  const ownNo = (control: string, at: number, address?: string) =>
    timed<Change>({ type: 'own-no', control, at, ...(address !== undefined && { address }) });

  test.each([
    ['a status is of the address; the "no" goes along with the record', ownNo(GALLERY_NEWS, 100), 'A B'],
    ['so does a "no" of the very moment of the change', ownNo(GALLERY_NEWS, 200), 'A B'],
    ['said after the change of the address, the "no" is of the new one', ownNo(GALLERY_NEWS, 300), 'B'],
    ['the address that the "no" names decides, and not which one the record held', ownNo(GALLERY_NEWS, 300, 'A'), 'A'],
    ['a property is of the record, whatever its address is', ownNo(GALLERY_BLOCK, 300), 'A B C'],
  ])('%s', (_, change, expected) => {
    expect(countsFor(change, 'A@0 B@200')).toBe(expected);
  });

  test('comes back with the address, when the record held another one in between', () => {
    expect(countsFor(ownNo(GALLERY_NEWS, 300), 'A@0 B@200 A@400')).toBe('A B');
  });

  test('counts for whoever asks while nobody knows which address the record held', () => {
    expect(countsFor(ownNo(GALLERY_NEWS, 100), '')).toBe('A B C');
  });
});

test('R5, R8: an opt-in that waits for its form waits for the address that the record held, and does not go along', () => {
  const grace = (at: number) =>
    timed<Change>({ type: 'grace', company: 'museum', control: GALLERY_NEWS, at, until: at + 9, source: {} as never });
  expect(countsFor(grace(100), 'A@0 B@200')).toBe('A');
  expect(countsFor(grace(200), 'A@0 B@200')).toBe('B');
  expect(countsFor(grace(100), '')).toBe('A B C');
});

test('R8: what became of the record is known for whichever address is asked for', () => {
  expect(countsFor({ type: 'gone', gone: true }, 'A@0 B@200')).toBe('A B C');
});

describe('R8: what HubSpot held for an address holds for the address asked for', () => {
  test.each([
    ['if the entry is of that address', 'B', 'B', 300, true],
    ['if the entry names none', undefined, 'B', 300, true],
    ['if the record took that address over later', 'A', 'B', 100, true],
    ['and not, if the record held that address already', 'A', 'B', 300, false],
    ['and not, if the record took that address over in the same moment', 'A', 'B', 200, false],
    ['and not, if the record never held that address', 'A', 'C', 100, false],
    ['and not, if the record held that address before', 'B', 'A', 300, false],
  ])('%s', (...[, named, asked, recordedAt, expected]) => {
    const entry = { ...about(named, { kind: 'applied' }), recordedAt: timed<LedgerEntry['recordedAt']>(recordedAt) };
    expect(readingFor(asked, [entry], holdings('A@0 B@200')).isAbout(entry)).toBe(expected);
  });

  test('and not, if the record had that address before, and took it over again', () => {
    const entry = { ...about('B', { kind: 'applied' }), recordedAt: timed<LedgerEntry['recordedAt']>(300) };
    expect(readingFor('A', [entry], holdings('A@0 B@200 A@400')).isAbout(entry)).toBe(false);
  });

  test('whatever the entry names, if nobody is asked for', () => {
    const entry = about('A', { kind: 'applied' });
    expect(readingFor(undefined, [entry], []).isAbout(entry)).toBe(true);
  });
});

describe('R8: a return is by the address that was submitted', () => {
  const submission = (at: number, by?: string) => ({ form: 'f', at, ...(by !== undefined && { by }) });
  const back = (at: number, by?: string) =>
    timed<Change>({ type: 'return', company: 'museum', return: submission(at, by) });
  const waiting = (at: number, by?: string) =>
    timed<Change>({ type: 'awaiting', company: 'museum', awaiting: { ...submission(at, by), until: at + 1000 } });
  /** How a ledger's last change reads when nobody is asked for. */
  const lastOf = (held: string, ...entries: LedgerEntry[]) => {
    const last = entries.at(-1) as LedgerEntry;
    const change = last.body.kind === 'decision' ? last.body.changes[0] : undefined;
    return readingFor(undefined, entries, holdings(held)).changeOf(last, change as Change);
  };

  test.each([
    ['which the return itself names', [decided(back(100, 'B'), 'C')], 'B'],
    ['which an older version’s entry names', [decided(back(100), 'B')], 'B'],
    ['which the entry of the waiting submission names', [decided(waiting(100), 'B'), decided(back(100))], 'B'],
    [
      'each submission by its own, of one form at two times',
      [decided(waiting(100), 'B'), decided(waiting(110), 'C'), decided(back(100))],
      'B',
    ],
    ['or else the one that the record held then', [decided(waiting(99), 'B'), decided(back(100))], 'A'],
  ])('%s', (_, entries, expected) => {
    expect(lastOf('A@0 B@200', ...entries)).toStrictEqual(back(100, expected));
  });

  test('and by nobody, where no address is known', () => {
    expect(lastOf('', decided(back(100)))).toStrictEqual(back(100));
  });

  test.each([
    [
      'a waiting submission of an older version is by the address that its entry names',
      decided(waiting(100), 'B'),
      'B',
    ],
    ['a waiting submission is by the address that it names', decided(waiting(100, 'B'), 'C'), 'B'],
    ['a waiting submission of which nothing names an address is by nobody', decided(waiting(100)), undefined],
  ])('%s', (_, entry, expected) => {
    expect(lastOf('A@0', entry)).toStrictEqual(waiting(100, expected));
  });
});
