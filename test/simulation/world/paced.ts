import { paceInTime } from '../../../src/deadline.ts';
import { createPacer } from '../../../src/hubspot/pacing.ts';
import { quietScenario } from '../quiet.ts';
import type { Scenario } from '../scenario.ts';
import { installClock } from './clock.ts';
import { createWorld, type World } from './world.ts';

/** Shares of HubSpot's limit, and how many of each worker there are (infra/workers.ts). */
const DECIDE = { share: 0.15, many: 4 };
const CONVERGE = { share: 0.55, many: 2 };

/**
 * Runs a world in fair weather whose workers keep within HubSpot's limit by the real pacers, all in simulated time. Returns the lines of
 * its trace.
 */
export async function inPacedWorld(
  behaviour: Scenario['behaviour'] & { limitPer10Seconds: number },
  act: (world: World) => Promise<void>,
): Promise<string[]> {
  const pacers = ({ share, many }: typeof DECIDE) =>
    Array.from({ length: many }, () =>
      paceInTime(createPacer(Math.max(1, Math.floor((behaviour.limitPer10Seconds * share) / many)))),
    );
  const trace: string[] = [];
  let restore = () => {};
  const world = createWorld(
    quietScenario(behaviour),
    { appended: () => undefined },
    (line) => trace.push(line),
    (scheduler) => {
      // The pacers keep time themselves: let it be simulated.
      restore = installClock(scheduler);
      return { signals: pacers(DECIDE), convergence: pacers(CONVERGE) };
    },
  );
  const usual = globalThis.fetch;
  globalThis.fetch = world.fetch as typeof fetch;
  try {
    await act(world);
  } finally {
    globalThis.fetch = usual;
    restore();
  }
  return trace;
}
