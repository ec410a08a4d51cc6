import type { HubSpotTime } from '../clocks.ts';
import type { FormerNames, Registry } from '../registry/registry.ts';
import type { Change } from './decision.ts';
import type { LedgerEntry } from './entry.ts';
import { isInForce } from './r8-whose-word.ts';

/**
 * Companies that became one: a "no" to one of them is a "no" to what came out, and a return to one of them ends only the "no" to that one
 * (R4: a return lifts that company's opt-out only). From the day of the merger on, a return is one to what came out.
 */

type Word = { company: string; says: 'no' | 'back'; at: HubSpotTime; change: Change };

/** Returns that do not count for what came out, because a "no" to another one of the companies stands; and the companies they were to. */
export type TooNarrow = { changes: ReadonlySet<Change>; companies: ReadonlySet<string> };

export function returnsToOneOfSeveral(entries: readonly LedgerEntry[], registry: Registry): TooNarrow {
  const { companies: former } = registry.former;
  if (former.size === 0) return { changes: new Set(), companies: new Set() };
  const words = entries.flatMap(({ body }) => (body.kind === 'decision' ? body.changes.flatMap(wordsOf) : []));
  const standing = [...new Set(words.map(({ company }) => company))].filter((company) =>
    isInForce(words.filter((word) => word.company === company)),
  );
  const tooNarrow = words.filter((word) => standing.some((refused) => isTooNarrow(word, refused, former)));
  return {
    changes: new Set(tooNarrow.map(({ change }) => change)),
    companies: new Set(tooNarrow.map(({ company }) => company)),
  };
}

/** What was said under a former name was said before the merger; of what was said under the name of today the day tells. */
function isTooNarrow({ company, says, at }: Word, refused: string, former: FormerNames['companies']): boolean {
  const present = (key: string) => former.get(key)?.company ?? key;
  if (says === 'no' || refused === company || present(refused) !== present(company)) return false;
  const until = former.get(refused)?.until;
  return former.has(company) || (until !== undefined && at < until);
}

function wordsOf(change: Change): Word[] {
  if (change.type === 'company-opt-out') {
    return change.companies.map((company) => ({ company, says: 'no', at: change.at, change }));
  }
  return change.type === 'return' ? [{ company: change.company, says: 'back', at: change.return.at, change }] : [];
}
