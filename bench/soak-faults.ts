import type { Twin } from '../local/hubspot/twin.ts';

/** From now on a share (0 to below 1) of the twin's answers are faults; which ones is drawn by a fixed sequence. `items`: refused inputs. */
export function makeFaulty(twin: Twin, faults: number): { items: () => number; stop: () => void } {
  let state = 1;
  let refused = 0;
  const draw = () => {
    // Park and Miller's minimal standard generator.
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  twin.behaviour.fail = () => (draw() < faults ? ([429, 500, 503][Math.floor(draw() * 3)] ?? 500) : undefined);
  twin.behaviour.itemError = () => {
    if (draw() >= faults / 50) return undefined;
    refused++;
    return 'RATE_LIMITS';
  };
  return {
    items: () => refused,
    stop() {
      twin.behaviour.fail = undefined;
      twin.behaviour.itemError = undefined;
    },
  };
}
