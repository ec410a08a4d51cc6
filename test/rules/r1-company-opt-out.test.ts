import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { Facts } from '../../src/rules/clause.ts';
import { decide } from '../../src/rules/decide.ts';
import { unheardOptOuts } from '../../src/rules/r1-company-opt-out.ts';
import type { ShownStatus, Sight } from '../../src/rules/sight.ts';
import { type ContactState, type Noted, nothingKnown } from '../../src/rules/state.ts';
import { changed } from '../helpers/person.ts';
import { forms, MUSEUM, testRegistry } from '../helpers/registry.ts';
import { planned, shows } from '../helpers/shown.ts';
import { back, knowing, timed } from '../helpers/state.ts';

const registry = testRegistry();

describe('submissions that were noted before an older opt-out was heard of', () => {
  const noted = (form: string, at: number) => timed<Noted>({ form, at, recordedAt: at });
  const verdict = (control: string, ...known: Noted[]) => {
    const facts: Facts = { registry, now: ourTime(1000), address: 'same' };
    return decide({ ...nothingKnown, noted: known }, changed(control, 'closed', 500), facts);
  };

  test('are decided once more where they are later than the opt-out: a tie is the "no"’s (R9)', () => {
    const [earlier, same, later] = [499, 500, 501].map((at) => noted(forms.ofCompany, at)) as [Noted, Noted, Noted];
    expect(verdict(MUSEUM, earlier, same, later)).toMatchObject({ decision: { rule: 'R1' }, again: [later] });
    expect(verdict(MUSEUM, earlier, same)).not.toHaveProperty('again');
    expect(verdict(MUSEUM)).not.toHaveProperty('again');
  });

  test('only those of a form of the company that was opted out of', () => {
    const [own, others, gone] = [forms.ofBrand, forms.ofOther, 'no form any more'].map((form) => noted(form, 600));
    const all = [own, others, gone] as Noted[];
    expect(verdict(MUSEUM, ...all)).toMatchObject({ again: [own] });
    expect(verdict('portal-wide', ...all)).toMatchObject({ again: [own, others] });
    expect(verdict(MUSEUM, ...all.slice(1))).not.toHaveProperty('again');
  });
});

describe('a closing of ours that HubSpot never confirmed, where a lift is due', () => {
  /** The opt-outs that HubSpot shows of somebody who came back, and whose closing was planned and never confirmed: its pass died. */
  const found = (shown: ShownStatus, lifted: { liftedOptOut?: number } = {}) => {
    const state = knowing(
      { optOut: { at: 100, source: { channel: 'webhook' } }, returns: [back(2000)], ...lifted },
      { written: { [MUSEUM]: { closed: [planned as unknown as { at: number; from: number; until: number }] } } },
    );
    const sight: Sight = { exists: true, address: { hash: 'a', statuses: [shown] }, others: [], actual: {} };
    return unheardOptOuts({ state, entries: [] }, sight, registry, ourTime(3_600_000));
  };

  test('is ours by our mark, whatever it is later than', () => {
    expect(found(shows('UNSUBSCRIBED', 5000, { marked: true }))).toEqual([]);
  });

  test('after the lift it counts as a "no", whatever its mark: the audit must not find it for ever', () => {
    expect(found(shows('UNSUBSCRIBED', 5000, { marked: true }), { liftedOptOut: 100 })).toMatchObject([{ rule: 'R9' }]);
  });

  test('without the mark it may be the person’s "no", and the "no" wins', () => {
    expect(found(shows('UNSUBSCRIBED', 5000))).toMatchObject([{ rule: 'R9', outcome: 'opted-out' }]);
  });

  test('with our mark, at a moment at which nothing of ours was under way, somebody may have copied the mark', () => {
    expect(found(shows('UNSUBSCRIBED', 70_000, { marked: true }))).toMatchObject([{ rule: 'R9' }]);
  });
});

describe('an opt-out that HubSpot shows at the address that the record has by now', () => {
  /** The opt-outs found of somebody who opted out at 1000 and came back at 2000 with an address (keyed hash). */
  const found = (by: string, shown: ShownStatus) => {
    const state = knowing({
      optOut: { at: 1000, source: { channel: 'webhook' } },
      returns: [back(2000, { by })],
      liftedOptOut: 1000,
    });
    const sight: Sight = { exists: true, address: { hash: 'b', statuses: [shown] }, others: [], actual: {} };
    return unheardOptOuts({ state, entries: [] }, sight, registry, ourTime(3_600_000));
  };

  test('is older than a return by the former address: that return ended no "no" of this address (R8)', () => {
    expect(found('a', shows('UNSUBSCRIBED', 500))).toMatchObject([
      { rule: 'R9', changes: [{ at: 500, address: 'b' }] },
    ]);
  });

  test('is older than a return by this address', () => {
    expect(found('b', shows('UNSUBSCRIBED', 500))).toEqual([]);
  });

  test('carries our mark: what we closed there is nobody’s "no"', () => {
    expect(found('a', shows('UNSUBSCRIBED', 500, { marked: true }))).toEqual([]);
  });
});

describe('an opt-out that HubSpot shows at another address of the contact, of which nobody has told', () => {
  const found = (state: ContactState, ...statuses: ShownStatus[]) => {
    const sight: Sight = {
      exists: true,
      address: { hash: 'a', statuses: [] },
      others: [{ hash: 'b', statuses }],
      actual: {},
    };
    return unheardOptOuts({ state, entries: [] }, sight, registry, ourTime(1000)).flatMap(({ changes }) => changes);
  };
  const at300 = (status: string, subscriptionId = 501): ShownStatus => ({
    subscriptionId,
    status,
    source: 'Import',
    at: hubspotTime(300),
  });

  test('holds for the contact, and so for its primary address (R8)', () => {
    expect(found(nothingKnown, at300('UNSUBSCRIBED'))).toMatchObject([
      { companies: ['museum'], at: 300, source: { channel: 'audit', change: 'Import' }, address: 'a' },
    ]);
  });

  test.each(['SUBSCRIBED', 'NOT_SPECIFIED'])('%s is no opt-out', (status) => {
    expect(found(nothingKnown, at300(status))).toEqual([]);
  });

  test('of a brand’s type it is none of the company', () => {
    expect(found(nothingKnown, at300('UNSUBSCRIBED', 511))).toEqual([]);
  });

  test.each([
    ['earlier than', 400, 400],
    ['later than', 200, 300],
  ])('%s a return by the primary address: no return by another address ended it (R5)', (_, returnedAt, at) => {
    expect(found(knowing({ returns: [back(returnedAt)] }), at300('UNSUBSCRIBED'))).toMatchObject([{ at }]);
  });
});
