import { checkAll } from './checks/checks.ts';
import { checkUnaudited } from './checks/unaudited.ts';
import { createPeople } from './people/people.ts';
import type { Scenario } from './scenario.ts';
import { shownOptOuts } from './watch/shown.ts';
import { Violation } from './watch/violation.ts';
import { Watch } from './watch/watch.ts';
import { createWorld } from './world/world.ts';

export type Result = { violation?: Violation; trace: string[]; steps: number };

/** Plays a scenario. Returns the first invariant that did not hold, if any, and with `traced` what happened. */
export async function play(scenario: Scenario, traced = false): Promise<Result> {
  const trace: string[] = [];
  const watch = new Watch();
  const world = createWorld(scenario, watch, (line) => void (traced && trace.push(line)));
  const usual = globalThis.fetch;
  globalThis.fetch = world.fetch as typeof fetch;
  try {
    world.stormy = true;
    watch.attach(world);
    const people = createPeople(world);
    for (const step of [...scenario.steps, { do: 'calm', afterMs: 0 } as const]) {
      await world.scheduler.run(world.scheduler.now + step.afterMs);
      if (step.do === 'audit') world.startAudit();
      else if (step.do === 'outage') {
        world.say(`-- HubSpot is down for ${Math.round(step.ms / 1000)} s`);
        world.twin.behaviour.outage = 'answers 503';
        world.scheduler.after(step.ms, () => {
          world.twin.behaviour.outage = false;
        });
      } else if (step.do === 'calm') await calm();
      else people.act(step);
      if (watch.violations[0] !== undefined) break;
    }
  } catch (error) {
    watch.violations.push(
      new Violation('runs', error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  } finally {
    globalThis.fetch = usual;
  }
  const [violation] = watch.violations;
  return { ...(violation !== undefined && { violation }), trace, steps: world.scheduler.steps };

  async function calm(): Promise<void> {
    const { scheduler, twin } = world;
    world.say('-- calm');
    world.stormy = false;
    await scheduler.run();
    twin.behaviour.outage = false;
    world.redrive();
    await scheduler.run();
    checkUnaudited(world, watch);
    const shown = shownOptOuts(world, watch.closedByUs);
    // What one night's repair brings to light is the next one's to repair.
    for (let night = 0; night < 3; night++) {
      world.startAudit();
      await scheduler.run();
    }
    world.startAudit('report');
    await scheduler.run();
    checkAll(world, watch, shown);
    const drift = Object.entries(world.reports.at(-1)?.findings ?? {}).filter(([, count]) => count > 0);
    if (drift.length > 0)
      watch.violated('the audit finds nothing more', drift.map(([kind, count]) => `${kind} ${count}`).join(', '));
    world.stormy = true;
  }
}
