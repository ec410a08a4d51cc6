import Bottleneck from 'bottleneck';

/** The share of the calls that a pacer spreads evenly. The rest may start at once, so that a single contact waits for nothing. */
const STEADY = 0.8;
const WINDOW_MS = 10_000;
/** Bottleneck refills at multiples of this, ms; and the longest wait between two refills, in such steps. */
const STEP_MS = 250;
const MOST_STEPS = 16;

/** Runs calls no faster than the pacer allows. */
export type Pace = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * A pacer that lets at most `perTenSeconds` calls start in any ten seconds, and few at a time. HubSpot's window rolls: a
 * budget refilled all at once would let twice as many start around the moment of refilling. A pacer counts within one process:
 * the stack divides the portal's limit by the number of workers that can run at once.
 */
export function createPacer(perTenSeconds: number): Pace {
  const { amount, everyMs, atOnce } = refillOf(perTenSeconds);
  const limiter = new Bottleneck({
    reservoir: atOnce,
    reservoirIncreaseAmount: amount,
    reservoirIncreaseInterval: everyMs,
    reservoirIncreaseMaximum: atOnce,
    maxConcurrent: 6,
  });
  return (call) => limiter.schedule(call);
}

type Refill = { amount: number; everyMs: number; atOnce: number };

/** The refill that comes nearest to the steady rate: with whole calls and whole steps a coarse one would halve small rates. */
function refillOf(perTenSeconds: number): Refill {
  const perMs = (perTenSeconds * STEADY) / WINDOW_MS;
  const slowest = Math.max(MOST_STEPS, Math.ceil(1 / perMs / STEP_MS));
  let best: Refill = { amount: 1, everyMs: slowest * STEP_MS, atOnce: 1 };
  for (let steps = 1; steps <= slowest; steps++) {
    const everyMs = steps * STEP_MS;
    const amount = Math.floor(perMs * everyMs);
    // So many refills can fall into any ten seconds.
    const atOnce = perTenSeconds - amount * (Math.floor(WINDOW_MS / everyMs) + 1);
    const isFaster = amount / everyMs > best.amount / best.everyMs;
    if (amount >= 1 && atOnce >= amount && isFaster) best = { amount, everyMs, atOnce };
  }
  return best;
}

/** What HubSpot says of the calls that the account still allows within the present ten seconds. */
export type Allowance = { remaining: number; most: number };

/** The share of HubSpot's allowance that has to be unused before anybody takes a spare call. */
const UNUSED = 0.5;

/**
 * A pacer for work that can wait: `guaranteed` calls in ten seconds always, and `spare` more while at least half of the account's
 * allowance is unused. So people's opt-outs go first. `heard` is told what HubSpot says of the allowance.
 */
export function createYieldingPacer(
  guaranteed: number,
  spare: number,
): { pace: Pace; heard: (allowance: Allowance) => void } {
  const slow = createPacer(guaranteed);
  const fast = createPacer(guaranteed + spare);
  let isIdle = false;
  return {
    // Calls at the guaranteed pace count for both, so that a change between the two paces gives nobody more than both together.
    pace: (call) => (isIdle ? fast(call) : slow(() => fast(call))),
    heard: ({ remaining, most }) => {
      isIdle = remaining >= most * UNUSED;
    },
  };
}

/** HubSpot's search takes about five calls a second for the whole account: one at a time, four a second. */
export function createSearchPacer(): Pace {
  const limiter = new Bottleneck({ minTime: 250, maxConcurrent: 1 });
  return (call) => limiter.schedule(call);
}
