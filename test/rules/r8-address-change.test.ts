import { describe, expect, test } from 'vitest';
import { millis, ourTime } from '../../src/clocks.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { addressChanges } from '../../src/rules/r8-address-change.ts';
import type { Sight } from '../../src/rules/sight.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import { holdings as heldSince } from '../helpers/holdings.ts';

const MINUTE = 60_000;
const NOW = 100;
/** Times are written in minutes. */
const holdings = (text: string) => heldSince(text, MINUTE);
const entriesAbout = (...hashes: string[]) => hashes.map((addressHash) => ({ addressHash }) as LedgerEntry);
const showing = (primary: string | undefined, history?: string): Sight => ({
  exists: true,
  ...(primary !== undefined && { address: { hash: primary } }),
  others: [],
  actual: {},
  ...(history !== undefined && { held: holdings(history) }),
});

/** What is recorded in minute 100, when the ledger knows of some addresses and HubSpot shows one and perhaps its history. */
const changes = (known: string, sight: Sight, entries: LedgerEntry[] = []) =>
  addressChanges({ state: { ...nothingKnown, holdings: holdings(known) }, entries }, sight, ourTime(NOW * MINUTE));
/** The addresses that are recorded as held, written like those of `holdings`; undefined where nothing is recorded. */
function recorded({ known, shown, history }: { known: string; shown: string; history?: string }) {
  const change = changes(known, showing(shown, history)).at(-1)?.changes[0];
  if (change?.type !== 'held') return undefined;
  return change.addresses.map(({ hash, from }) => `${hash}@${millis(from) / MINUTE}`).join(' ');
}

describe('R8: a change of the record’s address is recorded', () => {
  test('with every address and its time; each former address that no entry names gets an entry, to be found by', () => {
    const noted = { rule: 'R8', outcome: 'noted' };
    expect(changes('A@1', showing('D', 'A@1 B@20 C@30 B@40 D@50'), entriesAbout('C'))).toEqual([
      { ...noted, reason: expect.stringContaining('held before'), changes: [], about: 'A' },
      { ...noted, reason: expect.stringContaining('held before'), changes: [], about: 'B' },
      {
        ...noted,
        reason: expect.stringContaining('another address'),
        changes: [{ type: 'held', addresses: holdings('A@1 B@20 C@30 B@40 D@50') }],
        about: 'D',
      },
    ]);
  });

  test('also of a record that was deleted before anybody looked, as long as HubSpot shows it', () => {
    const gone = { ...showing('B'), exists: false } as const;
    expect(changes('A@1', gone), 'an address that is only remembered proves nothing').toEqual([]);
    expect(changes('A@1', { ...gone, archived: true })).toMatchObject([
      { about: 'A' },
      { about: 'B', changes: [{ type: 'held', addresses: holdings('A@1 B@100') }] },
    ]);
  });

  test('and the address of now gets one entry only, though the record held it before', () => {
    const about = changes('A@1 B@20', showing('A')).map((decision) => decision.about);
    expect(about).toEqual(['B', 'A']);
  });

  test.each([
    ['the history tells when', { known: 'A@1', shown: 'B', history: 'A@0 B@50' }, 'A@0 B@50'],
    ['without a history: from now on', { known: 'A@1', shown: 'B' }, 'A@1 B@100'],
    ['an empty history tells nothing', { known: 'A@1', shown: 'B', history: '' }, 'A@1 B@100'],
    [
      'nor does one that ends with another address',
      { known: 'A@1', shown: 'B', history: 'A@0 B@50 C@60' },
      'A@1 B@100',
    ],
    ['of a record of which nothing was known', { known: '', shown: 'B', history: 'A@0 B@50' }, 'A@0 B@50'],
    ['the history tells another time', { known: 'A@0 B@50', shown: 'B', history: 'A@0 B@40' }, 'A@0 B@40'],
    ['the history tells one more', { known: 'A@0 C@50', shown: 'C', history: 'A@0 B@40 C@50' }, 'A@0 B@40 C@50'],
    ['the history knows one as gone already', { known: 'A@0 B@50 A@52', shown: 'B', history: 'A@0 B@50' }, 'A@0 B@50'],
    ['the first was another', { known: 'C@49 B@50 C@51', shown: 'C', history: 'A@0 B@50 C@51' }, 'A@0 B@50 C@51'],
  ])('%s', (_, given, expected) => {
    expect(recorded(given)).toBe(expected);
  });
});

describe('R8: nothing is recorded', () => {
  test.each([
    ['of the first address that is seen', '', 'A', undefined],
    ['of the only address that the record ever held', '', 'A', 'A@0'],
    ['of an address that is known', 'A@0 B@50', 'B', undefined],
    ['of a history that is known', 'A@0 B@50', 'B', 'A@0 B@50'],
    ['since when the record held its first address: this matters to nobody', 'A@1 B@50', 'B', 'A@0 B@50'],
  ])('%s', (_, known, primary, history) => {
    expect(changes(known, showing(primary, history))).toEqual([]);
  });

  test.each([
    ['of a record that is gone', { ...showing('B'), exists: false }],
    ['while HubSpot shows no address', showing(undefined)],
  ])('%s', (_, sight) => {
    expect(changes('A@0', sight)).toEqual([]);
  });
});

describe('R8: a history is believed if it agrees with what was seen, as exactly as two clocks agree (five minutes)', () => {
  test.each([
    ['the address was seen while the history has it', 'A@45', 'B@0 A@40 B@50'],
    ['the address was seen less than five minutes after the history’s end of it', 'A@54', 'A@0 B@50'],
    ['the address was seen up to five minutes before the history’s beginning of it', 'A@35', 'B@0 A@40 B@50'],
  ])('%s', (_, known, history) => {
    expect(recorded({ known, shown: 'B', history })).toBe(history);
  });

  test.each([
    [
      'the history knows nothing of an address that was seen (a merge brought another record’s history)',
      'A@45',
      'C@0 B@50',
    ],
    ['the address was seen five minutes after the history’s end of it', 'A@55', 'A@0 B@50'],
    ['the address was seen more than five minutes before the history’s beginning of it', 'A@34', 'B@0 A@40 B@50'],
    ['of two addresses that were seen the history knows one', 'A@10 C@20', 'A@0 B@50'],
  ])('not: %s', (_, known, history) => {
    expect(recorded({ known, shown: 'B', history })).toBe(`${known} B@100`);
  });
});
