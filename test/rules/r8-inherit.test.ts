import { describe, expect, test } from 'vitest';
import { hubspotTime } from '../../src/clocks.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { inheritedByMerge, inheritedDecisions, type OtherLedger } from '../../src/rules/r8-inherit.ts';
import { type ContactState, nothingKnown } from '../../src/rules/state.ts';
import { decided, museumOptOut, planned } from '../helpers/entries.ts';
import { holdings } from '../helpers/holdings.ts';
import { GALLERY, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed } from '../helpers/state.ts';

const registry = testRegistry();
const ledgerOf = (contact: string, hash: string, state: ContactState): OtherLedger => ({ contact, hash, state });
const optedOut = (at: number) => knowing(optedOutAt(at));
/** An opt-out that comes from another contact. */
const taken = (at: number, more: { address?: string } = {}) => museumOptOut(at, { ...more, taken: true });
const returned = (at: number, by?: string) => knowing({ ...optedOutAt(100), returns: [back(at, by ? { by } : {})] });

/** What a contact takes over; `primary`, `others`: the addresses (keyed hashes) that HubSpot shows. */
type Shown = { primary?: string; others?: string[] };
function decisions(own: ContactState | LedgerEntry[], others: OtherLedger[], { primary, others: more = [] }: Shown) {
  const known = Array.isArray(own) ? { entries: own, state: replay(own, registry) } : { entries: [], state: own };
  const sight = { ...(primary && { address: { hash: primary } }), others: more.map((hash) => ({ hash })) };
  return inheritedDecisions(known, others, sight, registry);
}
const changes = (...given: Parameters<typeof decisions>) => decisions(...given).flatMap((one) => one.changes.slice(1));

describe('R8: what is taken over from a ledger of the same address', () => {
  const ofA = { primary: 'a' };

  test('is told with its reason: the opt-out, or the return if nothing else is taken over', () => {
    const museum = { museum: returned(200, 'a').companies['museum'] };
    const both = { ...nothingKnown, companies: { ...museum, theatre: optedOut(150).companies['museum'] } };
    const reason = (theirs: ContactState) => decisions(optedOut(100), [ledgerOf('7', 'a', theirs)], ofA)[0]?.reason;
    expect(reason(optedOut(150))).toBe('the address was opted out as contact 7; the opt-out belongs to the address');
    const cameBack = 'the owner of the address came back as contact 7; the return belongs to the address';
    expect(reason(returned(200, 'a'))).toBe(cameBack);
    expect(reason(both as ContactState)).toMatch(/^the address was opted out as contact 7/);
  });

  test('a return of which nobody knows the address is taken for one of this address', () => {
    expect(changes(optedOut(100), [ledgerOf('7', 'a', returned(200))], ofA)).toEqual([
      { type: 'return', company: 'museum', return: back(200, { by: 'a' }) },
    ]);
  });

  test('no opt-out that somebody’s return ended there, by whatever address', () => {
    expect(changes(nothingKnown, [ledgerOf('7', 'a', returned(200, 'x'))], ofA)).toEqual([]);
  });

  test('an opt-out is ended by no return in the ledger of another address', () => {
    const others = [ledgerOf('7', 'a', optedOut(100)), ledgerOf('8', 'b', returned(200))];
    expect(changes(nothingKnown, others, ofA)).toEqual([taken(100, { address: 'a' })]);
  });

  test.each([
    [
      'the merge of the record that brought it: nothing said before the merge lifts it',
      { mergedAt: 200 },
      undefined,
      200,
    ],
    ['its own time, said after the merge', { mergedAt: 50 }, undefined, 100],
    ['its own time, where the record had lost the address by the merge', { mergedAt: 200 }, 150, 100],
    ['the merge, where the record lost the address later', { mergedAt: 200 }, 200, 200],
  ])('an opt-out from %s', (_, more, heldUntil, at) => {
    const other = ledgerOf('7', 'a', knowing(optedOutAt(100), more));
    const held = { ...other, ...(heldUntil !== undefined && { heldUntil: hubspotTime(heldUntil) }) };
    expect(changes(nothingKnown, [held], ofA)).toEqual([taken(at, { address: 'a' })]);
    const known = { ...optedOut(at), returns: [] };
    expect(changes(known, [held], ofA), 'taken over once').toEqual([]);
  });

  test('nothing that the contact’s own ledger knows of an address that the record had before', () => {
    const own = [
      planned({ at: 10, about: 'a' }),
      planned({ at: 20, about: 'b' }),
      decided({ at: 30 }, [museumOptOut(30)]),
      planned({ at: 40, about: 'c' }),
    ];
    const other = { ...ledgerOf('7', 'b', optedOut(25)), heldUntil: hubspotTime(40) };
    expect(changes(own, [other], { primary: 'c' })).toEqual([]);
  });
});

describe('R8: what is taken over from a ledger of an additional address', () => {
  test('no opt-out that a return ended there', () => {
    const others = [ledgerOf('7', 'x', returned(200, 'x'))];
    expect(changes(nothingKnown, others, { primary: 'a', others: ['x'] })).toEqual([]);
  });

  test.each([
    ['the primary address that HubSpot shows', nothingKnown, { primary: 'a' }, { address: 'a' }],
    [
      'the address last known, where HubSpot shows none',
      timed<ContactState>({ ...nothingKnown, address: 'b' }),
      {},
      { address: 'b' },
    ],
    ['no address, where nobody knows one', nothingKnown, {}, {}],
  ])('an opt-out that holds for %s', (_, own, shown, address) => {
    const others = [ledgerOf('7', 'x', optedOut(100))];
    expect(changes(own, others, { ...shown, others: ['x'] })).toStrictEqual([taken(100, address)]);
  });

  test('an opt-out from the merge of the record that brought it', () => {
    const others = [ledgerOf('7', 'x', knowing(optedOutAt(100), { mergedAt: 200 }))];
    expect(changes(nothingKnown, others, { others: ['x'] })).toStrictEqual([taken(200)]);
  });
});

test.each([
  ['the address that the record holds', { address: 'a' }],
  ['no address, where nobody knows one', {}],
])('R8: what a merge brings counts for %s', (_, address) => {
  const theirs = knowing(optedOutAt(100), { ownNo: { [GALLERY]: 110 } });
  const known = 'address' in address ? { ...address, holdings: holdings('a@1') } : {};
  expect(inheritedByMerge({ ...nothingKnown, ...known }, theirs, hubspotTime(500))).toStrictEqual([
    taken(100, address),
    { type: 'own-no', control: GALLERY, at: 110, ...address },
  ]);
});

describe('R8: which address the record held at the merge may show later only', () => {
  const theirs = knowing(optedOutAt(100), { ownNo: { [GALLERY]: 110 } });
  const brought = (held: string) => {
    const known = { ownNo: { [GALLERY]: hubspotTime(110) }, address: 'b', holdings: holdings(held) };
    return inheritedByMerge({ ...optedOut(100), ...known }, theirs, hubspotTime(500));
  };

  test.each(['b@500', ''])(
    'then nothing is taken for known, and the ledger tells later whose word it is: %s',
    (held) => {
      expect(brought(held)).toStrictEqual([taken(100), { type: 'own-no', control: GALLERY, at: 110 }]);
    },
  );

  test('an address that was seen before the merge is known', () => {
    expect(brought('b@499')).toEqual([]);
  });
});
