import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/rules/clause.ts';
import type { DecisionEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { isOptedOut } from '../../src/rules/state.ts';
import type { Signal } from '../../src/signals/signal.ts';
import { decided } from '../helpers/entries.ts';
import { changed, confirmed, createPerson, decisionOf, MINUTE, submitted } from '../helpers/person.ts';
import { forms, MUSEUM, THEATRE, testRegistry } from '../helpers/registry.ts';
import type { InMs } from '../helpers/state.ts';

/** R7: HubSpot sends the mail with the link for every submission, whatever became of the submission here. */

const THEATRE_FORM = '00000000-0000-4000-8000-000000000005';
const registry = testRegistry(`  - { id: ${THEATRE_FORM}, company: theatre, doubleOptIn: true }\n`);

/** What becomes of the museum, when the owner submits its form at 3000 and clicks at 4000; both companies were opted out of at 1000. */
async function clickedAfter(...before: [told: Signal, address?: Facts['address'], now?: number][]) {
  const anna = createPerson(registry);
  await anna.happens(changed(MUSEUM, 'closed', 1000));
  await anna.happens(changed(THEATRE, 'closed', 1000));
  for (const [told, address, now] of before) await anna.happens(told, address, now);
  await anna.happens(submitted(forms.doubleOptIn, 3000));
  const decision = decisionOf(await anna.happens(confirmed(4000)));
  const { museum } = (await anna.state()).companies;
  return { outcome: decision?.outcome, isOut: museum !== undefined && isOptedOut(museum) };
}
const AMBIGUOUS = { outcome: 'ambiguous', isOut: true };
const RETURNED = { outcome: 'returned', isOut: false };

describe('a click may be meant for the mail of another company’s form', () => {
  test('whose submission was no later than the opt-out (R9)', async () => {
    expect(await clickedAfter([submitted(THEATRE_FORM, 900), 'same', 2000])).toEqual(AMBIGUOUS);
  });

  test('whose submission waited until an opt-out ended that', async () => {
    const ended = clickedAfter([submitted(THEATRE_FORM, 2000)], [changed(THEATRE, 'closed', 2500)]);
    expect(await ended).toEqual(AMBIGUOUS);
  });

  test('whose address could not be proved, but not one that is known to be another one', async () => {
    expect(await clickedAfter([submitted(THEATRE_FORM, 2000), 'unknown'])).toEqual(AMBIGUOUS);
    expect(await clickedAfter([submitted(THEATRE_FORM, 2000), 'other'])).toEqual(RETURNED);
  });

  test('that stated a time in the future', async () => {
    const early = { ...submitted(THEATRE_FORM, 60 * MINUTE), receivedAt: submitted(THEATRE_FORM, 2000).receivedAt };
    expect(await clickedAfter([early, 'same', 2000])).toEqual(AMBIGUOUS);
  });

  test('but not where that form sends no mail, was confirmed by an earlier click, or is of the same company', async () => {
    expect(await clickedAfter([submitted(forms.ofOther, 900), 'same', 2000])).toEqual(RETURNED);
    expect(await clickedAfter([submitted(THEATRE_FORM, 900), 'same', 2000], [confirmed(2500)])).toEqual(RETURNED);
    expect(await clickedAfter([submitted(forms.doubleOptIn, 900), 'same', 2000])).toEqual(RETURNED);
  });
});

describe('what is kept of the mails', () => {
  const told = (form: string, at: number, more: Partial<InMs<DecisionEntry>> = {}) =>
    decided({ at: at + 5 }, [], { occurredAt: at, signal: { id: `${form} ${at}`, kind: 'form', form }, ...more });
  const keptOf = (...entries: ReturnType<typeof told>[]) => replay(entries, registry).mails;

  test.each<[string, Partial<InMs<DecisionEntry>>]>([
    ['that HubSpot’s list does not show', { rule: 'R4', outcome: 'refused', reason: 'HubSpot’s list … shows none' }],
    ['by which nothing was to be lifted', { rule: 'R4', outcome: 'noted' }],
    ['that was not confirmed in time', { rule: 'R7', outcome: 'expired' }],
  ])('is a submission %s', (_, more) => {
    expect(keptOf(told('a', 100, more))).toEqual([{ form: 'a', at: 100, heardAt: 105 }]);
  });

  test('is none of a decision about no form', () => {
    expect(keptOf(told('a', 100, { signal: { id: 'x', kind: 'control', control: MUSEUM } }))).toBeUndefined();
    expect(keptOf(told('a', 100, { signal: undefined as never }))).toBeUndefined();
  });

  test('is the newest five of each form by their own times, so that one form does not push out another one’s mail', () => {
    const many = [500, 300, 700, 200, 400, 600].map((at) => told('a', at));
    const kept = [100, 300, 400, 500, 600, 700].map((at) => ({ form: at === 100 ? 'b' : 'a', at, heardAt: at + 5 }));
    expect(keptOf(told('b', 100), ...many)).toEqual(kept);
    expect(keptOf(...many, told('b', 100), told('a', 500))).toEqual(kept);
  });
});
