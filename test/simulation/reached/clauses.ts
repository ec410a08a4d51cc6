import { precedence } from '../../../src/rules/decide.ts';
import * as ownWrite from '../../../src/rules/own-write.ts';
import * as r1 from '../../../src/rules/r1-company-opt-out.ts';
import * as r2 from '../../../src/rules/r2-own-no.ts';
import * as r4 from '../../../src/rules/r4-return-by-form.ts';
import * as r5 from '../../../src/rules/r5-refuse-other-ways.ts';
import * as r7 from '../../../src/rules/r7-confirmation.ts';
import * as r8 from '../../../src/rules/r8-record.ts';
import * as setByUs from '../../../src/rules/set-by-us.ts';

const rules: Record<string, object> = {
  'own write': ownWrite,
  'set by us': setByUs,
  R1: r1,
  R2: r2,
  R4: r4,
  R5: r5,
  R7: r7,
  R8: r8,
};
const names = new Map(
  Object.entries(rules).flatMap(([rule, file]) =>
    Object.entries(file).map(([name, clause]) => [clause, `${rule} ${name}`]),
  ),
);

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
