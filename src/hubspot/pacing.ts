import Bottleneck from 'bottleneck';

/**
 * A pacer that lets at most `perTenSeconds` calls start in ten seconds and few at a time. It counts within one process:
 * the stack divides the portal's limit by the number of workers that can run at once.
 */
export function createPacer(perTenSeconds: number): <T>(call: () => Promise<T>) => Promise<T> {
  const limiter = new Bottleneck({
    reservoir: perTenSeconds,
    reservoirRefreshAmount: perTenSeconds,
    reservoirRefreshInterval: 10_000,
    maxConcurrent: 6,
  });
  return (call) => limiter.schedule(call);
}

/** HubSpot's search takes about five calls a second for the whole account: one at a time, four a second. */
export function createSearchPacer(): <T>(call: () => Promise<T>) => Promise<T> {
  const limiter = new Bottleneck({ minTime: 250, maxConcurrent: 1 });
  return (call) => limiter.schedule(call);
}
