import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, sourceOf } from './random.ts';
import { drawScenario, drawStep, type Scenario, type Step } from './scenario.ts';

const KEPT = join(import.meta.dirname, 'scenarios');
const FILES = readdirSync(KEPT).toSorted();

/** What a seed varies of a kept scenario: a change or two, chance, or both. Any other seed plays what chance draws. */
const VARIES: Readonly<Record<number, 'changes' | 'chance' | 'both'>> = {
  1: 'chance',
  5: 'both',
  9: 'chance',
  13: 'changes',
};

/**
 * What a seed plays: most play what chance draws. Every fourth plays a kept scenario once more, with other chance or a change
 * or two, since faults lie close to where there was one before (fuzzers keep a corpus for the same reason). What needs a rare timing shows only
 * where the chance stays.
 */
export function scenarioOf(seed: number): Scenario {
  const file = keptFor(seed);
  if (file === undefined) return drawScenario(seed);
  const kept = keptIn(file);
  switch (VARIES[seed % 16]) {
    case 'chance':
      return { ...kept, seed };
    case 'both':
      return { ...changed(kept, seed), seed };
    default:
      return changed(kept, seed);
  }
}

/**
 * The kept scenario that a seed varies, a file's name; undefined: none. One scenario more takes some seeds from each of the others, and leaves
 * the rest as they were.
 */
export function keptFor(seed: number): string | undefined {
  if (VARIES[seed % 16] === undefined) return undefined;
  const shares = FILES.map((file) => ({ file, share: sourceOf(seed, `kept ${file}`).share() }));
  return shares.reduce((most, one) => (one.share > most.share ? one : most)).file;
}

/** A kept scenario without its bound, which is that of the kept play alone. */
function keptIn(file: string): Scenario {
  const { mostSteps: _, ...kept } = JSON.parse(readFileSync(join(KEPT, file), 'utf8')) as Scenario;
  return kept;
}

function changed(kept: Scenario, seed: number): Scenario {
  const random = sourceOf(seed, 'variant');
  const { weather, partial, lost, duplicates, itemErrors, odd = {} } = drawScenario(seed);
  return {
    ...kept,
    ...(random.chance(0.7) && { steps: variedSteps(kept.steps, random) }),
    ...(random.chance(0.2) && { weather, partial, lost, duplicates, itemErrors }),
    ...(random.chance(0.2) && { odd: { ...kept.odd, ...odd } }),
  };
}

/** Some steps at other times, perhaps one more, perhaps one less. */
function variedSteps(steps: readonly Step[], random: Random): Step[] {
  const varied = steps.map((step) =>
    random.chance(0.25) ? { ...step, afterMs: random.pick([0, random.int(0, 2000), random.int(0, 600_000)]) } : step,
  );
  const more = random.chance(0.3) ? [drawStep(random, random.int(0, 2))] : [];
  varied.splice(random.int(0, varied.length), 0, ...more);
  if (random.chance(0.15)) varied.splice(random.int(0, varied.length - 1), 1);
  return varied;
}
