import { AsyncResource } from 'node:async_hooks';
import type { Scheduler } from './scheduler.ts';

type Timer = { cancelled: boolean; ref: () => Timer; unref: () => Timer };

/**
 * Puts simulated time behind `Date.now`, `setTimeout` and `setInterval`, for libraries that keep time themselves (Bottleneck).
 * Intervals run on without keeping the simulation going. Returns what puts the machine's time back.
 */
export function installClock(scheduler: Scheduler): () => void {
  const usual = { setTimeout, clearTimeout, setInterval, clearInterval };
  const usualNow = Date.now;
  const timer = (): Timer => {
    const made: Timer = { cancelled: false, ref: () => made, unref: () => made };
    return made;
  };
  const cancel = (made: Timer | undefined) => {
    if (made !== undefined) made.cancelled = true;
  };
  Object.assign(globalThis, {
    setTimeout(run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) {
      const made = timer();
      // The machine's timers keep the asynchronous context; so do these.
      const bound = AsyncResource.bind(() => void (made.cancelled || run(...args)));
      scheduler.after(ms, bound);
      return made;
    },
    setInterval(run: () => void, ms: number) {
      const made = timer();
      const again = () =>
        scheduler.background(ms, () => {
          if (made.cancelled) return;
          run();
          again();
        });
      again();
      return made;
    },
    clearTimeout: cancel,
    clearInterval: cancel,
  });
  Date.now = () => scheduler.now;
  return () => {
    Object.assign(globalThis, usual);
    Date.now = usualNow;
  };
}
