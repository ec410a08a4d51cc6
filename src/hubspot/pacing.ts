import Bottleneck from 'bottleneck';

/** The share of the calls that a pacer spreads evenly. The rest may start at once, so that a single contact waits for nothing. */
const STEADY = 0.8;
const WINDOW_S = 10;

/**
 * A pacer that lets at most `perTenSeconds` calls start in any ten seconds, and few at a time. HubSpot's window rolls: a
 * budget refilled all at once would let twice as many start around the moment of refilling. A pacer counts within one process:
 * the stack divides the portal's limit by the number of workers that can run at once.
 */
export function createPacer(perTenSeconds: number): <T>(call: () => Promise<T>) => Promise<T> {
  const perSecond = (perTenSeconds * STEADY) / WINDOW_S;
  const everySeconds = Math.max(1, Math.ceil(1 / perSecond));
  const amount = Math.max(1, Math.floor(perSecond * everySeconds));
  const refilled = amount * (Math.floor(WINDOW_S / everySeconds) + 1);
  const atOnce = Math.max(1, perTenSeconds - refilled);
  const limiter = new Bottleneck({
    reservoir: atOnce,
    reservoirIncreaseAmount: amount,
    reservoirIncreaseInterval: everySeconds * 1000,
    reservoirIncreaseMaximum: atOnce,
    maxConcurrent: 6,
  });
  return (call) => limiter.schedule(call);
}

/** HubSpot's search takes about five calls a second for the whole account: one at a time, four a second. */
export function createSearchPacer(): <T>(call: () => Promise<T>) => Promise<T> {
  const limiter = new Bottleneck({ minTime: 250, maxConcurrent: 1 });
  return (call) => limiter.schedule(call);
}
