import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NOT_PROVED } from '../ops/verify.ts';
import { loadRegistry } from '../src/registry/load.ts';

/** Who reads this guide reads nothing else: what the guide says of companies, brands, forms and commands must be so. */
const guide = readFileSync('docs/fachleitfaden.md', 'utf8');
const registry = loadRegistry('registry/noeku.example.yaml');
const section = (heading: string) => guide.split(/^##+ /m).find((text) => text.startsWith(heading)) ?? '';
const rows = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()));

describe('the guide’s tables are those of the registry', () => {
  const companies = Object.entries(registry.companies);

  test.each(companies)('%s: its brands stand in its row, and no others', (_, { name, brands }) => {
    const found = rows(section('Marken und Gesellschaften')).filter((cells) => cells[1] === name);
    expect(found).toHaveLength(1);
    const named = found[0]?.[2]?.replaceAll(/ \([^)]*\)/g, '').split(', ');
    expect(named).toEqual(Object.values(brands).map((brand) => brand.name));
  });

  test.each(companies)(
    '%s: a row for each form, with or without confirmation, or the word that there is none',
    (key, { name }) => {
      const answers = rows(section('Formulare')).flatMap((cells) => (cells[1] === name ? [cells[3]] : []));
      const forms = registry.forms.filter(({ company }) => company === key);
      expect(answers).toEqual(
        forms.length === 0 ? ['–'] : forms.map(({ doubleOptIn }) => (doubleOptIn ? 'ja' : 'nein')),
      );
    },
  );

  test.each(companies)('%s: has a form, or nobody could come back', (key) => {
    expect(registry.forms.filter(({ company }) => company === key)).not.toEqual([]);
  });

  test('the form of a brand or a newsletter names the brand', () => {
    const shown = rows(section('Formulare')).slice(1);
    expect(shown).toHaveLength(registry.forms.length);
    for (const [i, { company, brand }] of registry.forms.entries()) {
      const [word = ''] = (registry.companies[company]?.brands[brand ?? '']?.name ?? 'GesmbH').split(/[ .]/);
      expect(shown[i]?.[2], `${company} ${brand}`).toContain(word);
    }
  });

  test('the protected types are named', () => {
    for (const { name = '' } of registry.protected.subscriptions)
      expect(section('KäuferInnen-E-Mails')).toContain(`*${name}*`);
  });
});

test('what NÖKU has to fill in is marked, and listed at the top with its number', () => {
  const blanks = [...guide.matchAll(/\[bitte eintragen: ([^\]…]+)\]/g)].map(([, what = '']) => what);
  const top = rows(guide.split('## ')[0]?.replaceAll(/^> /gm, '') ?? '');
  const listed = (what: string) => Number(top.find(([, name]) => name?.startsWith(what))?.[2]);
  expect(blanks.filter((what) => what === 'Name, Durchwahl')).toHaveLength(listed('Namen und Durchwahlen'));
  expect(blanks.filter((what) => what === 'Adresse')).toHaveLength(listed('Internet-Adressen'));
  expect(blanks).toHaveLength(listed('Namen und Durchwahlen') + listed('Internet-Adressen'));
  // A blank that is not marked: a cell with dots, or the beginning of an address.
  expect(guide).not.toMatch(/\| …? ?\|$|https:\/\/ …/m);
});

test('the guide promises no more than one company’s e-mail', () => {
  expect(guide).not.toContain('von uns keine Werbung mehr');
  expect(section('Anruf')).toMatch(/schickt Ihnen dann keine Werbung mehr \*\*per E-Mail\*\*/);
});

test('the guide says of the proof what verify says: it names as many limits', () => {
  expect(NOT_PROVED).toHaveLength(3);
  const said = section('Was der Nachweis beweist');
  for (const limit of ['Drei Dinge', 'abgeschnitten', 'ganzer Kontakt entfernt', 'neu geschrieben'])
    expect(said).toContain(limit);
});

test('every command that the guide names exists, with every option', () => {
  const commands = [...guide.matchAll(/`npx widerruf (?!--stage prod …)([^`]+)`/g)].map(([, line = '']) =>
    line.split(' '),
  );
  expect(commands.length).toBeGreaterThanOrEqual(5);
  for (const [name = '', ...words] of commands) {
    const help = execFileSync(process.execPath, ['ops/widerruf.ts', name, '--help'], { encoding: 'utf8' });
    expect(help).toContain(`Usage: widerruf ${name}`);
    for (const option of words.filter((word) => word.startsWith('--'))) expect(help, name).toContain(option);
  }
});
