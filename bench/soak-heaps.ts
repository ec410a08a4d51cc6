import type { LocalStack } from '../local/stack.ts';

const SAMPLE_MS = 10_000;

/** Measures the functions' heaps from now on, every ten seconds. */
export function watchHeaps(stack: LocalStack): { stop(): Promise<Samples> } {
  const samples: Samples = new Map();
  const sampling = setInterval(() => void sample(stack, samples), SAMPLE_MS);
  return {
    async stop() {
      clearInterval(sampling);
      await sample(stack, samples);
      return samples;
    },
  };
}

/** What the fullest environment of each function held after a garbage collection, bytes, oldest first. */
type Samples = Map<string, number[]>;

async function sample({ cloud }: LocalStack, samples: Samples): Promise<void> {
  for (const { name, heaps } of cloud.functions) {
    const all = await heaps().catch(() => []);
    if (all.length > 0) samples.set(name, [...(samples.get(name) ?? []), Math.max(...all)]);
  }
}

/** A line for each function: what it held in each third of the run, MB on the average. */
export function readableHeaps(samples: Samples): string[] {
  return [...samples].flatMap(([name, values]) => {
    const third = Math.floor(values.length / 3);
    if (third === 0) return [];
    const averages = [0, 1, 2].map((n) => average(values.slice(n * third, (n + 1) * third)));
    return [`  ${name.padEnd(42)} ${averages.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join('  ')}`];
  });
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
