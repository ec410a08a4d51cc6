import { AsyncLocalStorage } from 'node:async_hooks';
import type { Random } from '../random.ts';
import type { Scheduler } from './scheduler.ts';

/** One invocation of a function. A dead one's answers never arrive; what it had sent may still. */
export type Process = { name: string; dead: boolean; died: () => void };
export const processes = new AsyncLocalStorage<Process>();

/**
 * What may happen to a call, each with its probability:
 * the process dies before or after it; request or answer is lost; it takes effect after the caller gave up; the other
 * side is too busy; the SDK repeats a call whose answer was lost.
 */
export const FAULTS = ['crash', 'requestLost', 'answerLost', 'late', 'refused', 'repeated'] as const;
export type Fault = (typeof FAULTS)[number];
export type Weather = Record<Fault, number>;

export type Call<T> = {
  what: string;
  perform: () => T | Promise<T>;
  /** The answer of a busy other side; may throw. */
  refuse: () => T;
  /** The error of a caller that got no answer. */
  lost: () => Error;
  repeats: boolean;
};

export type Network = { call<T>(call: Call<T>): Promise<T>; latency(): number };

export function createNetwork(
  scheduler: Scheduler,
  chanceOf: (name: string) => Random,
  weather: () => Weather | undefined,
  trace: (line: string) => void,
): Network {
  const wayIn = chanceOf('way in');
  const sources = new Map<string, Random>();
  // Each kind of call has its own chance: one more call of another kind changes nothing here.
  const sourceFor = (what: string) => {
    const source = sources.get(what) ?? chanceOf(what);
    sources.set(what, source);
    return source;
  };
  const latencyOf = (random: Random) => random.int(1, 40) + (random.chance(0.02) ? random.int(0, 5000) : 0);
  const fateOf = (random: Random, repeats: boolean): Fault | 'fine' => {
    const now = weather();
    if (now === undefined) return 'fine';
    const fate = FAULTS.find((fault) => random.chance(now[fault]));
    return fate === undefined || (fate === 'repeated' && !repeats) ? 'fine' : fate;
  };
  return {
    latency: () => latencyOf(wayIn),
    call<T>({ what, perform, refuse, lost, repeats }: Call<T>): Promise<T> {
      const process = processes.getStore();
      if (process === undefined) throw new Error(`${what} outside of any process`);
      const random = sourceFor(what);
      const latency = () => latencyOf(random);
      const fate = fateOf(random, repeats);
      if (fate !== 'fine') trace(`${process.name}: ${what}: ${fate}`);
      return new Promise<T>((resolve, reject) => {
        const answer = (give: () => void) => scheduler.after(latency(), () => void (process.dead || give()));
        const fail = (error: unknown) => answer(() => reject(error as Error));
        const attempt = async () => perform();
        const die = () => {
          if (process.dead) return;
          process.dead = true;
          process.died();
        };
        const arrive = (then: (result: Promise<T>) => void) => scheduler.after(latency(), () => then(attempt()));
        const report = (result: Promise<T>) => void result.then((value) => answer(() => resolve(value)), fail);
        switch (fate) {
          case 'fine':
            return arrive(report);
          case 'repeated':
            return arrive((first) => void first.catch(() => undefined).then(() => arrive(report)));
          case 'crash':
            // Half of them die after the call has taken effect.
            return random.chance(0.5)
              ? scheduler.after(latency(), die)
              : arrive((result) => void result.catch(() => undefined).then(die));
          case 'requestLost':
            return fail(lost());
          case 'answerLost':
            return arrive((result) => void result.catch(() => undefined).then(() => fail(lost())));
          case 'late':
            fail(lost());
            return scheduler.after(random.int(1000, 30_000), () => void attempt().catch(() => undefined));
          case 'refused':
            return answer(() => {
              try {
                resolve(refuse());
              } catch (error) {
                reject(error as Error);
              }
            });
        }
      });
    },
  };
}
