import { describe, expect, test } from 'vitest';
import { asOurTime } from '../../src/clocks.ts';
import { decide } from '../../src/rules/decide.ts';
import type { ContactState } from '../../src/rules/state.ts';
import type { Signal } from '../../src/signals/signal.ts';
import { confirmed, submitted } from '../helpers/person.ts';
import { forms, testRegistry } from '../helpers/registry.ts';
import { back, type InMs, knowing, optedOutAt } from '../helpers/state.ts';

const registry = testRegistry();
const proof = { by: 'list' } as const;
const verdict = (state: ContactState, signal: Signal) =>
  decide(state, signal, { registry, now: asOurTime(signal.occurredAt), address: 'same', proof });
const optedOut = (more: Partial<InMs<ContactState>>) => knowing(optedOutAt(100), more);
const waiting = { ...back(200, { form: forms.doubleOptIn }), until: 900 };

describe('a click that is decided before the submission that it came after', () => {
  test('makes the submission take effect', () => {
    const names = { form: forms.doubleOptIn, brand: 'gallery', newsletter: 'gallery-news' };
    const state = optedOut({ confirmedAt: 300, confirmedFor: [] });
    expect(verdict(state, submitted(forms.doubleOptIn, 200))).toEqual({
      kind: 'recorded',
      decision: {
        rule: 'R7',
        outcome: 'returned',
        reason: 'the owner confirmed the form submission',
        changes: [
          {
            type: 'return',
            company: 'museum',
            return: { at: 200, ...names, proof: { by: 'confirmation' }, confirmedAt: 300 },
          },
          { type: 'confirmed', at: 300, companies: ['museum'] },
        ],
      },
      follow: 'converge',
    });
  });

  test.each([
    ['was for nobody yet', [], 'returned'],
    ['was used for another submission to the same company', ['museum'], 'returned'],
    ['was used for another company', ['theatre'], 'awaiting-confirmation'],
    ['may have been meant for either of two', ['museum', 'theatre'], 'awaiting-confirmation'],
  ])('and %s', (_, confirmedFor, outcome) => {
    const state = optedOut({ confirmedAt: 300, confirmedFor });
    expect(verdict(state, submitted(forms.doubleOptIn, 200))).toMatchObject({ decision: { rule: 'R7', outcome } });
  });

  test('is not needed where the form demands no double opt-in: the list proves the return', () => {
    const state = optedOut({ confirmedAt: 300 });
    expect(verdict(state, submitted(forms.ofCompany, 200))).toMatchObject({
      decision: { rule: 'R4', outcome: 'returned', changes: [{ return: { proof } }] },
    });
  });
});

describe('a new click', () => {
  test('confirms a submission that an earlier one, used for another company, left waiting', () => {
    const state = knowing({ ...optedOutAt(100), awaiting: [waiting] }, { confirmedAt: 300, confirmedFor: ['theatre'] });
    expect(verdict(state, confirmed(400))).toMatchObject({
      decision: { rule: 'R7', outcome: 'returned', changes: [{ companies: ['museum'] }, { company: 'museum' }] },
    });
  });

  test('confirms none that an earlier one could have meant: only the status of the company’s own type does', () => {
    const state = knowing(
      { ...optedOutAt(100), awaiting: [waiting] },
      { confirmedAt: 300, confirmedFor: ['museum', 'theatre'] },
    );
    expect(verdict(state, confirmed(400))).toMatchObject({ decision: { rule: 'R7', outcome: 'noted' } });
  });

  test('that could mean two companies names one that left the registry by its key', () => {
    const state = knowing({ ...optedOutAt(100), awaiting: [waiting] });
    const closed = { returns: [], prior: {}, grace: {}, awaiting: state.companies['museum']?.awaiting ?? [] };
    const both = { ...state, companies: { ...state.companies, closed } };
    expect(verdict(both, confirmed(300))).toMatchObject({
      decision: { outcome: 'ambiguous', reason: expect.stringContaining('submissions to Museum GmbH, closed wait') },
    });
  });
});
