import { ONLY_REPORTED } from '../../src/rules/drift.ts';
import { checkAll } from './checks/checks.ts';
import { checkUnaudited } from './checks/unaudited.ts';
import { createPeople } from './people/people.ts';
import type { Coverage } from './reached/coverage.ts';
import { restoreLedger } from './restore.ts';
import type { Scenario, Step } from './scenario.ts';
import { shownOptOuts } from './watch/shown.ts';
import type { Violation } from './watch/violation.ts';
import { Watch } from './watch/watch.ts';
import { createWorld, type Hooks, type World } from './world/world.ts';

export type Result = { violation?: Violation; steps: number };

/** Plays a scenario. Returns the first invariant that did not hold, if any. `coverage` counts what was reached. */
export function play(scenario: Scenario, coverage?: Coverage): Promise<Result> {
  return playWith(scenario, () => undefined, coverage);
}

/** Plays a scenario, and tells with the result what happened, line by line. */
export async function playTraced(scenario: Scenario): Promise<Result & { trace: string[] }> {
  const trace: string[] = [];
  return { ...(await playWith(scenario, (line) => void trace.push(line))), trace };
}

async function playWith(scenario: Scenario, trace: (line: string) => void, coverage?: Coverage): Promise<Result> {
  const watch = new Watch();
  const world = createWorld(scenario, hooksOf(watch, coverage), trace);
  coverage?.begins(world);
  const usual = globalThis.fetch;
  globalThis.fetch = world.fetch as typeof fetch;
  try {
    world.beginStorm();
    watch.attach(world);
    await playSteps(world, watch, coverage);
  } catch (error) {
    watch.violated('runs', error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    globalThis.fetch = usual;
  }
  const [violation] = watch.violations;
  return { ...(violation !== undefined && { violation }), steps: world.scheduler.steps };
}

function hooksOf({ appended }: Watch, coverage: Coverage | undefined): Hooks {
  return { appended, ...(coverage !== undefined && { strikes: coverage.strikes }) };
}

/** Plays step after step, and a calm in the end, until an invariant does not hold. */
async function playSteps(world: World, watch: Watch, coverage?: Coverage): Promise<void> {
  const people = createPeople(world);
  const steps: Step[] = [...world.scenario.steps, { do: 'calm', afterMs: 0 }];
  for (const step of steps) {
    await world.scheduler.run(world.scheduler.now + step.afterMs);
    if (step.do === 'audit') world.startAudit();
    else if (step.do === 'deployRegistry') deployRegistry(world);
    else if (step.do === 'outage') beginOutage(step.ms, world);
    else if (step.do === 'restoreLedger') {
      await restoreLedger(step.agoMs, world);
      await calm(world, watch);
      coverage?.calmed();
    } else if (step.do === 'calm') {
      await calm(world, watch);
      coverage?.calmed();
    } else people.act(step);
    if (watch.violations.length > 0) return;
  }
}

function deployRegistry(world: World): void {
  if (world.deployRegistry() === 'as before') return;
  world.say('-- the registry of now is deployed');
  world.startAudit();
}

function beginOutage(ms: number, { say, strikes, twin, scheduler }: World): void {
  strikes('outage');
  say(`-- HubSpot is down for ${Math.round(ms / 1000)} s`);
  twin.behaviour.outage = 'answers 503';
  scheduler.after(ms, () => {
    twin.behaviour.outage = false;
  });
}

/** The audit leaves alone what may still be on its way. */
const HOUR_MS = 3_600_000;

/** What one night's repair brings to light is the next one's to repair. */
const NIGHTS = 3;

async function passNight(world: World): Promise<void> {
  await world.scheduler.run(world.scheduler.now + HOUR_MS);
  world.startAudit();
  await world.scheduler.run();
}

async function report(world: World): Promise<void> {
  world.startAudit('report');
  await world.scheduler.run();
}

/** The storm ends, everything drains, three nights pass, and the invariants are checked; then the storm begins anew. */
async function calm(world: World, watch: Watch): Promise<void> {
  const { scheduler, twin } = world;
  world.say('-- calm');
  deployRegistry(world);
  world.endStorm();
  await scheduler.run();
  twin.behaviour.outage = false;
  world.redrive();
  await scheduler.run();
  checkUnaudited(world, watch);
  const shown = shownOptOuts(world, watch.closedByUs);
  for (let night = 0; night < NIGHTS; night++) await passNight(world);
  await report(world);
  // Two records that had one address take over from each other what the first nights brought to light.
  for (let more = 0; more < NIGHTS && driftIn(world).length > 0; more++) {
    await passNight(world);
    await report(world);
  }
  checkAll(world, watch, shown);
  checkAuditFoundNothing(world, watch);
  world.beginStorm();
}

function driftIn({ reports }: World): [string, number][] {
  return Object.entries(reports.at(-1)?.findings ?? {}).filter(
    ([kind, count]) => count > 0 && !ONLY_REPORTED.includes(kind),
  );
}

function checkAuditFoundNothing(world: World, { violated }: Watch): void {
  const drift = driftIn(world);
  if (drift.length === 0) return;
  violated('the audit finds nothing more', drift.map(([kind, count]) => `${kind} ${count}`).join(', '));
}
