import type { Language } from './language.ts';
import { MENDS } from './mends-german.ts';
import { PARTS, PROBLEMS } from './mistakes-german.ts';
import { byPattern } from './patterns.ts';
import { doctorTexts } from './words.ts';

/**
 * A message of a registry or a stage that cannot be used, told in a language; one line per mistake. The messages are English where they are
 * made, because `cdk synth` and `npm start` print them; what the catalogue does not know is told as it is.
 */
export function mistakesIn(message: string, language: Language): string {
  return language === 'en' ? message : message.split('\n').map(germanMistake).join('\n');
}

/** `file:line: what is wrong. Mend: how`; the place may be missing. */
function germanMistake(line: string): string {
  const [, before = line, mend] = /^(.*?)(?:\. | )Mend: (.*)$/.exec(line) ?? [];
  if (mend === undefined) return line;
  const [place, problem] = placed(before);
  const isSyntax = mend.startsWith('correct the YAML');
  const known = germanProblem(problem);
  const told = known === problem && isSyntax ? `das YAML ist hier nicht lesbar („${problem}“)` : known;
  return `${place}${told}. ${capital(doctorTexts.de.mend)}: ${germanMend(mend)}`;
}

/** The file, with the line where one is named, and what follows. */
function placed(text: string): [place: string, problem: string] {
  const [, place = '', problem = text] = /^(.*?\.(?:ya?ml|json)(?::\d+)?: |registry:\d+: )?(.*)$/.exec(text) ?? [];
  return [place, problem];
}

/** What is wrong. Of a schema's message the path comes first: `companies.museum.name: …`. */
export function germanProblem(problem: string): string {
  const known = byPattern(problem, PROBLEMS, germanPart);
  if (known !== undefined) return known;
  const [, path, rest = ''] = /^(the file|[^\s:]+): (.+)$/.exec(problem) ?? [];
  return path === undefined ? problem : `${germanPart(path)}: ${germanProblem(rest)}`;
}

/** How to mend it. A hint where to look may stand behind it, in parentheses. */
export function germanMend(mend: string): string {
  const [, first, hint] = /^(.+) \((\S+\.yaml (?:shows one|explains every setting))\)$/.exec(mend) ?? [];
  if (first !== undefined && hint !== undefined) return `${germanMend(first)} (${germanPart(hint)})`;
  return byPattern(mend, MENDS, germanPart) ?? mend;
}

const germanPart = (part: string): string => byPattern(part, PARTS, germanPart) ?? part;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
