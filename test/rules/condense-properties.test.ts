import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { PORTAL_WIDE, type Registry } from '../../src/registry/registry.ts';
import { condense, withoutRepeats } from '../../src/rules/condense.ts';
import type { AppliedEntry, DecisionEntry, EntryBody, LedgerEntry } from '../../src/rules/entry.ts';
import { replay, type Whose } from '../../src/rules/evolve.ts';
import { heldAddresses } from '../../src/rules/r8-inherit.ts';
import { recordedAddresses } from '../../src/rules/r8-other-addresses.ts';
import type { ContactState } from '../../src/rules/state.ts';
import {
  changedRegistry,
  forms,
  GALLERY,
  GALLERY_BLOCK,
  LIBRARY,
  LIBRARY_TEXT,
  MUSEUM,
  STAGE_TEXT,
  testRegistry,
} from '../helpers/registry.ts';
import { webhook } from '../helpers/state.ts';

const registry = testRegistry();
/** Registries by which the same entries may be read later. */
const others: readonly Registry[] = [
  registry,
  changedRegistry([LIBRARY_TEXT, '']),
  changedRegistry([LIBRARY_TEXT, ''], [STAGE_TEXT, `${LIBRARY_TEXT}${STAGE_TEXT}`]),
  changedRegistry(['blocked: "true", open: "false"', 'blocked: "false", open: "true"']),
  // The library belongs to the theatre, and its type is another one.
  changedRegistry(
    [LIBRARY_TEXT, ''],
    [STAGE_TEXT, LIBRARY_TEXT.replace('id: 521', 'id: 529, formerly: [521]') + STAGE_TEXT],
  ),
  // Museum and theatre are one house.
  changedRegistry(
    ['  museum:\n', '  house:\n    formerly: [{ key: museum }, { key: theatre }]\n'],
    ['  theatre:\n    name: Theatre GmbH\n    subscription: { id: 601 }\n    brands:\n', ''],
    ...[1, 2, 3].map(() => ['company: museum', 'company: house'] as const),
    ['company: theatre', 'company: house'],
  ),
];
const addresses = ['a', 'b'];
const controls = [MUSEUM, GALLERY, GALLERY_BLOCK, LIBRARY];
const closedValue = (control: string) => (control.startsWith('property') ? 'true' : 'UNSUBSCRIBED');
const openValue = (control: string) => (control.startsWith('property') ? 'false' : 'SUBSCRIBED');

/** What is appended in one go; `ms` passes before. */
type Piece = (at: number) => { body: EntryBody; addressHash?: string }[];

const control = fc.constantFrom(...controls);
const some = fc.uniqueArray(control, { minLength: 1, maxLength: 3 });
const address = fc.option(fc.constantFrom(...addresses), { nil: undefined, freq: 8 });
const source = fc.constantFrom('WORKFLOW', 'IMPORT').map((change) => ({ channel: 'webhook' as const, change }));
const placed = fc.constantFrom(undefined, undefined, 'museum', 'theatre');
const named = (hash: string | undefined) => (hash === undefined ? {} : { addressHash: hash });
const placesOf = (keys: readonly string[], company: string | undefined) =>
  company === undefined ? {} : { placed: Object.fromEntries(keys.map((key) => [key, company])) };

const decision = (at: number, more: Partial<DecisionEntry>): DecisionEntry => ({
  kind: 'decision',
  rule: 'R1',
  outcome: 'opted-out',
  reason: '',
  source: webhook,
  occurredAt: hubspotTime(at),
  changes: [],
  converge: true,
  ...more,
});

const refusal = fc
  .tuple(control, source, fc.constantFrom('refused' as const, 'refused' as const, 'noted' as const))
  .map(
    ([key, by, outcome]): Piece =>
      (at) => [
        {
          body: decision(at, {
            rule: 'R5',
            outcome,
            source: by,
            signal: { id: `signal ${at}`, kind: 'control', control: key, to: 'open' },
          }),
        },
      ],
  );

const written = (keys: readonly string[], at: number): AppliedEntry['written'] =>
  Object.fromEntries(
    keys.map((key) => [
      key,
      { direction: 'closed' as const, at: hubspotTime(at), from: ourTime(at + 1), until: ourTime(at + 2) },
    ]),
  );

/** How a plan came out; `never`: nobody told. */
const ended = fc.constantFrom(
  ...Array.from({ length: 30 }, () => 'well' as const),
  'unfinished' as const,
  'forestalled' as const,
  'never' as const,
  'lifted' as const,
);

const closing = fc.tuple(some, some, address, placed, ended, fc.boolean()).map(
  ([keys, also, hash, company, end, wasOpen]): Piece =>
    (at) => {
      const before = Object.fromEntries(
        [...keys, ...also].map((key) => [key, wasOpen || keys.includes(key) ? openValue(key) : closedValue(key)]),
      );
      const intended = Object.fromEntries(keys.map((key) => [key, closedValue(key)]));
      const where = placesOf(Object.keys(before), company);
      const plan = { body: { kind: 'planned' as const, before, intended, ...where }, ...named(hash) };
      if (end === 'never') return [plan];
      const body: AppliedEntry = {
        kind: 'applied',
        before,
        after: { ...before, ...intended },
        written: end === 'forestalled' ? {} : written(keys, at),
        lifted: end === 'lifted' ? { museum: hubspotTime(at) } : {},
        ...where,
        ...(end === 'unfinished' && { unfinished: true as const }),
      };
      return [plan, { body, ...named(hash) }];
    },
);

const look = fc.tuple(some, address, placed).map(
  ([keys, hash, company]): Piece =>
    () => {
      const before = Object.fromEntries(keys.map((key) => [key, closedValue(key)]));
      const where = placesOf(keys, company);
      return [{ body: { kind: 'applied', before, after: before, written: {}, lifted: {}, ...where }, ...named(hash) }];
    },
);

const company = fc.constantFrom('museum', 'theatre');
/** When what is told happened: now, or some time before. */
const ago = fc.constantFrom(0, 0, 50, 500);
const other = fc.oneof(
  fc.tuple(company, ago).map(
    ([key, late]): Piece =>
      (at) => [
        {
          body: decision(at, {
            changes: [{ type: 'company-opt-out', companies: [key], at: hubspotTime(at - late), source: webhook }],
          }),
        },
      ],
  ),
  fc.tuple(company, ago, address).map(
    ([key, late, hash]): Piece =>
      (at) => [
        {
          body: decision(at, {
            rule: 'R4',
            outcome: 'returned',
            changes: [
              {
                type: 'return',
                company: key,
                return: { at: hubspotTime(at - late), form: forms.ofCompany, ...(hash && { by: hash }) },
              },
            ],
          }),
          ...named(hash),
        },
      ],
  ),
  ago.map(
    (late): Piece =>
      (at) => [
        {
          body: decision(at, {
            rule: 'R8',
            outcome: 'noted',
            changes: [
              {
                type: 'held',
                addresses: [
                  { hash: 'a', from: hubspotTime(0) },
                  { hash: 'b', from: hubspotTime(at - late) },
                ],
              },
            ],
          }),
        },
      ],
  ),
  fc.constant<Piece>((at) => [
    {
      body: decision(at, {
        rule: 'R4',
        outcome: 'noted',
        signal: { id: `form ${at}`, kind: 'form', form: forms.ofBrand },
      }),
    },
  ]),
  fc.constant<Piece>((at) => [
    {
      body: decision(at, {
        outcome: 'stale',
        rule: 'R9',
        signal: { id: `stale ${at}`, kind: 'control', control: PORTAL_WIDE, to: 'open' },
      }),
    },
  ]),
);

/** Somebody opens the same again and again: a few pieces, time after time. */
const cycle = fc
  .tuple(
    fc.array(
      fc.oneof({ weight: 3, arbitrary: closing }, { weight: 2, arbitrary: refusal }, { weight: 1, arbitrary: look }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    fc.integer({ min: 1, max: 30 }),
  )
  .map(([pieces, times]) => Array.from({ length: times }, () => pieces).flat());
const pieces = fc
  .array(fc.oneof({ weight: 3, arbitrary: cycle }, { weight: 2, arbitrary: other.map((one) => [one]) }), {
    maxLength: 8,
  })
  .map((parts) => parts.flat());

function entriesOf(made: readonly Piece[], first = 1): LedgerEntry[] {
  const rows = made.flatMap((piece, i) => {
    const at = (first + i) * 10;
    return piece(at).map((row) => ({ ...row, recordedAt: ourTime(at) }));
  });
  const common = { v: 1 as const, portal: 1, contact: '101', previous: '', hash: '' };
  return rows.map((row, i) => ({
    ...common,
    ...row,
    seq: first + i,
    // An address is written now this way, now that.
    ...(row.addressHash !== undefined && {
      personal: { salt: '', address: `${row.addressHash}${i % 7 === 0 ? '' : '@'}` },
    }),
  }));
}

const withoutSeen = ({ seen: _, ...state }: ContactState) => state;
const whose: readonly (Whose | undefined)[] = [
  undefined,
  ...addresses.map((hash) => ({ address: hash })),
  { address: 'b', heldAt: hubspotTime(105) },
  { at: hubspotTime(105) },
];

/** What is asked of a ledger beside its state: by which addresses it is found and held them, and which HubSpot is asked for. */
function askedOf(entries: readonly LedgerEntry[]) {
  return {
    held: [...heldAddresses(entries, replay(entries, registry), { others: [] })],
    recorded: recordedAddresses({ entries }),
    addresses: [...new Set(entries.flatMap(({ personal }) => personal?.address ?? []))],
  };
}

function expectSame(kept: readonly LedgerEntry[], all: readonly LedgerEntry[]): void {
  expect(askedOf(kept)).toEqual(askedOf(all));
  for (const one of others) {
    for (const asked of whose) {
      expect(withoutSeen(replay(kept, one, asked))).toEqual(withoutSeen(replay(all, one, asked)));
    }
  }
}

describe('for every ledger', () => {
  test('what is left amounts to the same, by any registry and for any address, whatever comes later', () => {
    let leftOut = 0;
    fc.assert(
      fc.property(pieces, pieces, (before, after) => {
        const old = entriesOf(before);
        const later = entriesOf(after, old.length + 1);
        const kept = withoutRepeats(old);
        leftOut += old.length - kept.length;
        expectSame([...kept, ...later], [...old, ...later]);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 200) },
    );
    expect(leftOut).toBeGreaterThan(1000);
  });

  test('what was condensed before can be condensed together with what came since', () => {
    fc.assert(
      fc.property(pieces, pieces, (before, after) => {
        const old = entriesOf(before);
        const later = entriesOf(after, old.length + 1);
        const kept = condense([...condense(old, registry), ...later], registry);
        expectSame(kept, [...old, ...later]);
        expect(condense(kept, registry).length).toBeLessThanOrEqual(kept.length);
      }),
      { numRuns: 100 },
    );
  });

  test('the check that compares both states never has to refuse', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 60 }), (times) => {
        const pair = closingOf([GALLERY]);
        const all = entriesOf(Array.from({ length: times }, () => pair));
        expect(condense(all, registry).length).toBeLessThanOrEqual(22);
      }),
    );
  });
});

const closingOf =
  (keys: readonly string[]): Piece =>
  (at) => {
    const before = Object.fromEntries(keys.map((key) => [key, openValue(key)]));
    const after = Object.fromEntries(keys.map((key) => [key, closedValue(key)]));
    return [
      { body: { kind: 'planned', before, intended: after }, addressHash: 'a' },
      { body: { kind: 'applied', before, after, written: written(keys, at), lifted: {} }, addressHash: 'a' },
    ];
  };
