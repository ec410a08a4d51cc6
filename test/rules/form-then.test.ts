import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { decide } from '../../src/rules/decide.ts';
import { companiesOfForm, formThen, ownTypeThen } from '../../src/rules/form-then.ts';
import { isOptedOut } from '../../src/rules/state.ts';
import { changed, confirmed, createPerson, decisionOf, MINUTE, submitted } from '../helpers/person.ts';
import {
  changedRegistry,
  FORM_OF_LIBRARY,
  forms,
  LIBRARY,
  LIBRARY_TEXT,
  libraryMoved,
  MUSEUM,
  registryText,
  STAGE_TEXT,
  THEATRE,
  testRegistry,
} from '../helpers/registry.ts';
import { knowing } from '../helpers/state.ts';

/** R4: whose form it was when somebody filled it in. The library moved from the museum to the theatre on the day MOVED (ms). */
const DAY = 24 * 60 * MINUTE;
const MOVED = DAY;
const DECLARED = '        formerly: [{ company: museum, until: "1970-01-02" }]\n';
const OF_PARK =
  '        formerly: [{ company: park, until: "1970-01-02" }, { company: museum, until: "1970-01-03" }]\n';

/** Somebody who was opted out of both companies while the library was the museum's; from then on `next` is in force. */
async function optedOutOfBoth(next: ReturnType<typeof testRegistry>) {
  const before = createPerson(testRegistry(), { [LIBRARY]: 'SUBSCRIBED' });
  await before.happens(changed(MUSEUM, 'closed', 100));
  await before.happens(changed(THEATRE, 'closed', 100));
  await before.converge(101);
  const anna = createPerson(next, { ...before.actual }, { ledger: before.ledger });
  const isOut = async () => {
    const { companies } = await anna.state();
    return Object.fromEntries(Object.entries(companies).map(([key, company]) => [key, isOptedOut(company)]));
  };
  return { happens: anna.happens, ledger: anna.ledger, isOut };
}

describe('the company that a form was of', () => {
  test.each([
    [MOVED - 1, 'park', undefined],
    [MOVED, 'museum', 501],
    [2 * DAY - 1, 'museum', 501],
    [2 * DAY, 'theatre', 601],
  ])('at %d is %s, by the days on which its brand moved', (at, company, type) => {
    const registry = libraryMoved(OF_PARK);
    expect(formThen(FORM_OF_LIBRARY, hubspotTime(at), registry)).toMatchObject({ company, brand: 'library' });
    expect(ownTypeThen(FORM_OF_LIBRARY, hubspotTime(at), registry)).toBe(type);
  });

  test('is each of those of its brand', () => {
    const of = (id: string) => companiesOfForm(libraryMoved(OF_PARK).forms.get(id) as never);
    expect(of(FORM_OF_LIBRARY)).toEqual(['theatre', 'park', 'museum']);
    expect(of(forms.ofOther)).toEqual(['theatre']);
  });

  test('is nobody’s, where the registry has no such form', () => {
    expect(formThen('gone', hubspotTime(1), testRegistry())).toBeUndefined();
    expect(ownTypeThen('gone', hubspotTime(1), testRegistry())).toBeUndefined();
  });
});

describe('a submission that is heard of after its brand moved', () => {
  test('returns to the company whose form it was', async () => {
    const anna = await optedOutOfBoth(libraryMoved(DECLARED));
    await anna.happens(submitted(FORM_OF_LIBRARY, MOVED - 1), 'same', MOVED + 5);
    expect(await anna.isOut()).toEqual({ museum: false, theatre: true });
    await anna.happens(submitted(FORM_OF_LIBRARY, MOVED), 'same', MOVED + 5);
    expect(await anna.isOut()).toEqual({ museum: false, theatre: false });
  });

  test('with double opt-in waits for that company', async () => {
    const anna = await optedOutOfBoth(libraryMoved(DECLARED, 'doubleOptIn: true'));
    await anna.happens(submitted(FORM_OF_LIBRARY, MOVED - 1), 'same', MOVED + 5);
    await anna.happens(confirmed(MOVED + 10));
    expect(await anna.isOut()).toEqual({ museum: false, theatre: true });
  });

  test.each([
    [MUSEUM, [{ at: 500 }]],
    [THEATRE, undefined],
  ])('and was only noted is decided again for that company’s opt-out only: %s', (control, again) => {
    const state = knowing({}, { noted: [{ form: FORM_OF_LIBRARY, at: 500, recordedAt: 500 }] });
    const facts = { registry: libraryMoved(DECLARED), now: ourTime(MOVED + 5), address: 'same' } as const;
    const verdict = decide(state, changed(control, 'closed', 400), facts);
    if (again === undefined) expect(verdict).not.toHaveProperty('again');
    else expect(verdict).toMatchObject({ again });
  });

  describe('also when that company is gone', () => {
    const start = registryText.indexOf('  museum:\n');
    const theMuseum = registryText.slice(start, registryText.indexOf('  theatre:\n'));
    const form = `forms: [{ id: ${FORM_OF_LIBRARY}, company: theatre, brand: library, doubleOptIn: false }]\n`;
    const gone = changedRegistry(
      [theMuseum, ''],
      [STAGE_TEXT, LIBRARY_TEXT + DECLARED + STAGE_TEXT],
      [registryText.slice(registryText.indexOf('forms:\n')), form],
    );

    test('is what the ledger says', async () => {
      const before = await optedOutOfBoth(libraryMoved(DECLARED));
      await before.happens(submitted(FORM_OF_LIBRARY, MOVED - 1), 'same', MOVED + 5);
      const { companies } = await createPerson(gone, {}, { ledger: before.ledger }).state();
      expect(Object.keys(companies).filter((key) => isOptedOut(companies[key] as never))).toEqual(['theatre']);
    });

    test('is what a late telling says', async () => {
      const anna = await optedOutOfBoth(gone);
      await anna.happens(submitted(FORM_OF_LIBRARY, MOVED - 1), 'same', MOVED + 5);
      expect(await anna.isOut()).toEqual({ museum: false, theatre: true });
    });
  });
});

describe('where the registry does not tell when, a submission that is heard of late lifts nothing', () => {
  const HOUR = 60 * MINUTE;
  const whose = /submitted when the form may have been another company’s: it lifts nothing/;

  test('of a brand that the ledger knows as another company’s', async () => {
    const anna = await optedOutOfBoth(libraryMoved());
    const late = await anna.happens(submitted(FORM_OF_LIBRARY, 500), 'same', 501 + HOUR);
    expect(decisionOf(late)).toMatchObject({ rule: 'R4', outcome: 'refused', reason: expect.stringMatching(whose) });
    expect(await anna.isOut()).toEqual({ museum: true, theatre: true });
  });

  test('but counts, where it is heard of within an hour', async () => {
    const anna = await optedOutOfBoth(libraryMoved());
    await anna.happens(submitted(FORM_OF_LIBRARY, 500), 'same', 499 + HOUR);
    expect(await anna.isOut()).toEqual({ museum: true, theatre: false });
  });

  test('nor does the ledger matter for a form of another brand, or of none', async () => {
    const anna = await optedOutOfBoth(libraryMoved());
    await anna.happens(submitted(forms.ofOther, 500), 'same', 501 + HOUR);
    expect(await anna.isOut()).toEqual({ museum: true, theatre: false });
  });

  test.each([
    ['from before another company became part of the form’s', MOVED - 1, true],
    ['from since then', MOVED, false],
  ])('%s', async (_, at, isStillOut) => {
    const merged = '    formerly: [{ key: park, until: "1970-01-02" }]\n';
    const anna = await optedOutOfBoth(
      changedRegistry(['    name: Theatre GmbH\n', `    name: Theatre GmbH\n${merged}`]),
    );
    await anna.happens(submitted(forms.ofOther, at), 'same', at + HOUR + 1);
    expect(await anna.isOut()).toEqual({ museum: true, theatre: isStillOut });
  });
});
