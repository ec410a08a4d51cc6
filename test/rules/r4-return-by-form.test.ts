import { describe, expect, test } from 'vitest';
import { asOurTime, hubspotTime } from '../../src/clocks.ts';
import type { Case, Facts } from '../../src/rules/clause.ts';
import { decide } from '../../src/rules/decide.ts';
import { formOf, returnBy, SELF_SERVICE, selfServiceReturn } from '../../src/rules/r4-return-by-form.ts';
import { type ContactState, nothingKnown } from '../../src/rules/state.ts';
import type { FormSignal } from '../../src/signals/signal.ts';
import { submitted } from '../helpers/person.ts';
import { forms, GALLERY, GALLERY_NEWS, LIBRARY, MUSEUM, STAGE, testRegistry } from '../helpers/registry.ts';
import { write } from '../helpers/shown.ts';
import { back, knowing, optedOutAt } from '../helpers/state.ts';

/** The stage is a brand of the theatre by now; an earlier value kept for the museum says that the brand was the museum's. */
const FORM_OF_STAGE = '00000000-0000-4000-8000-000000000005';
const registry = testRegistry(`  - { id: ${FORM_OF_STAGE}, company: theatre, brand: stage, doubleOptIn: false }\n`);
const heldByFormer = knowing({ ...optedOutAt(100), prior: { [STAGE]: 'SUBSCRIBED' } });
const proof = { by: 'list', submission: 'hash' } as const;

const given = (state: ContactState, form: string, more: Partial<Facts> = {}): Case<FormSignal> => {
  const signal = submitted(form, 200) as FormSignal;
  return { state, signal, facts: { registry, now: asOurTime(signal.occurredAt), address: 'same', ...more } };
};
const verdict = (state: ContactState, form: string, more: Partial<Facts> = {}) => {
  const { signal, facts } = given(state, form, more);
  return decide(state, signal, facts);
};
const returned = knowing({ ...optedOutAt(100), returns: [back(150)], liftedOptOut: 100 });
/** Of somebody who came back by the company's form, and whose newsletter or other controls we wrote last as given. */
const lifted = (written: ContactState['written']) => ({ ...returned, written });

describe('HubSpot’s list of submissions is asked', () => {
  test.each<[string, ContactState, string]>([
    ['of what came after the standing opt-out', knowing(optedOutAt(100)), forms.ofCompany],
    [
      'while an earlier return is still to be lifted',
      knowing({ ...optedOutAt(100), returns: [back(150)] }),
      forms.ofBrand,
    ],
    ['where a former company’s opt-out holds the brand that the form names', heldByFormer, FORM_OF_STAGE],
    [
      'where the form names a newsletter that our fan-out closed and the lift left closed',
      lifted({ [GALLERY]: { closed: [write(110)], open: [write(160)] }, [GALLERY_NEWS]: { closed: [write(110)] } }),
      forms.ofBrand,
    ],
  ])('%s', (_, state, form) => {
    expect(verdict(state, form)).toEqual({ kind: 'unproved', after: 100, taken: new Set() });
  });

  test.each<[string, ContactState, string, string]>([
    ['of somebody who never opted out', nothingKnown, forms.ofCompany, 'Museum GmbH'],
    ['of somebody who came back', returned, forms.ofCompany, 'Museum GmbH'],
    [
      'of somebody to whom all was opened again that the form names',
      lifted({ [GALLERY_NEWS]: { closed: [write(110)], open: [write(160)] } }),
      forms.ofBrand,
      'Museum GmbH',
    ],
    [
      'of a form that names nothing that we closed',
      lifted({
        [LIBRARY]: { closed: [write(110)] },
        [STAGE]: { closed: [write(110)] },
        [MUSEUM]: { closed: [write(110)] },
      }),
      forms.ofBrand,
      'Museum GmbH',
    ],
    [
      'of a company’s form: it names no newsletter',
      lifted({ [GALLERY_NEWS]: { closed: [write(110)] } }),
      forms.ofCompany,
      'Museum GmbH',
    ],
    ['of a form that names nothing of what a former company holds', heldByFormer, forms.ofOther, 'Theatre GmbH'],
  ])('not for a form %s: nothing is to be lifted', (_, state, form, name) => {
    const reason = `no opt-out of ${name} stands: nothing is to be lifted`;
    expect(verdict(state, form)).toEqual({
      kind: 'recorded',
      decision: { rule: 'R4', outcome: 'noted', reason, changes: [] },
      follow: 'nothing',
    });
  });

  test('and what the list does not confirm is refused with its reason', () => {
    const reason = 'the list shows no such submission';
    expect(verdict(knowing(optedOutAt(100)), forms.ofCompany, { proof: { refused: reason } })).toEqual({
      kind: 'recorded',
      decision: { rule: 'R4', outcome: 'refused', reason, changes: [] },
      follow: 'nothing',
    });
  });
});

describe('a proved form without a standing opt-out of its company', () => {
  test.each<[string, ContactState, string, string]>([
    ['a former company’s opt-out closed', heldByFormer, FORM_OF_STAGE, 'Theatre GmbH'],
    ['the company’s own opt-out closed before the owner came back', returned, forms.ofBrand, 'Museum GmbH'],
  ])('opens the brand that it names, and that %s', (_, state, form, name) => {
    const reason = `the owner named a brand of ${name} in form ${form}: what the opt-out closed there is opened`;
    expect(verdict(state, form, { proof })).toMatchObject({
      decision: { rule: 'R4', outcome: 'returned', reason, changes: [{ type: 'return', return: { form } }] },
      follow: 'converge',
    });
  });

  test.each<[string, ContactState, string]>([
    ['opens nothing where nothing was closed', nothingKnown, forms.ofBrand],
    ['opens nothing where it names no brand', returned, forms.ofCompany],
  ])('%s', (_, state, form) => {
    expect(verdict(state, form, { proof })).toMatchObject({ decision: { outcome: 'noted' }, follow: 'nothing' });
  });
});

describe('a return', () => {
  const of = (state: ContactState, more: Partial<Facts> = {}) => {
    const one = given(state, forms.ofCompany, more);
    return returnBy(formOf(one), one);
  };

  test('is that of the address for which the ledger counts, where one is known', () => {
    expect(of(knowing({}, { address: 'a' }), { proof })).toStrictEqual({
      at: 200,
      form: forms.ofCompany,
      by: 'a',
      proof,
    });
    expect(of(knowing({}), { proof })).toStrictEqual({ at: 200, form: forms.ofCompany, proof });
  });

  test('claims no proof that nobody gave', () => {
    const plain = { at: 200, form: forms.ofCompany };
    expect(of(knowing({}))).toStrictEqual(plain);
    expect(of(knowing({}), { proof: { refused: 'not listed' } })).toStrictEqual(plain);
  });

  test('of a form that the registry does not know is none', () => {
    const unknown = '00000000-0000-4000-8000-0000000000ff';
    expect(() => formOf(given(nothingKnown, unknown))).toThrow(
      new RangeError(`form ${unknown} is not in the registry`),
    );
  });

  test('by HubSpot’s own page names the address of the status, where HubSpot shows one', () => {
    const lenient = testRegistry('policy: { acceptSelfService: true }\n');
    const shown = { source: SELF_SERVICE, at: hubspotTime(200) };
    const byPage = (more: object) =>
      selfServiceReturn('museum', knowing(optedOutAt(100)), { ...shown, ...more }, lenient);
    const plain = { at: 200, form: SELF_SERVICE };
    expect(byPage({ address: 'a' })?.changes).toStrictEqual([
      { type: 'return', company: 'museum', return: { ...plain, by: 'a' } },
    ]);
    expect(byPage({})?.changes).toStrictEqual([{ type: 'return', company: 'museum', return: plain }]);
  });
});
