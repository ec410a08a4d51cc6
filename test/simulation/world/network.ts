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

export type NetworkOptions = {
  scheduler: Scheduler;
  chanceOf: (name: string) => Random;
  /** The trouble there is now; undefined: none. */
  weather: () => Weather | undefined;
  say: (line: string) => void;
  /** Told of every fault that meets a call. */
  strikes: (fault: string) => void;
  /** How long one way takes, ms; default: fast as a rule, and slow now and then. */
  latencyOf?: Latency;
};

/** Milliseconds of one way to or from what is called. */
export type Latency = (random: Random, what: string) => number;

export function createNetwork(options: NetworkOptions): Network {
  const { chanceOf, weather, say, scheduler, strikes, latencyOf = usualLatency } = options;
  const wayIn = chanceOf('way in');
  const sources = new Map<string, Random>();
  // Each kind of call has its own chance: one more call of another kind changes nothing here.
  const sourceFor = (what: string) => {
    const source = sources.get(what) ?? chanceOf(what);
    sources.set(what, source);
    return source;
  };
  return {
    latency: () => latencyOf(wayIn, 'way in'),
    call<T>(call: Call<T>): Promise<T> {
      const process = processes.getStore();
      if (process === undefined) throw new Error(`${call.what} outside of any process`);
      // Who died while waiting for another try never makes that try.
      if (process.dead) return new Promise(() => undefined);
      const random = sourceFor(call.what);
      const fate = fateOf(call, random, weather());
      if (fate !== 'fine') {
        say(`${process.name}: ${call.what}: ${fate}`);
        strikes(fate);
      }
      return new Promise<T>((resolve, reject) => {
        const latency = () => latencyOf(random, call.what);
        meet(fate, call, new Journey(process, { scheduler, random, latency }, { resolve, reject }));
      });
    },
  };
}

function usualLatency(random: Random): number {
  return random.int(1, 40) + (random.chance(0.02) ? random.int(0, 5000) : 0);
}

/** What happens to a call. Only what the SDK may repeat is repeated. */
function fateOf({ repeats }: Call<unknown>, random: Random, weather: Weather | undefined): Fault | 'fine' {
  if (weather === undefined) return 'fine';
  const fate = FAULTS.find((fault) => random.chance(weather[fault]));
  return fate === undefined || (fate === 'repeated' && !repeats) ? 'fine' : fate;
}

/** The way of one call to the other side and back to its caller. A dead process gets no answer. */
class Journey<T> {
  readonly random: Random;
  readonly #process: Process;
  readonly #scheduler: Scheduler;
  readonly #latency: () => number;
  readonly #caller: { resolve: (value: T) => void; reject: (error: Error) => void };

  constructor(
    process: Process,
    { scheduler, random, latency }: { scheduler: Scheduler; random: Random; latency: () => number },
    caller: { resolve: (value: T) => void; reject: (error: Error) => void },
  ) {
    this.#process = process;
    this.#scheduler = scheduler;
    this.#latency = latency;
    this.random = random;
    this.#caller = caller;
  }

  /** Runs after a draw of the usual latency, or after `ms`. */
  later(run: () => void, ms = this.#latency()): void {
    this.#scheduler.after(ms, run);
  }

  answer(value: () => T): void {
    this.later(() => {
      if (this.#process.dead) return;
      try {
        this.#caller.resolve(value());
      } catch (error) {
        this.#caller.reject(error as Error);
      }
    });
  }

  fail(error: unknown): void {
    this.answer(() => {
      throw error;
    });
  }

  /** Brings the result of what was done back to the caller. */
  report(result: Promise<T>): void {
    void result.then(
      (value) => this.answer(() => value),
      (error: unknown) => this.fail(error),
    );
  }

  die(): void {
    if (this.#process.dead) return;
    this.#process.dead = true;
    this.#process.died();
  }
}

/** Lets a call meet its fate. */
function meet<T>(fate: Fault | 'fine', { perform, refuse, lost }: Call<T>, journey: Journey<T>): void {
  const attempt = async () => perform();
  const arrive = (then: (result: Promise<T>) => void) => journey.later(() => then(attempt()));
  /** What was done is done, whatever it answers. */
  const arriveAnd = (next: () => void) => arrive((result) => void result.catch(() => undefined).then(next));
  switch (fate) {
    case 'fine':
      arrive((result) => journey.report(result));
      break;
    case 'repeated':
      arriveAnd(() => arrive((result) => journey.report(result)));
      break;
    case 'crash':
      // Half of them die after the call has taken effect.
      if (journey.random.chance(0.5)) journey.later(() => journey.die());
      else arriveAnd(() => journey.die());
      break;
    case 'requestLost':
      journey.fail(lost());
      break;
    case 'answerLost':
      arriveAnd(() => journey.fail(lost()));
      break;
    case 'late':
      journey.fail(lost());
      journey.later(() => void attempt().catch(() => undefined), journey.random.int(1000, 30_000));
      break;
    case 'refused':
      journey.answer(refuse);
      break;
  }
}
