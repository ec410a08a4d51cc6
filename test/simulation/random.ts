import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** All chance of one run: the same seed draws the same numbers. */
export type Random = {
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  /** 0 ≤ n < 1. */
  share(): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
};

export function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const int = (from: number, to: number) => uniformInt(generator, from, to);
  const share = () => int(0, 2 ** 31 - 1) / 2 ** 31;
  return {
    int,
    share,
    // A draw even where the answer is known, so that turning a fault off shifts no other draw.
    chance: (probability) => share() < probability,
    pick: (items) => items[int(0, items.length - 1)] as (typeof items)[number],
  };
}

/** One source of a run's chance: what another one draws, more or less of it, shifts nothing here. */
export const sourceOf = (seed: number, name: string): Random =>
  randomOf(createHash('sha256').update(`${seed} ${name}`).digest().readInt32BE());
