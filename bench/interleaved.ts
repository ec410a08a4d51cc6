import { Bench } from 'tinybench';

/** What is measured: some work, and the floor that the work is held against. All do comparable work on the same input. */
export type Candidates<Name extends string> = Readonly<Record<Name, () => unknown>>;

/** Median time of one run in milliseconds, and how many times the floor's that is. */
export type Measured = { ms: number; ratio: number };

/** How often the candidates take turns, and how long each runs in a turn (ms). */
export type Turns = { rounds: number; turnMs: number };

/**
 * Lets the candidates take turns, so that whatever else runs on the machine hits each alike. A round's ratio is that of medians of
 * the same round; the ratio told is the median of all rounds.
 */
export async function interleaved<Name extends string>(
  candidates: Candidates<Name | 'floor'>,
  { rounds, turnMs }: Turns,
): Promise<Record<Name | 'floor', Measured>> {
  const names = Object.keys(candidates) as (Name | 'floor')[];
  const times = new Map<Name | 'floor', number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const bench = new Bench({ time: turnMs, iterations: 1, warmup: round === 0, throws: true });
    // Whoever comes first in a round pays for what the round before left behind, so that each comes first in turn.
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) bench.add(name, candidates[name]);
    for (const task of await bench.run()) {
      if (task.result.state !== 'completed') throw new Error(`${task.name} did not complete`);
      times.get(task.name as Name)?.push(task.result.latency.p50);
    }
  }
  return ratiosOf(times);
}

/** Medians over rounds. `times`: per candidate one number a round, in the order of the rounds. */
export function ratiosOf<Name extends string>(
  times: ReadonlyMap<Name | 'floor', readonly number[]>,
): Record<Name | 'floor', Measured> {
  const floor = times.get('floor') ?? [];
  const entries = [...times].map(([name, all]) => {
    const ratio = median(all.map((ms, round) => ms / (floor[round] ?? Number.NaN)));
    return [name, { ms: median(all), ratio }] as const;
  });
  return Object.fromEntries(entries) as Record<Name | 'floor', Measured>;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
