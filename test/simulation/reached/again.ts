import type { Coverage } from './coverage.ts';

/** What was met less often than this counts as hardly met. */
export const ENOUGH = 100;
/** Something that so many plays did not bring to {@link ENOUGH} gives way to what was tried less. */
const TRIES = 400;

/** Which seed's scenario is played again, and the seed of its chance. */
export type Again = { seed: number; chance: number };

/**
 * Chooses scenarios to be played again with other chance: those that met what was met seldom. What is hard to meet by chance is met again close to
 * where it was met once. `firstChance`: the seed of the first play's chance; each play has its own.
 */
export function chooser(coverage: Coverage, firstChance: number): () => Again | undefined {
  const tried = new Map<string, number>();
  let chance = firstChance;
  return () => {
    const triesOf = ({ name }: { name: string }) => tried.get(name) ?? 0;
    const open = coverage.seldom(ENOUGH).filter((one) => triesOf(one) < TRIES && one.seeds.length > 0);
    const [next] = open.sort((a, b) => triesOf(a) - triesOf(b) || a.n - b.n);
    if (next === undefined) return undefined;
    const tries = triesOf(next);
    tried.set(next.name, tries + 1);
    return { seed: next.seeds[tries % next.seeds.length] as number, chance: chance++ };
  };
}
