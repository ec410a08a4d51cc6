import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import { decide } from '../../src/rules/decide.ts';
import type { DecisionEntry, LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { decided } from '../helpers/entries.ts';
import { changed } from '../helpers/person.ts';
import { forms, MUSEUM, testRegistry } from '../helpers/registry.ts';
import { back, type InMs } from '../helpers/state.ts';

const registry = testRegistry();

/** R4: a form was submitted at a moment (ms) when nothing was to be lifted. */
const noted = (form: string, at: number, more: Partial<InMs<DecisionEntry>> = {}) =>
  decided({ at: at + 5 }, [], {
    rule: 'R4',
    outcome: 'noted',
    occurredAt: at,
    signal: { id: `${form} ${at}`, kind: 'form', form },
    ...more,
  });
const notedIn = (...entries: LedgerEntry[]) => replay(entries, registry).noted;

describe('R4: a submission by which nothing was to be lifted is kept', () => {
  test('with its form, its time and when it was recorded', () => {
    expect(notedIn(noted(forms.ofCompany, 200))).toEqual([{ form: forms.ofCompany, at: 200, recordedAt: 205 }]);
  });

  test('so that it is decided again, when an older opt-out is heard of', () => {
    const state = replay([noted(forms.ofOther, 210), noted(forms.ofCompany, 200)], registry);
    const facts = { registry, now: ourTime(300), address: 'same' } as const;
    const again = [{ form: forms.ofCompany, at: 200, recordedAt: 205 }];
    expect(decide(state, changed(MUSEUM, 'closed', 100), facts)).toMatchObject({ kind: 'recorded', again });
    expect(decide(state, changed(MUSEUM, 'closed', 200), facts)).not.toHaveProperty('again');
  });

  test('of each form the newest', () => {
    const [first, other, last] = [noted('a', 100), noted('b', 200), noted('a', 300)];
    expect(notedIn(first, other, last)).toEqual([
      { form: 'b', at: 200, recordedAt: 205 },
      { form: 'a', at: 300, recordedAt: 305 },
    ]);
  });

  test('R9: of each form the newest by its own time, whichever was told last', () => {
    expect(notedIn(noted('a', 300), noted('a', 100))).toEqual([{ form: 'a', at: 300, recordedAt: 305 }]);
    const again = noted('a', 300, { signal: { id: 'told again', kind: 'form', form: 'a' } });
    expect(notedIn(noted('a', 300), { ...again, recordedAt: ourTime(900) })).toEqual([
      { form: 'a', at: 300, recordedAt: 305 },
    ]);
  });

  const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  test.each([
    ['in order', letters],
    ['the newest first', letters.toReversed()],
  ])('of many forms the newest five, told %s', (_, told) => {
    const kept = notedIn(...told.map((form) => noted(form, letters.indexOf(form))));
    expect(kept?.map(({ form }) => form)).toEqual(['c', 'd', 'e', 'f', 'g']);
  });

  const kept = { type: 'return' as const, company: 'museum', return: back(200) };
  test.each<[string, Partial<InMs<DecisionEntry>>]>([
    ['that was refused', { outcome: 'refused' }],
    ['that is kept as a return', { changes: [kept] }],
    ['of which another rule speaks', { rule: 'R7' }],
    ['by no form', { signal: { id: 'x', kind: 'control', control: MUSEUM, to: 'open' } }],
    ['of which no signal told', { signal: undefined as never }],
  ])('none %s', (_, more) => {
    expect(notedIn(noted(forms.ofCompany, 200, more))).toBeUndefined();
  });
});
