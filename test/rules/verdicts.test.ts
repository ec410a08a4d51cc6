import { describe, expect, test } from 'vitest';
import { asOurTime, ourTime } from '../../src/clocks.ts';
import type { Facts } from '../../src/rules/clause.ts';
import { decide } from '../../src/rules/decide.ts';
import type { ContactState } from '../../src/rules/state.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import type { Signal } from '../../src/signals/signal.ts';
import { changed, confirmed, decisionOf, submitted } from '../helpers/person.ts';
import { forms, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, webhook } from '../helpers/state.ts';

/** Every verdict as a whole: the sentence that people read, what changes, and whether HubSpot is compared. */
const registry = testRegistry();
/** HubSpot's list of the form's submissions was asked, and shows the submission. */
const proof = { by: 'list', submission: 'hash' } as const;
/** `now` in ms; default: the event's own time. */
const verdict = (
  state: ContactState,
  signal: Signal,
  { now, ...more }: Partial<Omit<Facts, 'now'>> & { now?: number } = {},
) => {
  const at = now === undefined ? asOurTime(signal.occurredAt) : ourTime(now);
  return decide(state, signal, { registry, now: at, address: 'same', proof, ...more });
};
/** The whole of a verdict, as plain data. */
const recorded = (decision: object, follow: string) => ({ kind: 'recorded', decision, follow });
const ignored = (because: string, follow: string) => ({ kind: 'ignored', because, follow });
const nothing = ignored('already-so', 'nothing');
const source = { channel: 'webhook', change: 'CRM_UI' };
const WEEK = 7 * 24 * 3_600_000;

describe('an opt-out', () => {
  test('of a company', () => {
    expect(verdict(nothingKnown, changed('subscription:501', 'closed', 0))).toEqual(
      recorded(
        {
          rule: 'R1',
          outcome: 'opted-out',
          reason: 'company opt-out; every brand of museum is closed',
          changes: [{ type: 'company-opt-out', companies: ['museum'], at: 0, source }],
        },
        'converge',
      ),
    );
  });

  test('of all, where one company’s is newer already: only the others change', () => {
    expect(verdict(knowing(optedOutAt(500)), changed('portal-wide', 'closed', 500))).toEqual(
      recorded(
        {
          rule: 'R1',
          outcome: 'opted-out',
          reason: 'unsubscribed from all: opt-out of every company; every brand of theatre is closed',
          changes: [{ type: 'company-opt-out', companies: ['theatre'], at: 500, source, everywhere: true }],
        },
        'converge',
      ),
    );
  });

  test('known already, or older than the one known', () => {
    for (const at of [499, 500]) {
      expect(verdict(knowing(optedOutAt(500)), changed('subscription:501', 'closed', at))).toEqual(nothing);
    }
  });

  test('older than the owner’s return is folded in all the same; at the same moment the "no" wins', () => {
    const state = knowing({ returns: [back(500)] });
    expect(verdict(state, changed('subscription:501', 'closed', 499))).toEqual(
      recorded(
        {
          rule: 'R9',
          outcome: 'stale',
          reason: 'the owner returned by a form later than this opt-out',
          changes: [{ type: 'company-opt-out', companies: ['museum'], at: 499, source }],
        },
        'converge',
      ),
    );
    expect(verdict(state, changed('subscription:501', 'closed', 500))).toMatchObject({ decision: { rule: 'R1' } });
  });

  test('of all is stale only if the owner returned to every company that it is news to', () => {
    const state = knowing({ returns: [back(500)] });
    expect(verdict(state, changed('portal-wide', 'closed', 499))).toMatchObject({
      decision: {
        rule: 'R1',
        reason: 'unsubscribed from all: opt-out of every company; every brand of museum, theatre is closed',
        changes: [{ companies: ['museum', 'theatre'] }],
      },
    });
  });

  test('that a merged contact made late counts as strict as the merge would have made it', () => {
    const state = knowing({ ...optedOutAt(100), returns: [back(300)] }, { mergedAt: 400 });
    expect(verdict(state, changed('subscription:501', 'closed', 200), { ofMerged: true })).toEqual(
      recorded(
        {
          rule: 'R1',
          outcome: 'opted-out',
          reason: 'company opt-out; every brand of museum is closed',
          changes: [{ type: 'company-opt-out', companies: ['museum'], at: 300, source, taken: true }],
        },
        'converge',
      ),
    );
    expect(verdict(state, changed('subscription:501', 'closed', 200))).toMatchObject({ decision: { rule: 'R9' } });
    const ofAll = verdict(state, changed('portal-wide', 'closed', 200), { ofMerged: true });
    expect(decisionOf(ofAll)?.changes).toMatchObject([{ companies: ['museum', 'theatre'], at: 300 }]);
    const later = knowing({ ...optedOutAt(100), returns: [back(500)] }, { mergedAt: 400 });
    const late = verdict(later, changed('subscription:501', 'closed', 200), { ofMerged: true });
    expect(late).toMatchObject({ decision: { rule: 'R9', changes: [{ at: 200 }] } });
  });
});

describe('a "no" to a level below the company', () => {
  test.each([
    ['subscription:511', 'brand gallery'],
    ['subscription:512', 'newsletter gallery-news'],
  ])('%s', (control, level) => {
    expect(verdict(nothingKnown, changed(control, 'closed', 0))).toEqual(
      recorded(
        {
          rule: 'R2',
          outcome: 'stays-at-its-level',
          reason: `a "no" to ${level} reaches nothing else of Museum GmbH`,
          changes: [{ type: 'own-no', control, at: 0 }],
        },
        'nothing',
      ),
    );
  });

  test('known already', () => {
    const state = knowing({}, { ownNo: { 'subscription:511': 500 } });
    for (const at of [499, 500]) expect(verdict(state, changed('subscription:511', 'closed', at))).toEqual(nothing);
    expect(verdict(state, changed('subscription:511', 'closed', 501))).toMatchObject({ decision: { rule: 'R2' } });
  });
});

describe('a control that somebody opened', () => {
  test('under no opt-out, or after the owner’s return', () => {
    expect(verdict(nothingKnown, changed('subscription:511', 'open', 900))).toEqual(nothing);
    const returned = knowing({ ...optedOutAt(100), returns: [back(200)] });
    expect(verdict(returned, changed('subscription:511', 'open', 900))).toEqual(nothing);
  });

  test('under an opt-out', () => {
    expect(verdict(knowing(optedOutAt(100)), changed('subscription:511', 'open', 101))).toEqual(
      recorded(
        {
          rule: 'R5',
          outcome: 'refused',
          reason:
            'the opt-out of Museum GmbH stands and no form submission of the owner came; subscription:511 is closed again',
          changes: [],
        },
        'converge',
      ),
    );
  });

  test('not later than the opt-out', () => {
    for (const at of [99, 100]) {
      expect(verdict(knowing(optedOutAt(100)), changed('subscription:511', 'open', at))).toEqual(
        recorded(
          {
            rule: 'R9',
            outcome: 'stale',
            reason: 'not later than the standing opt-out: the "no" wins',
            changes: [],
          },
          'converge',
        ),
      );
    }
  });

  test('as we wrote it ourselves: still compared, since an opt-out stands', () => {
    const written = { 'subscription:511': { open: [{ at: 200, from: 190, until: 210 }] } };
    const state = knowing(optedOutAt(100), { written });
    expect(verdict(state, changed('subscription:511', 'open', 200))).toEqual(ignored('own-write', 'converge'));
  });

  test('ascribed to a form: one grace, ten minutes from when it was heard of', () => {
    const signal = changed('subscription:511', 'open', 200, 'FORM');
    const form = { channel: 'webhook', change: 'FORM' };
    expect(verdict(knowing(optedOutAt(100)), signal, { now: 1000 })).toEqual(
      recorded(
        {
          rule: 'R5',
          outcome: 'awaiting-form',
          reason: 'HubSpot ascribes it to a form; its submission event may come until 1970-01-01T00:10:01.000Z',
          changes: [
            { type: 'grace', company: 'museum', control: 'subscription:511', at: 200, until: 601_000, source: form },
          ],
        },
        'converge',
      ),
    );
    const running = knowing({
      ...optedOutAt(100),
      grace: { 'subscription:511': { at: 150, until: 601_000, source: webhook } },
    });
    expect(verdict(running, signal, { now: 600_999 })).toEqual(nothing);
    expect(verdict(running, signal, { now: 601_000 })).toMatchObject({ decision: { outcome: 'awaiting-form' } });
  });

  test('whose source may be the owner’s: noted for the company’s own type, refused for any other', () => {
    const noted = recorded(
      {
        rule: 'R5',
        outcome: 'noted',
        reason: 'the source of the new status decides whether the owner did this',
        changes: [],
      },
      'converge',
    );
    const lenient = testRegistry('policy: { acceptSelfService: true }\n');
    const confirming = testRegistry('policy: { ownerConfirmationSources: ["Double opt-in"] }\n');
    const state = knowing(optedOutAt(100));
    const waiting = knowing({ ...optedOutAt(100), awaiting: [{ ...back(150), until: 900 }] });
    expect(verdict(state, changed('subscription:501', 'open', 200), { registry: lenient })).toEqual(noted);
    expect(verdict(waiting, changed('subscription:501', 'open', 200), { registry: confirming })).toEqual(noted);
    const refused = { decision: { outcome: 'refused' } };
    expect(verdict(state, changed('subscription:511', 'open', 200), { registry: lenient })).toMatchObject(refused);
    expect(verdict(state, changed('subscription:501', 'open', 200), { registry: confirming })).toMatchObject(refused);
    const silent = testRegistry('policy: { ownerConfirmationSources: [] }\n');
    expect(verdict(waiting, changed('subscription:501', 'open', 200), { registry: silent })).toMatchObject(refused);
  });

  test('the end of "unsubscribed from all" opens no company', () => {
    const two = knowing(optedOutAt(100), {});
    two.companies['theatre'] = { returns: [], awaiting: [], prior: {}, grace: {} };
    expect(verdict(two, changed('portal-wide', 'open', 200))).toEqual(
      recorded(
        {
          rule: 'R5',
          outcome: 'noted',
          reason: '"unsubscribed from all" was lifted; the opt-out of museum stands',
          changes: [],
        },
        'converge',
      ),
    );
    const both = knowing(optedOutAt(100));
    both.companies['theatre'] = { returns: [], awaiting: [], prior: {}, grace: {}, ...optedOutAt(100) };
    expect(decisionOf(verdict(both, changed('portal-wide', 'open', 200)))?.reason).toContain('museum, theatre');
    expect(verdict(nothingKnown, changed('portal-wide', 'open', 200))).toEqual(nothing);
  });
});

describe('a form', () => {
  test('whose address is another’s, or cannot be proved', () => {
    const refused = (reason: string) => recorded({ rule: 'R4', outcome: 'refused', reason, changes: [] }, 'nothing');
    const state = knowing(optedOutAt(100));
    expect(verdict(state, submitted(forms.ofCompany, 200), { address: 'other' })).toEqual(
      refused('the submitted address is not the contact’s: it lifts nothing'),
    );
    expect(verdict(state, submitted(forms.ofCompany, 200), { address: 'unknown' })).toEqual(
      refused('the submitted address cannot be proved: it lifts nothing'),
    );
  });

  test('no later than the opt-out', () => {
    for (const at of [99, 100]) {
      expect(verdict(knowing(optedOutAt(100)), submitted(forms.ofCompany, at))).toEqual(
        recorded(
          {
            rule: 'R9',
            outcome: 'stale',
            reason: 'submitted no later than the opt-out of Museum GmbH: the "no" wins',
            changes: [],
          },
          'nothing',
        ),
      );
    }
  });

  test('from before a merge, under an opt-out', () => {
    const merged = knowing(optedOutAt(100), { mergedAt: 200 });
    expect(verdict(merged, submitted(forms.ofCompany, 200))).toEqual(
      recorded(
        {
          rule: 'R8',
          outcome: 'stale',
          reason: 'submitted before the merge, of which the strictest wins: the opt-out of Museum GmbH stands',
          changes: [],
        },
        'nothing',
      ),
    );
    expect(verdict(merged, submitted(forms.ofCompany, 201))).toMatchObject({ decision: { outcome: 'returned' } });
    const free = knowing({}, { mergedAt: 200 });
    expect(verdict(free, submitted(forms.ofCompany, 200))).toMatchObject({ decision: { outcome: 'noted' } });
  });

  test('that lifts an opt-out, with the brand and newsletter that it names and none besides', () => {
    expect(verdict(knowing(optedOutAt(100)), submitted(forms.ofBrand, 200))).toStrictEqual(
      recorded(
        {
          rule: 'R4',
          outcome: 'returned',
          reason: `the owner of the address came back to Museum GmbH by form ${forms.ofBrand}`,
          changes: [
            {
              type: 'return',
              company: 'museum',
              return: { at: 200, form: forms.ofBrand, brand: 'gallery', newsletter: 'gallery-news', proof },
            },
          ],
        },
        'converge',
      ),
    );
    const decision = decisionOf(verdict(knowing(optedOutAt(100)), submitted(forms.ofCompany, 200)));
    expect(decision?.changes).toStrictEqual([
      { type: 'return', company: 'museum', return: { at: 200, form: forms.ofCompany, proof } },
    ]);
  });

  test('without an opt-out is kept for one that may come late', () => {
    expect(verdict(nothingKnown, submitted(forms.ofCompany, 200))).toEqual(
      recorded(
        {
          rule: 'R4',
          outcome: 'noted',
          reason: 'no opt-out of Museum GmbH stands; kept in case an older one arrives late',
          changes: [{ type: 'return', company: 'museum', return: { at: 200, form: forms.ofCompany, proof } }],
        },
        'nothing',
      ),
    );
  });

  test('with double opt-in waits for a week, and no longer', () => {
    const names = { form: forms.doubleOptIn, brand: 'gallery', newsletter: 'gallery-news' };
    const state = knowing(optedOutAt(100));
    expect(verdict(state, submitted(forms.doubleOptIn, 200), { now: 199 + WEEK })).toEqual(
      recorded(
        {
          rule: 'R7',
          outcome: 'awaiting-confirmation',
          reason: 'the form demands double opt-in: the owner has to confirm',
          changes: [
            {
              type: 'awaiting',
              company: 'museum',
              awaiting: { at: 200, ...names, proof, until: 200 + WEEK, arrivedAt: 200 },
            },
          ],
        },
        'converge',
      ),
    );
    expect(verdict(state, submitted(forms.doubleOptIn, 200), { now: 200 + WEEK })).toEqual(
      recorded({ rule: 'R7', outcome: 'expired', reason: 'the owner did not confirm in time', changes: [] }, 'nothing'),
    );
  });

  test.each([
    [200, false],
    [201, true],
    [200 + WEEK, true],
    [201 + WEEK, false],
  ])('with double opt-in of 200, confirmed at %i already: returned is %s', (confirmedAt, returned) => {
    const state = knowing(optedOutAt(100), { confirmedAt });
    const decision = decisionOf(verdict(state, submitted(forms.doubleOptIn, 200)));
    expect(decision?.outcome).toBe(returned ? 'returned' : 'awaiting-confirmation');
  });

  test('that is no form of ours, and a control that is none', () => {
    expect(verdict(knowing(optedOutAt(100)), submitted('unknown', 200))).toEqual(nothing);
    expect(verdict(knowing(optedOutAt(100)), changed('subscription:9001', 'open', 200))).toEqual(nothing);
  });
});

describe('a confirmation', () => {
  const awaiting = [{ ...back(200, { form: forms.doubleOptIn }), until: 900 }];

  test.each([
    [200, 'noted'],
    [201, 'returned'],
    [900, 'returned'],
    [901, 'noted'],
  ])('at %i of what waits from 200 to 900: %s', (at, outcome) => {
    expect(decisionOf(verdict(knowing({ awaiting }), confirmed(at)))?.outcome).toBe(outcome);
  });

  test('as a whole', () => {
    expect(verdict(knowing({ awaiting }), confirmed(300))).toStrictEqual(
      recorded(
        {
          rule: 'R7',
          outcome: 'returned',
          reason: 'the owner confirmed the form submission',
          changes: [
            { type: 'confirmed', at: 300, companies: ['museum'] },
            {
              type: 'return',
              company: 'museum',
              return: { at: 200, form: forms.doubleOptIn, proof: { by: 'confirmation' }, confirmedAt: 300 },
            },
          ],
        },
        'converge',
      ),
    );
    expect(verdict(nothingKnown, confirmed(0))).toEqual(
      recorded(
        {
          rule: 'R7',
          outcome: 'noted',
          reason: 'no submission waits for it',
          changes: [{ type: 'confirmed', at: 0 }],
        },
        'nothing',
      ),
    );
  });

  test('by a colleague, or not newer than the one known', () => {
    expect(verdict(knowing({ awaiting }), confirmed(300, 'Customer marked confirmed'))).toEqual(nothing);
    const known = knowing({ awaiting }, { confirmedAt: 300 });
    for (const at of [299, 300]) expect(verdict(known, confirmed(at))).toEqual(nothing);
  });
});

describe('before any rule', () => {
  test('a redelivery asks for convergence only while none has succeeded', () => {
    const signal = changed('subscription:501', 'closed', 100);
    const seen = new Set([signal.id]);
    for (const unconverged of [true, false]) {
      const state = knowing({}, { seen, unconverged });
      expect(verdict(state, signal)).toEqual(ignored('duplicate', unconverged ? 'converge' : 'nothing'));
    }
  });

  test('a contact that became part of another passes its signals on', () => {
    const state = knowing({}, { mergedInto: '77' });
    expect(verdict(state, changed('subscription:501', 'closed', 100))).toEqual({
      kind: 'belongs-to',
      contact: '77',
    });
  });
});

describe('a time that lies in the future', () => {
  const MINUTES = 60_000;
  const arrived = 10 * MINUTES;
  const told = (signal: Signal) =>
    verdict(knowing(optedOutAt(100)), { ...signal, receivedAt: ourTime(arrived) }, { now: arrived });

  test('five minutes are a matter of clocks', () => {
    const at = arrived + 5 * MINUTES;
    // The clocks differ by five minutes at least: the form may have been submitted five minutes before it arrived.
    const counted = arrived - 5 * MINUTES;
    expect(told(submitted(forms.ofCompany, at))).toMatchObject({
      decision: { changes: [{ return: { at: counted } }] },
    });
    expect(told(submitted(forms.ofCompany, arrived))).toMatchObject({
      decision: { changes: [{ return: { at: arrived } }] },
    });
    expect(told(changed('subscription:501', 'closed', at))).toMatchObject({ decision: { changes: [{ at }] } });
  });

  test('a form that is ahead of its arrival beats no "no" that was said after it', () => {
    const form = { ...submitted(forms.ofCompany, arrived + 4 * MINUTES), receivedAt: ourTime(arrived) };
    for (const said of [arrived + MINUTES, arrived - 4 * MINUTES]) {
      expect(verdict(knowing(optedOutAt(said)), form, { now: arrived })).toMatchObject({
        decision: { rule: 'R9', outcome: 'stale' },
      });
    }
    const before = verdict(knowing(optedOutAt(arrived - 4 * MINUTES - 1)), form, { now: arrived });
    expect(before).toMatchObject({ decision: { rule: 'R4', outcome: 'returned' } });
  });

  test('beyond them a way back counts nothing: it would beat every "no" to come', () => {
    const refused = recorded(
      {
        rule: 'R9',
        outcome: 'refused',
        reason: 'its time lies in the future, so that it cannot be ordered: it lifts nothing',
        changes: [],
      },
      'nothing',
    );
    for (const at of [arrived + 5 * MINUTES + 1, 10 ** 15]) {
      expect(told(submitted(forms.ofCompany, at))).toEqual(refused);
      expect(told(confirmed(at))).toEqual(refused);
    }
  });

  test('beyond them a "no" counts from when it arrived', () => {
    const at = 10 ** 15;
    expect(told(changed('subscription:501', 'closed', at))).toMatchObject({ decision: { changes: [{ at: arrived }] } });
    expect(told(changed('subscription:511', 'closed', at))).toMatchObject({ decision: { changes: [{ at: arrived }] } });
  });

  test('heard of again it is known', () => {
    const signal = { ...submitted(forms.ofCompany, 10 ** 15), receivedAt: ourTime(arrived) };
    const state = { ...nothingKnown, seen: new Set([signal.id]) };
    expect(verdict(state, signal, { now: arrived })).toMatchObject({ because: 'duplicate' });
  });
});
