import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import type { Facts } from '../../src/rules/clause.ts';
import { decide } from '../../src/rules/decide.ts';
import { replay } from '../../src/rules/evolve.ts';
import { ownersReturns } from '../../src/rules/r7-confirmation.ts';
import type { Sight } from '../../src/rules/sight.ts';
import { isOptedOut, nothingKnown } from '../../src/rules/state.ts';
import type { Signal } from '../../src/signals/signal.ts';
import { withId } from '../../src/signals/signal-id.ts';
import { changed, confirmed, createPerson, decisionOf, MINUTE, submitted } from '../helpers/person.ts';
import { forms, MUSEUM, THEATRE, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed } from '../helpers/state.ts';

/** Both companies have a form with double opt-in. */
const THEATRE_FORM = '00000000-0000-4000-8000-000000000005';
const registry = testRegistry(`  - { id: ${THEATRE_FORM}, company: theatre, doubleOptIn: true }\n`);

/** A submission that states `at` and arrived at `receivedAt` (ms). */
const arrived = (form: string, at: number, receivedAt: number): Signal =>
  withId({ ...submitted(form, at), receivedAt: ourTime(receivedAt) } as Signal);

/** Somebody who opted out of both companies at 1000. */
async function createAnna() {
  const anna: ReturnType<typeof createPerson> = createPerson(registry);
  await anna.happens(changed(MUSEUM, 'closed', 1000));
  await anna.happens(changed(THEATRE, 'closed', 1000));
  const out = async (company: string) => {
    const found = (await anna.state()).companies[company];
    return found !== undefined && isOptedOut(found);
  };
  return { ...anna, out };
}

describe('R7: the click comes after the submission arrived', () => {
  test('a backdated submission cannot use an old click', async () => {
    const anna = await createAnna();
    await anna.happens(confirmed(5000));
    const verdict = await anna.happens(arrived(forms.doubleOptIn, 4000, 6000), 'same', 6000);
    expect(decisionOf(verdict)).toMatchObject({ outcome: 'awaiting-confirmation' });
    expect(await anna.out('museum')).toBe(true);
    await anna.happens(confirmed(6000));
    expect(await anna.out('museum')).toBe(true);
    await anna.happens(confirmed(6001));
    expect(await anna.out('museum')).toBe(false);
  });

  test('nor can an event that came before the submission: HubSpot’s list shows a submission that is later than the event’s arrival', async () => {
    const anna = await createAnna();
    await anna.happens(confirmed(120_000));
    const verdict = await anna.happens(arrived(forms.doubleOptIn, 120_000, 70_000), 'same', 149_000);
    expect(decisionOf(verdict)).toMatchObject({ outcome: 'awaiting-confirmation' });
    await anna.happens(confirmed(121_000));
    expect(await anna.out('museum')).toBe(false);
  });

  test('a click that is decided before the submission counts, if it came after the arrival', async () => {
    const anna = await createAnna();
    await anna.happens(confirmed(7000));
    const verdict = await anna.happens(arrived(forms.doubleOptIn, 4000, 6000), 'same', 8000);
    expect(decisionOf(verdict)).toMatchObject({
      rule: 'R7',
      outcome: 'returned',
      changes: [{ return: { at: 4000, proof: { by: 'confirmation' } } }, { companies: ['museum'] }],
    });
  });

  test('an entry from before arrivals were kept counts from the submission, as it did', () => {
    const waiting = { at: 2000, form: forms.doubleOptIn, until: 90 * MINUTE };
    const body = { kind: 'decision', changes: [{ type: 'awaiting', company: 'museum', awaiting: waiting }] };
    const entries = [{ v: 1, body, recordedAt: 3000 }] as never;
    const state = replay(entries, registry);
    const facts: Facts = { registry, now: ourTime(4000), address: 'same' };
    expect(decide(state, confirmed(2001), facts)).toMatchObject({ decision: { outcome: 'returned' } });
  });
});

describe('R7: one click, one company', () => {
  test('with submissions to two companies waiting, the click opens neither, and the ledger says what the person can do', async () => {
    const anna = await createAnna();
    await anna.happens(submitted(forms.doubleOptIn, 2000));
    await anna.happens(submitted(THEATRE_FORM, 3000));
    const decision = decisionOf(await anna.happens(confirmed(4000)));
    expect(decision).toMatchObject({ rule: 'R7', outcome: 'ambiguous', changes: [{ type: 'confirmed' }] });
    expect(decision?.reason).toMatch(/Museum GmbH, Theatre GmbH wait.*fill in the form of one company again/);
    expect([await anna.out('museum'), await anna.out('theatre')]).toEqual([true, true]);
  });

  test('then the status of a company’s own type tells which, by source and time', async () => {
    const anna = await createAnna();
    await anna.happens(submitted(forms.doubleOptIn, 2000));
    await anna.happens(submitted(THEATRE_FORM, 3000));
    await anna.happens(confirmed(4000));
    const shown = (source: string, at: number, hash = 'hash of anna@example.at') =>
      timed<Sight>({
        exists: true,
        address: { hash, statuses: [{ subscriptionId: 601, status: 'SUBSCRIBED', source, at }] },
        others: [],
        actual: {},
      } as never);
    const state = await anna.state();
    const companies = (...told: Parameters<typeof shown>) =>
      ownersReturns(state, shown(...told), registry).flatMap(({ changes }) =>
        changes.map((change) => ('company' in change ? change.company : '')),
      );
    expect(companies('Self Service Resubscription', 4000)).toEqual(['theatre']);
    expect(companies('HubSpot user', 4000)).toEqual([]);
    expect(companies('Self Service Resubscription', 4000, 'hash of another address')).toEqual([]);
    expect(companies('Self Service Resubscription', 3000)).toEqual([]);
  });

  test('a form filled in again, and confirmed alone, opens that company', async () => {
    const anna = await createAnna();
    await anna.happens(submitted(forms.doubleOptIn, 2000));
    await anna.happens(submitted(THEATRE_FORM, 3000));
    await anna.happens(confirmed(4000));
    await anna.happens(submitted(THEATRE_FORM, 5000));
    expect(decisionOf(await anna.happens(confirmed(6000)))).toMatchObject({ outcome: 'returned' });
    expect([await anna.out('museum'), await anna.out('theatre')]).toEqual([true, false]);
  });

  test('a click that was used for one company is not used for another that is heard of late', async () => {
    const anna = await createAnna();
    await anna.happens(submitted(forms.doubleOptIn, 2000));
    await anna.happens(confirmed(4000));
    const late = await anna.happens(arrived(THEATRE_FORM, 3000, 3000), 'same', 5000);
    expect(decisionOf(late)).toMatchObject({ outcome: 'awaiting-confirmation' });
    expect([await anna.out('museum'), await anna.out('theatre')]).toEqual([false, true]);
  });

  describe('a mail to a company where nothing is to be lifted may be on its way, too', () => {
    const waiting = { ...back(3000, { form: forms.doubleOptIn }), until: 9000 };
    const mailed = (form: string, at: number) => ({ mails: [{ form, at }] });
    /** A click at 4000, while a submission of 3000 waits to lift the museum's opt-out, and other mails were sent. */
    const clicked = (more: Parameters<typeof knowing>[1]) =>
      decisionOf(
        decide(knowing({ ...optedOutAt(1000), awaiting: [waiting] }, more), confirmed(4000), {
          registry,
          now: ourTime(4000),
          address: 'same',
        }),
      );

    test('the click may be meant for that company: it opens nothing', () => {
      expect(clicked(mailed(THEATRE_FORM, 2000))).toMatchObject({
        outcome: 'ambiguous',
        changes: [{ type: 'confirmed', companies: ['museum', 'theatre'] }],
      });
    });

    const { confirmationTimeoutMs } = registry.policy;
    test.each([
      ['was confirmed by an earlier click', { ...mailed(THEATRE_FORM, 2000), confirmedAt: 2500 }, 'returned'],
      ['came after an earlier click', { ...mailed(THEATRE_FORM, 2000), confirmedAt: 1500 }, 'ambiguous'],
      ['came after the click', mailed(THEATRE_FORM, 4001), 'returned'],
      ['is too old to be confirmed', mailed(THEATRE_FORM, 4000 - confirmationTimeoutMs - 1), 'returned'],
      ['is just young enough', mailed(THEATRE_FORM, 4000 - confirmationTimeoutMs), 'ambiguous'],
      ['is to the same company', mailed(forms.doubleOptIn, 2000), 'returned'],
      ['demands no confirmation, so that no mail was sent', mailed(forms.ofOther, 2000), 'returned'],
      ['is of a form that left the registry', mailed('gone', 2000), 'returned'],
    ])('a mail that %s', (_, more, outcome) => {
      expect(clicked(more)).toMatchObject({ outcome });
    });

    test('a click for which nothing else waits is meant for that company, and for no submission that is heard of late', () => {
      const decision = decisionOf(
        decide(knowing({}, mailed(THEATRE_FORM, 2000)), confirmed(4000), {
          registry,
          now: ourTime(4000),
          address: 'same',
        }),
      );
      expect(decision).toMatchObject({ outcome: 'noted', changes: [{ type: 'confirmed', companies: ['theatre'] }] });
    });
  });

  test('two submissions to one company are both confirmed', async () => {
    const anna = await createAnna();
    await anna.happens(submitted(forms.doubleOptIn, 2000));
    await anna.happens(submitted(forms.doubleOptIn, 3000));
    expect(decisionOf(await anna.happens(confirmed(4000)))?.changes).toHaveLength(3);
    expect(await anna.out('museum')).toBe(false);
  });

  test('without a submission the click is for nobody yet', () => {
    const facts: Facts = { registry, now: ourTime(1), address: 'same' };
    expect(decide(nothingKnown, confirmed(1), facts)).toMatchObject({ decision: { outcome: 'noted' } });
  });
});
