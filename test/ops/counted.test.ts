import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planTexts } from '../../ops/texts/plan.ts';
import { doctorTexts, outputTexts } from '../../ops/texts/words.ts';

const { texts: pageTexts } = (await import(join(import.meta.dirname, '../../local/page/browser/texts.js'))) as {
  texts: Record<string, Record<'en' | 'de', string>>;
};

/** Every text of a catalogue that takes parts, told of one and of two of everything. */
function toldOf(catalogue: object, path = ''): { key: string; one: string; two: string }[] {
  return Object.entries(catalogue).flatMap(([key, value]): { key: string; one: string; two: string }[] => {
    if (typeof value === 'function') {
      const of = (count: number) => String(value(count, count, count));
      return [{ key: `${path}${key}`, one: of(1), two: of(2) }];
    }
    return typeof value === 'object' && value !== null ? toldOf(value, `${path}${key}.`) : [];
  });
}

const catalogues = { doctorTexts, outputTexts, planTexts };
/** A number before one of these is a count. What follows `of 1` in an id or a limit is none of them. */
const PLURALS = {
  en: /\b1 (contacts|entries|events|decisions|controls|findings|dead letters|submissions|opt-outs|people|messages)\b/,
  de: /\b1 (unzustellbare )?(Kontakten?|Einträge|Ereignisse|Entscheidungen|Sperren|Befunde|Nachrichten|Einsendungen|Widerrufe|Personen)\b/,
};

describe.each(Object.entries(catalogues))('%s: one is told in the singular, more in the plural', (_, catalogue) => {
  test.each(['en', 'de'] as const)('%s', (language) => {
    const told = toldOf(catalogue[language]);
    expect(told.length).toBeGreaterThan(0);
    expect(told.some(({ one, two }) => one !== two.replaceAll('2', '1'))).toBe(true);
    expect(told.filter(({ one }) => PLURALS[language].test(one))).toEqual([]);
  });
});

test.each([
  ['en', 'audit of 1 contact', outputTexts.en.report.head('', '', 1), /: 1 contact$/],
  ['en', 'two', outputTexts.en.verified(2, 2), /^2 entries of 2 contacts$/],
  ['en', 'one', outputTexts.en.verified(1, 1), /^1 entry of 1 contact$/],
  ['de', 'one', outputTexts.de.verified(1, 1), /^1 Eintrag zu 1 Kontakt$/],
  ['de', 'two', outputTexts.de.simulated.head(2, 1), /^2 Ereignisse; 1 Entscheidung; /],
])('%s, %s: %s', (...[, , told, expected]) => {
  expect(told).toMatch(expected);
});

test('the page has no plural after a number that may be one, but a text of its own for one', () => {
  const plural = Object.entries(pageTexts).filter(([, { en = '', de = '' }]) =>
    /\{\w+\} (people|Personen|contacts|Kontakte)/.test(`${en} ${de}`),
  );
  expect(plural.map(([key]) => key)).toEqual(plural.map(([key]) => key.replace(/\.\w+$/, '.many')));
  for (const [key] of plural) expect(pageTexts[key.replace('.many', '.one')]?.['en']).toMatch(/^1 /);
});
