import { describe, expect, test } from 'vitest';
import { hubspotTime } from '../../src/clocks.ts';
import type { Change } from '../../src/rules/decision.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { isInForce, readingFor } from '../../src/rules/r8-whose-word.ts';
import { holdings } from '../helpers/holdings.ts';
import { timed } from '../helpers/state.ts';

/** A "no" to companies or a return to one, and when; `by`: the address where it is named, else the one that the record held. */
type Said = { says: 'no' | 'back'; at: number; by?: string; to?: string };
const no = (at: number, more: { by?: string; to?: string } = {}): Said => ({ says: 'no', at, ...more });
const back = (at: number, more: { by?: string; to?: string } = {}): Said => ({ says: 'back', at, ...more });

function changeOf({ says, at, by, to = 'museum' }: Said): Change {
  if (says === 'back') {
    return timed<Change>({ type: 'return', company: to, return: { at, form: 'f', ...(by && { by }) } });
  }
  const companies = to.split(' and ');
  return timed<Change>({ type: 'company-opt-out', companies, at, source: {} as never, ...(by && { address: by }) });
}

/** What of all that was said counts for an address, oldest first, as one line; the museum needs no name. */
function counting(address: string, held: string, said: readonly Said[]): string {
  const changes = said.map(changeOf);
  const entries = changes.map(
    (change) => ({ body: { kind: 'decision', changes: [change] } }) as unknown as LedgerEntry,
  );
  const reading = readingFor(address, entries, holdings(held));
  const counts = said.flatMap(({ says, at }, i) => {
    const change = reading.changeOf(entries[i] as LedgerEntry, changes[i] as Change);
    const companies =
      change?.type === 'company-opt-out' ? change.companies : [change?.type === 'return' && change.company];
    const to = companies.join(' and ');
    return change === undefined ? [] : [{ at, text: to === 'museum' ? `${says} ${at}` : `${says} ${at} to ${to}` }];
  });
  return counts
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join(', ');
}

type Row = [rule: string, held: string, said: Said[], expected: Record<string, string>];

describe('R8: a record goes from one address to the next', () => {
  test.each<Row>([
    ['a "no" goes along', 'A@0 B@200', [no(100)], { A: 'no 100', B: 'no 100' }],
    [
      'also when a later "no" was heard of first',
      'A@0 B@200',
      [no(300), no(100)],
      { A: 'no 100', B: 'no 100, no 300' },
    ],
    ['along all the way', 'A@0 B@200 C@300', [no(100)], { A: 'no 100', B: 'no 100', C: 'no 100' }],
    ['what the former holder says later stays there', 'A@0 B@200', [no(300, { by: 'A' })], { A: 'no 300', B: '' }],
    ['a "no" goes along with the return that ended it', 'A@0 B@200', [no(100), back(150)], { B: 'no 100, back 150' }],
    [
      'the new holder’s return lifts nothing of the former',
      'A@0 B@200',
      [no(100), back(300)],
      { A: 'no 100', B: 'no 100, back 300' },
    ],
    [
      'the former holder’s later return lifts nothing here',
      'A@0 B@200',
      [no(100), back(300, { by: 'A' })],
      { A: 'no 100, back 300', B: 'no 100' },
    ],
    ['a third address hears nothing', 'A@0 B@200', [no(100), back(300)], { C: '' }],
  ])('%s', (_, held, said, expected) => {
    for (const [address, text] of Object.entries(expected)) expect(counting(address, held, said), address).toBe(text);
  });
});

describe('R8, R9: in the very moment of the change', () => {
  test.each<Row>([
    ['a "no" was said before, and goes along', 'A@0 B@200', [no(200)], { A: 'no 200', B: 'no 200' }],
    [
      'a return was said after, and stays',
      'A@0 B@200',
      [no(100), back(200, { by: 'A' })],
      { A: 'no 100, back 200', B: 'no 100' },
    ],
    ['a return hides no "no"', 'A@0 B@200', [back(200), no(200)], { A: 'no 200', B: 'back 200, no 200' }],
  ])('%s', (_, held, said, expected) => {
    for (const [address, text] of Object.entries(expected)) expect(counting(address, held, said), address).toBe(text);
  });
});

describe('R8: a record comes back to an address that said "no" itself', () => {
  const there = 'B@0 A@100 B@200';
  test.each<Row>([
    ['another’s return ends nothing', there, [no(50), back(150)], { A: 'no 50, back 150', B: 'no 50' }],
    [
      'another’s "no" comes along, if it stands',
      there,
      [no(50), back(150), no(160)],
      { A: 'no 50, back 150, no 160', B: 'no 50, no 160' },
    ],
    ['but not, if it has ended', there, [no(50), no(110), back(150)], { B: 'no 50' }],
    [
      'each company alone',
      there,
      [no(50), no(110), back(150), no(160, { to: 'theatre' })],
      { B: 'no 50, no 160 to theatre' },
    ],
    [
      'of a "no" to two companies comes along what stands',
      there,
      [no(50), no(110, { to: 'museum and theatre' }), back(150)],
      { A: 'no 50, no 110 to museum and theatre, back 150', B: 'no 50, no 110 to theatre' },
    ],
  ])('%s', (_, held, said, expected) => {
    for (const [address, text] of Object.entries(expected)) expect(counting(address, held, said), address).toBe(text);
  });
});

describe('R8: nobody knows which address the record held', () => {
  test.each<Row>([
    ['a "no" counts for whoever asks', '', [no(100)], { A: 'no 100' }],
    [
      'a "no" counts for everybody, one that names an address for that address only',
      '',
      [no(100), no(150, { by: 'A' })],
      { A: 'no 100, no 150', B: 'no 100' },
    ],
    ['a return counts for whoever asks', '', [no(100), back(150)], { A: 'no 100, back 150' }],
  ])('%s', (_, held, said, expected) => {
    for (const [address, text] of Object.entries(expected)) expect(counting(address, held, said), address).toBe(text);
  });
});

describe('R9: a "no" is in force', () => {
  const words = (said: readonly Said[]) => said.map(({ says, at }) => ({ says, at: hubspotTime(at) }));

  test.each<[when: string, said: Said[]]>([
    ['without a return', [no(1)]],
    ['if the return was earlier', [back(1), no(2)]],
    ['if the return was in the same moment', [no(2), back(2)]],
    ['if another "no" came after the return', [no(1), back(2), no(3)]],
  ])('%s', (_, said) => {
    expect(isInForce(words(said))).toBe(true);
  });

  test.each<[when: string, said: Said[]]>([
    ['if none was said', []],
    ['if only a return was said', [back(1)]],
    ['once a return came later', [no(1), back(2)]],
    ['once a return came later, whatever came in between', [back(3), no(2), back(1), no(1)]],
  ])('no longer: %s', (_, said) => {
    expect(isInForce(words(said))).toBe(false);
  });
});
