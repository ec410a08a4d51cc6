import { describe, expect, test } from 'vitest';
import { hasGaps, planChange, readablePlan } from '../../ops/plan.ts';
import { speechOf } from '../../ops/texts/speech.ts';
import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import { parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import { changed, createPerson, submitted } from '../helpers/person.ts';
import { forms, LIBRARY, LIBRARY_TEXT, MUSEUM, registryText, THEATRE } from '../helpers/registry.ts';

const today = arrangeRegistry(parseRegistry(registryText));
const MUSEUM_TEXT = registryText.slice(registryText.indexOf('  museum:\n'), registryText.indexOf('  theatre:\n'));
const FORMS_OF_MUSEUM = registryText.split('\n').filter((line) => line.includes('company: museum'));

/** Two people opted out of the museum, one of whom came back; one opted out of the theatre; one said nothing. */
async function people() {
  const ledger = memoryLedger();
  const person = (contact: string) =>
    createPerson(today, { [LIBRARY]: 'SUBSCRIBED' }, { ledger, contact, addresses: [`hash of ${contact}`] });
  const [anna, bert, carl] = [person('1'), person('2'), person('3')];
  for (const one of [anna, bert]) await one.happens(changed(MUSEUM, 'closed', 100));
  await carl.happens(changed(THEATRE, 'closed', 100));
  for (const one of [anna, bert, carl]) await one.converge(101);
  await bert.happens(submitted(forms.ofCompany, 200));
  await bert.converge(201);
  return ledger;
}

async function plan(...replaced: [string, string][]) {
  const text = replaced.reduce((before, [from, to]) => before.replace(from, to), registryText);
  const file = parseRegistry(text);
  const planned = await planChange({ ledger: await people(), registry: today }, arrangeRegistry(file), () => undefined);
  const read = (language: 'en' | 'de') =>
    readablePlan(planned, speechOf(language, parseRegistry(registryText)), speechOf(language, file));
  return { planned, english: read('en'), german: read('de') };
}

describe('widerruf plan', () => {
  test('of the same registry: nothing', async () => {
    const { planned, english } = await plan();
    expect(planned).toEqual({ differences: [], contacts: 3, touched: 0, effects: [] });
    expect(hasGaps(planned)).toBe(false);
    expect(english).toContain('changes something for 0 of 3 contacts');
  });

  test('a brand that is added is closed for whoever opted out of its company', async () => {
    const added = '      archive:\n        name: Archive\n        controls: [{ kind: subscription, id: 541 }]\n';
    const { planned, english, german } = await plan(['      gallery:\n', `${added}      gallery:\n`]);
    expect(planned).toMatchObject({
      differences: [{ kind: 'control-added', place: 'subscription:541' }],
      touched: 1,
      effects: [{ kind: 'closes', place: 'subscription:541', people: 1 }],
    });
    expect(english).toContain('       1  closed because of a standing opt-out: Archive: subscription type 541');
    expect(german).toContain('       1  gesperrt wegen eines bestehenden Widerrufs: Archive:');
  });

  test('a brand that moves: the line that is missing; with the line nothing is missing', async () => {
    const to = (more: string): [string, string][] => [
      [LIBRARY_TEXT, ''],
      ['      stage:\n', `${LIBRARY_TEXT}${more}      stage:\n`],
    ];
    const { planned, english } = await plan(...to(''));
    expect(english).toContain('brand that moved: Library (before: Museum GmbH)');
    expect(english).toContain('add formerly: [{ company: museum, until: … }]');
    expect(hasGaps(planned)).toBe(true);
    expect(planned.effects).toEqual([
      { kind: 'closes', place: 'property:block_library', people: 1 },
      { kind: 'closes', place: LIBRARY, people: 1 },
    ]);
    const told = await plan(...to('        formerly: [{ company: museum, until: 1970-01-02 }]\n'));
    expect(hasGaps(told.planned)).toBe(false);
    expect(told.planned.effects).toEqual(planned.effects);
  });

  test('a company that got another key', async () => {
    const renamed = MUSEUM_TEXT.replace('  museum:', '  house:');
    const formsNow = FORMS_OF_MUSEUM.map((line): [string, string] => [line, line.replace('museum', 'house')]);
    const { planned, german } = await plan([MUSEUM_TEXT, renamed], ...formsNow);
    expect(planned.differences).toEqual([
      { kind: 'company-renamed', place: 'house', from: 'museum', hint: 'formerly: [{ key: museum }]' },
    ]);
    expect(planned.effects).toEqual([]);
    expect(german).toContain('Gesellschaft unter anderem Schlüssel: Museum GmbH (bisher: Museum GmbH)');
    const told = renamed.replace('    brands:', '    formerly: [{ key: museum }]\n    brands:');
    expect(hasGaps((await plan([MUSEUM_TEXT, told], ...formsNow)).planned)).toBe(false);
  });

  test('a company that is gone: its opt-outs would be forgotten, its controls left alone', async () => {
    const { planned, english } = await plan(
      [MUSEUM_TEXT, ''],
      ...FORMS_OF_MUSEUM.map((line): [string, string] => [`${line}\n`, '']),
    );
    expect(planned.effects.slice(0, 2)).toEqual([
      { kind: 'forgets', place: 'museum', people: 1 },
      { kind: 'leaves', place: MUSEUM, people: 1 },
    ]);
    expect(english).toContain('       1  opt-out forgotten: Museum GmbH');
    expect(english).toContain('form gone: a return by it is not heard any more: form Museum GmbH');
    expect(hasGaps(planned)).toBe(true);
  });

  test('a control that is replaced, and one that is gone', async () => {
    const { planned } = await plan(
      ['id: 501', 'id: 502, formerly: [501]'],
      ['          - { kind: subscription, id: 521 }\n', ''],
    );
    expect(planned.differences).toEqual([
      { kind: 'control-replaced', place: 'subscription:502', from: MUSEUM },
      { kind: 'control-removed', place: LIBRARY },
    ]);
    expect(planned.effects).toEqual([{ kind: 'leaves', place: LIBRARY, people: 1 }]);
  });

  test('a control that is gone where another one came: the line that is missing', async () => {
    const { planned, english } = await plan(['id: 521', 'id: 522']);
    expect(planned.differences).toContainEqual({ kind: 'control-removed', place: LIBRARY, hint: 'formerly: [521]' });
    expect(english).toContain('add formerly: [521]');
    expect(hasGaps(planned)).toBe(true);
  });

  test('refuses another portal’s registry', async () => {
    await expect(plan(['portal: 1\n', 'portal: 2\n'])).rejects.toThrow('of portal 2, the deployed one of 1');
  });
});
