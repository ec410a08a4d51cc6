import { describe, expect, test } from 'vitest';
import { disclosureOf } from '../../ops/disclosure.ts';
import { explain } from '../../ops/explain.ts';
import { recordOf } from '../../ops/person.ts';
import { speechOf } from '../../ops/texts/speech.ts';
import { loadRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';

const file = loadRegistry('registry/noeku.example.yaml');
const registry = arrangeRegistry(file);
/** The three controls of Kunsthalle Krems: its block, its type and its newsletter. */
const [block = '', type = '', newsletter = ''] = [...registry.controls.values()]
  .filter(({ company, brand }) => company === 'kunstmeile-krems' && brand === 'kunsthalle-krems')
  .map(({ key }) => key);

const peopleWith = (values: Record<string, string>) => ({
  contacts: [recordOf({ contact: '101', existsInHubSpot: true, entries: [], values }, { registry })],
});
const rowOf = (values: Record<string, string>) =>
  /^ +(\S+) Kunsthalle Krems$/m.exec(explain(peopleWith(values), speechOf('en', file)))?.[1];

describe('each state of a control has a sign of its own', () => {
  test.each([
    ['never set', { [block]: '', [type]: 'NOT_SPECIFIED', [newsletter]: 'NOT_SPECIFIED' }, '–––'],
    ['open', { [block]: 'false', [type]: 'SUBSCRIBED', [newsletter]: 'SUBSCRIBED' }, '○○○'],
    ['closed', { [block]: 'true', [type]: 'UNSUBSCRIBED', [newsletter]: 'UNSUBSCRIBED' }, '●●●'],
    ['unknown', {}, '···'],
  ])('%s', (_, values, signs) => {
    expect(rowOf(values)).toBe(signs);
  });
});

test('the legend names each sign, in both languages', () => {
  expect(explain(peopleWith({}), speechOf('en', file))).toContain('● closed, ○ open, – never set, · unknown)');
  expect(explain(peopleWith({}), speechOf('de', file))).toContain('● gesperrt, ○ offen, – nie gesetzt, · unbekannt)');
});

test('the disclosure says that nobody ever set it', () => {
  const page = (values: Record<string, string>) =>
    disclosureOf({ who: 'anna@example.at', at: 0 }, peopleWith(values), speechOf('de', file));
  expect(page({ [block]: '', [type]: 'NOT_SPECIFIED' })).toContain(
    'Kunsthalle Krems: DSGVO-E-Mail-Sperre: offen (nie gesetzt)<br>Kunsthalle Krems: Abo-Typ 511: offen (nie gesetzt)',
  );
  expect(page({ [block]: 'true' })).toContain('Kunsthalle Krems: DSGVO-E-Mail-Sperre: gesperrt<br>');
});
