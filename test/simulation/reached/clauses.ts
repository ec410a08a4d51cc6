import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { precedence } from '../../../src/rules/decide.ts';

/** Every function that a file of the rules exports, with the rule and its name: of `r5-repeated.ts` "R5 refusedBefore". */
const names = new Map<unknown, string>();
const folder = join(import.meta.dirname, '../../../src/rules');
for (const file of readdirSync(folder).filter((one) => one.endsWith('.ts'))) {
  const rule = basename(file, '.ts')
    .replace(/^r(\d)-.*$/, 'R$1')
    .replaceAll('-', ' ');
  const exported = Object.entries((await import(join(folder, file))) as object) as [string, unknown][];
  for (const [name, one] of exported) names.set(one, `${rule} ${name}`);
}

type Answer = (given: unknown) => unknown;

/** Every clause of the table of precedence, by rule and name. */
export const clauseNames: readonly string[] = [...new Set(Object.values(precedence).flat().map(nameOf))];

/** Tells of each clause that answers. The table is changed in place, for this process. */
export function listenToClauses(answered: (clause: string) => void): void {
  for (const row of Object.values(precedence) as Answer[][]) {
    for (const [i, clause] of row.entries()) {
      const name = nameOf(clause);
      row[i] = (given) => {
        const verdict = clause(given);
        if (verdict !== undefined) answered(name);
        return verdict;
      };
    }
  }
}

function nameOf(clause: unknown): string {
  const name = names.get(clause);
  if (name === undefined) throw new Error('a clause of the table is in none of the files that the coverage knows');
  return name;
}
