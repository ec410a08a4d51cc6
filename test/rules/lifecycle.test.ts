import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { applyChanges } from '../../src/rules/apply-changes.ts';
import { decide } from '../../src/rules/decide.ts';
import type { Change } from '../../src/rules/decision.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { inheritedByMerge, inheritedDecisions, type OtherLedger, strictest } from '../../src/rules/r8-inherit.ts';
import { type CompanyState, type ContactState, isOptedOut, nothingKnown } from '../../src/rules/state.ts';
import { withId } from '../../src/signals/signal-id.ts';
import { decided } from '../helpers/entries.ts';
import { holdings } from '../helpers/holdings.ts';
import { decisionOf } from '../helpers/person.ts';
import { testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed, webhook } from '../helpers/state.ts';

const registry = testRegistry();
const occurredAt = hubspotTime(500);
const common = { v: 1, portal: 1, contact: '101', occurredAt, receivedAt: ourTime(500), source: webhook } as const;
type Event = 'created' | 'deleted' | 'restored' | 'address-changed' | 'unclear' | 'erased';
const facts = { registry, now: ourTime(1000), address: 'same' } as const;
const becomes = (state: ContactState, event: Event) =>
  decide(state, withId({ ...common, kind: 'lifecycle', event }), facts);
const merges = (state: ContactState, others?: ContactState[]) => {
  const signal = withId({ ...common, kind: 'merge', others: ['7', '8'] });
  return decide(state, signal, others === undefined ? facts : { ...facts, others });
};
/** The whole of a verdict, as plain data. */
const recorded = (decision: object, follow: string) => ({ kind: 'recorded', decision, follow });
const ignored = (because: string, follow: string) => ({ kind: 'ignored', because, follow });

/** A record whose address was seen before every merge of these tests. */
const addressKnown: ContactState = { ...nothingKnown, holdings: holdings('a@0') };

describe('R8: whatever becomes of the record', () => {
  const restored = recorded(
    {
      rule: 'R8',
      outcome: 'restored',
      reason: 'the record is back',
      changes: [{ type: 'gone', gone: false }],
    },
    'identify',
  );

  test('deleted: the opt-out stays with the address', () => {
    const expected = recorded(
      {
        rule: 'R8',
        outcome: 'deleted',
        reason: 'the record was deleted; the opt-out stays with the address',
        changes: [{ type: 'gone', gone: true }],
      },
      'converge',
    );
    expect(becomes(knowing(optedOutAt(100)), 'deleted')).toEqual(expected);
    expect(becomes({ ...nothingKnown, ownNo: { 'subscription:511': hubspotTime(1) } }, 'deleted')).toEqual(expected);
  });

  test('deleted: of a stranger, other ledgers may speak of its addresses', () => {
    expect(becomes(nothingKnown, 'deleted')).toEqual(ignored('already-so', 'identify'));
  });

  test('deleted once more: it changes nothing', () => {
    const nothing = ignored('already-so', 'nothing');
    expect(becomes(knowing(optedOutAt(100), { gone: true }), 'deleted')).toEqual(nothing);
    expect(becomes({ ...nothingKnown, gone: true }, 'deleted')).toEqual(nothing);
  });

  test('deleted for privacy', () => {
    expect(becomes(nothingKnown, 'erased')).toEqual(
      recorded(
        {
          rule: 'R8',
          outcome: 'erased',
          reason: 'deleted for privacy: personal data is erased, the keyed hash of the address stays',
          changes: [{ type: 'gone', gone: true }, { type: 'erased' }],
        },
        'nothing',
      ),
    );
  });

  test.each(['created', 'restored'] as const)(
    '%s before the deletion, and told after that: the record is gone',
    (event) => {
      const goneSince = (at: number) => becomes(knowing({}, { gone: true, goneAt: at }), event);
      expect(goneSince(501)).toEqual(ignored('already-so', 'identify'));
      expect(goneSince(500)).toEqual(restored);
    },
  );

  test('the ledger knows since when the record is gone, until the record is back', () => {
    const gone = (at: number, isGone: boolean) => decided({ at }, [{ type: 'gone', gone: isGone }]);
    const state = (...entries: LedgerEntry[]) => replay(entries, registry);
    expect(state(gone(100, true), decided({ at: 200 }, []))).toMatchObject({ gone: true, goneAt: 100 });
    expect(state(gone(100, true), gone(200, false))).not.toHaveProperty('goneAt');
    expect(state(gone(100, true), gone(200, false), gone(300, true))).toMatchObject({ goneAt: 300 });
  });

  test('restored, or created though it was gone', () => {
    expect(becomes(nothingKnown, 'restored')).toEqual(restored);
    expect(becomes(knowing({}, { gone: true }), 'created')).toEqual(restored);
  });

  test('created, with another address, or changed nobody knows how: HubSpot and other ledgers may speak of it', () => {
    const look = ignored('already-so', 'identify');
    expect(becomes(nothingKnown, 'created')).toEqual(look);
    expect(becomes(nothingKnown, 'address-changed')).toEqual(look);
    // What HubSpot shows at once may be older than a change of which nobody knows what it was.
    expect(becomes(nothingKnown, 'unclear')).toEqual({ ...look, lookAt: [1000, 121_000] });
  });

  test('the state knows it afterwards', () => {
    const changes = decisionOf(becomes(nothingKnown, 'erased'))?.changes ?? [];
    expect(applyChanges(nothingKnown, changes)).toStrictEqual({ ...nothingKnown, gone: true, erased: true });
    expect(applyChanges(nothingKnown, [{ type: 'gone', gone: false }])).toMatchObject({ gone: false });
    expect(applyChanges(nothingKnown, [{ type: 'merged-into', contact: '7' }])).toMatchObject({ mergedInto: '7' });
  });
});

describe('R8: a merge', () => {
  const none = { type: 'linked', contacts: ['7', '8'], mergedAt: 500 };

  test('links the histories', () => {
    expect(merges(nothingKnown)).toEqual(
      recorded(
        {
          rule: 'R8',
          outcome: 'merged',
          reason: 'merged with 7, 8: the strictest of all wins',
          changes: [none],
        },
        'identify',
      ),
    );
  });

  test('takes each opt-out once, though two of the others have it', () => {
    const merged = merges(addressKnown, [knowing(optedOutAt(100)), knowing(optedOutAt(100))]);
    expect(decisionOf(merged)?.changes).toEqual([
      none,
      { type: 'company-opt-out', companies: ['museum'], at: 100, source: webhook, taken: true },
    ]);
  });

  test('is later than every merge before it', () => {
    const linked = (at: number): Change[] => [{ type: 'linked', contacts: [], mergedAt: hubspotTime(at) }];
    const merged = applyChanges(nothingKnown, linked(500));
    expect(merged.mergedAt).toBe(500);
    expect(applyChanges(merged, linked(400)).mergedAt).toBe(500);
    expect(applyChanges(merged, linked(600)).mergedAt).toBe(600);
    expect(applyChanges(merged, [{ type: 'linked', contacts: [] }])).toBe(merged);
  });
});

describe('R8: what a contact takes over', () => {
  /** What is taken over from another ledger of the primary address `a`; `heldUntil` (ms): the contact no longer has the address. */
  const byAddress = (ours: ContactState, theirs: ContactState, ...more: ContactState[]) =>
    inherited(
      ours,
      [theirs, ...more].map((state, i) => ({ contact: String(i), hash: 'a', state })),
      'a',
    );
  const inherited = (state: ContactState, others: OtherLedger[], primary: string, ...additional: string[]) =>
    inheritedDecisions(
      { entries: [], state },
      others,
      { address: { hash: primary }, others: additional.map((hash) => ({ hash })) },
      registry,
    ).flatMap(({ changes }) => changes.slice(1));
  /** The same of an address that the contact held until a time (ms). */
  const byFormerAddress = (state: ContactState, heldUntil: number) =>
    inherited(nothingKnown, [{ contact: '1', hash: 'a', state, heldUntil: hubspotTime(heldUntil) }], 'b');
  const byMerge = (ours: ContactState, theirs: ContactState, mergedAt: number) =>
    inheritedByMerge(ours, theirs, hubspotTime(mergedAt));
  const optOut = (at: number, address?: string) => ({
    type: 'company-opt-out',
    companies: ['museum'],
    at,
    source: webhook,
    taken: true,
    ...(address !== undefined && { address }),
  });

  test('from a ledger of the same address: opt-outs that stand and that it does not know', () => {
    expect(byAddress(nothingKnown, knowing(optedOutAt(100)))).toEqual([optOut(100, 'a')]);
    expect(byAddress(nothingKnown, knowing({}))).toEqual([]);
    expect(byAddress(nothingKnown, knowing({ ...optedOutAt(100), returns: [back(101)] }))).toEqual([]);
    expect(byAddress(knowing(optedOutAt(100)), knowing(optedOutAt(100)))).toEqual([]);
    expect(byAddress(knowing(optedOutAt(99)), knowing(optedOutAt(100)))).toEqual([optOut(100, 'a')]);
  });

  test('from a ledger of an address that it had: what was said while it had it, not what the next holder said', () => {
    expect(byFormerAddress(knowing(optedOutAt(100)), 100)).toEqual([optOut(100, 'a')]);
    expect(byFormerAddress(knowing(optedOutAt(100)), 99)).toEqual([]);
  });

  test('from a ledger of an additional address: a return by another address undoes nothing (R5)', () => {
    const returned = knowing({ returns: [back(150, { by: 'a' }), back(90, { by: 'x' })] });
    const ofAdditional = (ours: ContactState, at: number) =>
      inherited(ours, [{ contact: '1', hash: 'x', state: knowing(optedOutAt(at)) }], 'a', 'x');
    const taken = ofAdditional(returned, 100);
    expect(taken).toEqual([optOut(150, 'a')]);
    expect(ofAdditional(applyChanges(returned, taken), 100)).toEqual([]);
    expect(ofAdditional(returned, 200)).toEqual([optOut(200, 'a')]);
  });

  test('from a ledger of the same address: its own later return stays one', () => {
    const returned = knowing({ returns: [back(150)] });
    const after = applyChanges(returned, byAddress(returned, knowing(optedOutAt(100))));
    expect(after.companies['museum'] && isOptedOut(after.companies['museum'])).toBe(false);
  });

  test('from ledgers of the same address: returns like opt-outs', () => {
    const out = knowing(optedOutAt(100));
    const came = knowing({ ...optedOutAt(100), returns: [back(101, { by: 'a' })] });
    expect(byAddress(nothingKnown, out, came), 'the owner came back as another contact').toEqual([]);
    const { return: lifted } = { return: back(101, { by: 'a' }) };
    expect(byAddress(out, came)).toEqual([{ type: 'return', company: 'museum', return: lifted }]);
    expect(byAddress(knowing(optedOutAt(101)), came), 'not later').toEqual([]);
    const stranger = knowing({ ...optedOutAt(100), returns: [back(101, { by: 'x' })] });
    expect(byAddress(out, stranger), 'by another address').toEqual([]);
  });

  test('from a merge: the opt-out wins over every submission from before it, and over none from after', () => {
    const other = knowing(optedOutAt(100));
    const ours = knowing({ returns: [back(200), back(600)], awaiting: [{ ...back(300), until: 900 }] });
    expect(byMerge(ours, other, 500)).toEqual([optOut(300)]);
    expect(byMerge(ours, other, 250)).toEqual([optOut(200)]);
    const backAt = (at: number): CompanyState => ({ returns: [back(at)], awaiting: [], prior: {}, grace: {} });
    expect(strictest(hubspotTime(100), backAt(500), hubspotTime(500))).toBe(500);
    expect(strictest(hubspotTime(100), backAt(501), hubspotTime(500))).toBe(100);
  });

  test('from a merge: nothing that it knows already, nothing of which the owner came back', () => {
    const { holdings: held } = addressKnown;
    expect(byMerge(knowing(optedOutAt(100), { holdings: held }), knowing(optedOutAt(100)), 500)).toEqual([]);
    expect(byMerge(nothingKnown, knowing({ ...optedOutAt(100), returns: [back(101)] }), 500)).toEqual([]);
    expect(byMerge(nothingKnown, knowing({ returns: [back(101)] }), 500)).toEqual([]);
  });

  test('from a merge: the newer "no" to each brand', () => {
    const saying = (ownNo: Record<string, number>) => timed<ContactState>({ ...addressKnown, ownNo });
    const ours = saying({ 'subscription:511': 100, 'subscription:512': 100 });
    const theirs = saying({ 'subscription:511': 100, 'subscription:512': 101, 'subscription:521': 0 });
    expect(byMerge(ours, theirs, 500)).toEqual([
      { type: 'own-no', control: 'subscription:512', at: 101 },
      { type: 'own-no', control: 'subscription:521', at: 0 },
    ]);
  });
});
