import { globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../ops/commands/failure.ts';
import { germanMend, germanProblem } from '../../ops/texts/mistakes.ts';
import { loadRegistry, parseRegistry } from '../../src/registry/load.ts';
import { loadStage, parseStage } from '../../stages/stage.ts';
import { registryText } from '../helpers/registry.ts';

/** Files that say what is wrong in a registry or a stage's settings. */
const FILES = [
  ...globSync('src/registry/{problems,former-problems,checked-yaml,mend,read-text,load}.ts'),
  'stages/stage.ts',
];
/** Texts that are put together of parts, and names. */
const NO_TEXT = [
  /^(company|brand|newsletter|protected buyer) /,
  /shows one$|explains every setting$|^none yet/,
  /^X: X\. Mend: X$/,
  /^\^|^\(registry/,
  /^what is missing$|^Latin-1 |^tags: \{|String\(issue/,
];

/** Every text of at least three words in a file, with X for what is filled in. */
function sentencesOf(file: string): string[] {
  const code = readFileSync(file, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$|^import .*$/gm, '');
  const texts = [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"/g)];
  return texts
    .map(([, a, b, c]) => a ?? b ?? c ?? '')
    .map((text) =>
      text
        .replaceAll(/\$\{[^}]*\}/g, 'X')
        .replace(/^(?=is an example:)/, 'X ')
        .replace(/^(?:X(?::X)?: )?(.*?)\.? Mend: .*/, '$1'),
    )
    .filter((text) => text.split(' ').length >= 3 && !NO_TEXT.some((pattern) => pattern.test(text)));
}

describe('every mistake that can be named, and every mend, has its German', () => {
  // The rest of the schema's texts describes settings, for editors.
  const ofSchema = sentencesOf('src/registry/schema.ts').filter((text) => /^use |names are/.test(text));
  const all = [...new Set([...FILES.flatMap(sentencesOf), ...ofSchema])];
  test('there are many', () => expect(all.length).toBeGreaterThan(60));

  test.each(all)('%s', (text) => {
    const digits = text.replace(/(portal|stage of) X/g, '$1 1');
    const german = [germanProblem(digits), germanMend(digits)].find((one) => one !== digits);
    expect(german).toBeDefined();
    expect(german).not.toMatch(/\{\d\}/);
  });
});

/** What the tool says in German of what is thrown. */
function told(refused: () => unknown): string {
  try {
    refused();
  } catch (error) {
    return failureOf(error, 'de')?.message ?? '';
  }
  throw new Error('nothing was refused');
}
const registryWith = (from: string, to: string) => told(() => parseRegistry(registryText.replace(from, to), 'my.yaml'));
const ENGLISH = /\b(the|of|is|are|with|not|no|by|use|write|expected|received|Mend)\b/;

describe('what is refused, in German', () => {
  test.each([
    [
      'portal: 1\n',
      'portal: x\n',
      /^my\.yaml:1: portal: erwartet: eine Zahl, vorhanden: ein Text\. Abhilfe: eine Zahl schreiben, ohne Anführungszeichen \(registry\/noeku\.example\.yaml zeigt eines\)$/,
    ],
    [
      'name: Library',
      'nmae: Library',
      /unbekannter Schlüssel „nmae“ in companies\.museum\.brands\.library\. Abhilfe: entfernen/,
    ],
    [
      'name: Library',
      'nmae: Library',
      /\.name: fehlt; erwartet: ein Text\. Abhilfe: name ergänzen: ohne Angabe gilt nichts/,
    ],
    [
      'id: 521',
      'id: 511',
      /subscription:511 gehört zu der Marke gallery und zugleich zu der Marke library\. Abhilfe: jedes Steuerelement/,
    ],
    ['id: 521', 'id: 9001', /gehört zu den geschützten KäuferInnen-E-Mails und zugleich zu der Marke library/],
    [
      'company: theatre,',
      'company: opera,',
      /Formular einer unbekannten GesmbH: opera\. Abhilfe: eines von diesen verwenden: museum, theatre/,
    ],
    ['id: 511', 'id: -1', /zu klein: erwartet >0\. Abhilfe: einen Wert über 0 schreiben/],
    [
      'kind: subscription, id: 511',
      'kind: subscripton, id: 511',
      /möglich: 'subscription' \| 'property'\. Abhilfe: einen der genannten Werte/,
    ],
    ['doubleOptIn: true', 'doubleOptIn: yes', /Abhilfe: true oder false schreiben/],
    [
      'portal: 1\n',
      '\tportal: 1\n',
      /^my\.yaml:1: ein Tabulator darf nicht einrücken\. Abhilfe: Leerzeichen statt des Tabulators setzen$/,
    ],
    ['portal: 1\n', 'portal: [1\n', /Abhilfe: das YAML/],
  ])('%j → %j', (from, to, message) => {
    const german = registryWith(from, to);
    expect(german).toMatch(message);
    expect(german.replaceAll(/„[^“]*“|\S*[./]\S*|^portal: \[1.*/gm, '')).not.toMatch(ENGLISH);
  });

  test('each mistake has its line', () => {
    const lines = registryWith('name: Library', 'nmae: Library').split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^my\.yaml:\d+: .+\. Abhilfe: /);
  });

  test('files that cannot be read', () => {
    expect(told(() => loadRegistry('nowhere.yaml'))).toBe(
      'nowhere.yaml: ist nicht lesbar. Abhilfe: eine lesbare Registerdatei nennen (als Argument, mit --registry oder WIDERRUF_REGISTRY)',
    );
    const file = join(mkdtempSync(join(tmpdir(), 'widerruf-test-')), 'mein Register.yaml');
    writeFileSync(file, Buffer.from(registryText.replace('Library', 'Bücherei'), 'latin1'));
    expect(told(() => loadRegistry(file))).toMatch(
      /mein Register\.yaml:\d+: die Datei ist nicht in UTF-8, sondern wohl in Latin-1 .*\. Abhilfe: als UTF-8 speichern$/,
    );
  });

  test('a stage', () => {
    const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
    expect(told(() => loadStage('prod', folder))).toBe(
      'stages/prod.yaml: diese Datei gibt es nicht. Abhilfe: eine der Umgebungen: noch keine; stages/prod.example.yaml kopieren',
    );
    const settings = 'production: true\nportal: 24681357\nregistry: registry/noeku.example.yaml\nrunbook: file:///x\n';
    const forgotten = told(() =>
      parseStage(`${settings}alarms: { actNow: [], lookTomorrow: [] }\n`, 'stages/prod.yaml'),
    );
    expect(forgotten).toContain('stages/prod.yaml:1: Produktion: kein AWS-Konto. Abhilfe: account: "111122223333"');
    expect(forgotten).toContain('ist ein Beispiel: Widerrufe des eigenen Kontos gingen verloren');
    expect(forgotten.replaceAll(/tags: .*|"[^"]*"|\S*[./]\S*/g, '')).not.toMatch(ENGLISH);
  });

  test('in English the message is the one that was thrown; what is unknown stays as it is', () => {
    const error = Object.assign(new Error('my.yaml:1: something new. Mend: do this'), { name: 'RegistryError' });
    expect(failureOf(error, 'en')?.message).toBe('my.yaml:1: something new. Mend: do this');
    expect(failureOf(error, 'de')?.message).toBe('my.yaml:1: something new. Abhilfe: do this');
  });
});
