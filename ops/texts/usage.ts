import type { Language } from './language.ts';
import { byPattern, type Patterns } from './patterns.ts';

/** The German of what commander says of mistakes on the command line; `{1}`, `{2}` … stand for what the English pattern's groups found. */
const USAGE: Patterns = [
  [/^missing required argument '(.+)'$/, 'es fehlt die Angabe „{1}“'],
  [/^option '(.+)' argument missing$/, 'bei der Option „{1}“ fehlt die Angabe'],
  [/^required option '(.+)' not specified$/, 'es fehlt die Option „{1}“'],
  [/^option '(.+)' cannot be used with option '(.+)'$/, 'die Option „{1}“ verträgt sich nicht mit „{2}“'],
  [/^unknown option '(.+?)'(?:\s+\(Did you mean (.+)\?\))?$/, 'die Option „{1}“ gibt es nicht'],
  [/^unknown command '(.+?)'(?:\s+\(Did you mean (.+)\?\))?$/, 'den Befehl „{1}“ gibt es nicht'],
  [/^too many arguments.*Expected (\d+) arguments? but got (\d+).*$/, 'zu viele Angaben: {1} erwartet, {2} bekommen'],
  [
    /^option '(.+)' (?:argument|value) '(.*)'.* is invalid\. Allowed choices are (.+)\.$/,
    'die Option „{1}“ kennt „{2}“ nicht; möglich: {3}',
  ],
  [
    /^command-argument value '(.*)' is invalid for argument '(.+)'\. Allowed choices are (.+)\.$/,
    '„{2}“ kann nicht „{1}“ sein; möglich: {3}',
  ],
];

/** A mistake on the command line, told in a language; one that the catalogue does not know is told as commander says it. */
export function usageIn(message: string, language: Language): string {
  return language === 'en' ? message : (byPattern(message, USAGE) ?? message);
}
