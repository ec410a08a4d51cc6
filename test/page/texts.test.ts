import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const BROWSER = join(import.meta.dirname, '../../local/page/browser');
const { texts } = (await import(join(BROWSER, 'texts.js'))) as { texts: Record<string, { en: string; de: string }> };
const sources = globSync(join(BROWSER, '*.js'));
const code = sources.map((file) => readFileSync(file, 'utf8')).join('\n');

describe('the catalogue of texts', () => {
  test('every text exists in German and in English, with the same values to fill in', () => {
    const values = (text: string) => new Set([...text.matchAll(/\{\w+\}/g)].map(([value]) => value));
    expect(Object.keys(texts).length).toBeGreaterThan(100);
    for (const [key, { en, de }] of Object.entries(texts)) {
      expect(en, key).not.toBe('');
      expect(de, key).not.toBe('');
      expect(values(de), key).toEqual(values(en));
    }
  });

  test('every key that the page asks for is there', () => {
    const asked = [...code.matchAll(/\bt\('([^']+)'/g)].map(([, key = '']) => key);
    expect(asked.length).toBeGreaterThan(80);
    expect(asked.filter((key) => texts[key] === undefined)).toEqual([]);
    const families = [...code.matchAll(/\bt\(`([\w.-]+\.)\$\{/g)].map(([, prefix = '']) => prefix);
    expect(families.length).toBeGreaterThan(5);
    const keys = Object.keys(texts);
    expect(families.filter((prefix) => !keys.some((key) => key.startsWith(prefix)))).toEqual([]);
  });

  test('no text is kept that nobody asks for', () => {
    const families = [...code.matchAll(/`([\w.-]+\.)\$\{/g)].map(([, prefix = '']) => prefix);
    // Some names of acts come as arguments: `act.set`, `act.bulk`, `act.import`.
    families.push('act.set.', 'act.bulk.', 'act.import.');
    const idle = Object.keys(texts).filter(
      (key) =>
        !code.includes(`t('${key}'`) &&
        !code.includes(`? '${key}'`) &&
        !code.includes(`: '${key}'`) &&
        !families.some((prefix) => key.startsWith(prefix)),
    );
    expect(idle).toEqual([]);
  });
});
