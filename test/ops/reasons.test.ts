import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { germanReason } from '../../ops/texts/reasons.ts';

/** Texts of the rules that are no whole reason of a decision: parts of one, causes of errors, names of HubSpot's. */
const NO_REASON = [
  /^unsubscribed from all: opt-out of every company$/,
  /^(HubSpot|the contact) (knows no such contact|has no such contact any more|cannot be read)$/,
  /^HubSpot (refuses to close|did not give|does not show the contact$)/,
  /^(it could not be written|it is protected \(R3\)|the contact has no address, so no statuses)$/,
  /^(X of X|X of another address|Self Service Resubscription)$/,
  /^the submitted address (is not the contact’s|cannot be proved)$/,
  /^X: it lifts nothing$/,
  /which a newer version wrote$|^a change of type|^an entry of kind/,
  /^whether this is our own write|in a circle$|^no contact has the address/,
];

/** Every text of at least three words in a file, with X for what is filled in. */
function sentencesOf(file: string): string[] {
  const code = readFileSync(file, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$|^import .*$/gm, '');
  const texts = [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)].map(([, a, b]) => a ?? b ?? '');
  return texts.map((text) => text.replaceAll(/\$\{[^}]*\}/g, 'X')).filter((text) => text.split(' ').length >= 3);
}

const files = [...globSync('src/rules/*.ts'), 'src/workers/decide/merged.ts', 'ops/erase.ts'];
const sentences = files.flatMap(sentencesOf).filter((text) => !NO_REASON.some((pattern) => pattern.test(text)));
// These are put together of parts.
const whole = sentences.map((text) =>
  text
    .replace(/^X; every brand/, 'company opt-out; every brand')
    .replace(/^a "no" to X reaches/, 'a "no" to brand X reaches'),
);

describe('every reason of the rules has its German', () => {
  test('the rules have reasons', () => expect(whole.length).toBeGreaterThan(25));

  test.each(whole)('%s', (reason) => {
    const german = germanReason(reason);
    expect(german).toBeDefined();
    expect(german).not.toMatch(/\{\d\}|\bthe\b/);
  });

  test('those that are put together of parts', () => {
    expect(germanReason('unsubscribed from all: opt-out of every company; every brand of a, b is closed')).toBe(
      'Gesamtwiderruf („von allen E-Mails abmelden“); alle Marken von a, b werden gesperrt',
    );
    expect(germanReason('the submitted address cannot be proved: it lifts nothing')).toContain('der Widerruf bleibt');
    expect(germanReason('a "no" to newsletter x reaches nothing else of Y')).toContain('Newsletter x');
  });

  test('of an unknown one nothing is made up', () => expect(germanReason('something new')).toBeUndefined());
});
