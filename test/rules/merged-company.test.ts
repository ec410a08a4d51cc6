import { describe, expect, test } from 'vitest';
import type { EntryBody } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { companyState, isOptedOut } from '../../src/rules/state.ts';
import { applied, backTo, decided, ledgerOf, no } from '../helpers/ledger.ts';
import { changedRegistry, LIBRARY } from '../helpers/registry.ts';
import { timed } from '../helpers/state.ts';

/** A third company, the park, stays what it is. */
const PARK = '  park:\n    name: Park GmbH\n    subscription: { id: 701 }\n    brands: {}\n';
const WITHOUT_THEATRE = '  theatre:\n    name: Theatre GmbH\n    subscription: { id: 601 }\n    brands:\n';
const DAY = 24 * 3_600_000;

/** Museum and theatre became the house; both had been companies before. */
const oneHouse = changedRegistry(
  ['  museum:\n', `${PARK}  house:\n    formerly: [{ key: museum }, { key: theatre }]\n`],
  [WITHOUT_THEATRE, ''],
  ...[1, 2, 3].map(() => ['company: museum', 'company: house'] as const),
  ['company: theatre', 'company: house'],
);
/** The theatre became part of the museum on the second of January 1970, or on a day of which the registry says nothing. */
const within = (until = ', until: "1970-01-02"') =>
  changedRegistry(
    ['  museum:\n', `${PARK}  museum:\n    formerly: [{ key: theatre${until} }]\n`],
    [WITHOUT_THEATRE, ''],
    ['company: theatre', 'company: museum'],
  );

const saying = (...changes: Parameters<typeof decided>[0][number][]) => changes.map((change) => decided([change]));

describe('companies that became one are opted out of', () => {
  test.each<[why: string, bodies: EntryBody[], isOut: boolean]>([
    ['while a "no" to one of them stands', saying(no(1, 'museum'), no(2, 'theatre'), backTo('museum', 3)), true],
    ['while the "no" to each of them stands', saying(no(1, 'museum'), no(2, 'theatre')), true],
    [
      'not after returns to all of them',
      saying(no(1, 'museum'), no(2, 'theatre'), backTo('museum', 3), backTo('theatre', 4)),
      false,
    ],
    [
      'not where the "no" that stands is one to another company',
      saying(no(1, 'museum', 'park'), backTo('museum', 2)),
      false,
    ],
    [
      'where another company’s "no" stands beside that of one of them',
      saying(no(1, 'museum', 'theatre', 'park'), backTo('museum', 2)),
      true,
    ],
    [
      'whatever else was said',
      saying(no(1, 'theatre'), { type: 'own-no', control: LIBRARY, at: 1 }, { type: 'gone', gone: false }),
      true,
    ],
    [
      'whatever convergence wrote meanwhile',
      [...saying(no(1, 'theatre', 'museum')), applied(), ...saying(backTo('museum', 2))],
      true,
    ],
  ])('%s', (_, bodies, isOut) => {
    expect(isOptedOut(companyState(replay(ledgerOf(...bodies), oneHouse), 'house'))).toBe(isOut);
  });
});

describe('a company that became part of another one', () => {
  test.each<[why: string, until: string | undefined, bodies: EntryBody[], isOut: boolean]>([
    [
      'a return to the part does not end the "no" to the whole',
      undefined,
      saying(no(1, 'museum', 'theatre'), backTo('theatre', 2)),
      true,
    ],
    [
      'a return to the whole of before does not end the "no" to the part',
      undefined,
      saying(no(1, 'museum', 'theatre'), backTo('museum', 2)),
      true,
    ],
    [
      'a return to the whole since ends it',
      undefined,
      saying(no(1, 'museum', 'theatre'), backTo('museum', DAY)),
      false,
    ],
    [
      'without a day a return to the whole is one to the part',
      '',
      saying(no(1, 'museum', 'theatre'), backTo('museum', 2)),
      false,
    ],
  ])('%s', (_, until, bodies, isOut) => {
    expect(isOptedOut(companyState(replay(ledgerOf(...bodies), within(until)), 'museum'))).toBe(isOut);
  });
});

test('R6: a return that a later "no" to the same company ended had its effect: what was there before is of the time since', () => {
  const held = (value: string) => applied({ before: { [LIBRARY]: value } });
  const ledger = ledgerOf(
    ...saying(no(1, 'museum')),
    held('SUBSCRIBED'),
    ...saying(backTo('museum', 2)),
    timed(applied({ lifted: { museum: 1 } })),
    ...saying(no(3, 'museum')),
    held('NOT_SPECIFIED'),
  );
  expect(companyState(replay(ledger, oneHouse), 'house').prior).toEqual({ [LIBRARY]: 'NOT_SPECIFIED' });
});
