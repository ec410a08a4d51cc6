import { expect, test } from 'vitest';
import { createPacer } from '../../src/hubspot/pacing.ts';
import { closedValue } from '../../src/registry/control.ts';
import { valueHeld } from './checks/contact.ts';
import { quietScenario } from './quiet.ts';
import { registry } from './registry.ts';
import type { Scenario } from './scenario.ts';
import { installClock } from './world/clock.ts';
import { createWorld, type World } from './world/world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
/** So many that the writes of all of them take minutes within the limits. */
const PEOPLE = 100;
/** So many opt out all day long; the others in the last hour, as after a mailing. */
const ALL_DAY = 20;
/** HubSpot's limit for ten seconds, and what each instance of a function has of it (infra/workers.ts). */
const LIMIT = 190;
const DECIDE = Math.floor((LIMIT * 0.15) / 4);
const CONVERGE = Math.floor((LIMIT * 0.55) / 2);

const scenario = (behaviour: Scenario['behaviour']): Scenario =>
  quietScenario({ limitPer10Seconds: LIMIT, ...behaviour });

test.for<[string, Scenario['behaviour']]>([
  ['in batches', { batchScopes: true }],
  ['by single calls, without the batch scopes', { batchScopes: false }],
])(
  'HubSpot is down for a day; then all that was heard is written %s, within its limits',
  async ([, behaviour], { annotate }) => {
    let restore = () => {};
    const world = createWorld(
      scenario(behaviour),
      { appended: () => undefined },
      () => undefined,
      (scheduler) => {
        // The pacers keep time themselves: let it be simulated.
        restore = installClock(scheduler);
        return {
          signals: Array.from({ length: 4 }, () => createPacer(DECIDE)),
          convergence: Array.from({ length: 2 }, () => createPacer(CONVERGE)),
        };
      },
    );
    const usual = globalThis.fetch;
    globalThis.fetch = world.fetch as typeof fetch;
    const { twin, scheduler, queues } = world;
    try {
      const people = Array.from(
        { length: PEOPLE },
        (_, n) => twin.people.createContact({ email: `p${n}@example.at` }).id,
      );
      await scheduler.run(scheduler.now + 10 * MINUTE);

      const began = scheduler.now;
      twin.behaviour.outage = 'answers 503';
      for (const [n, contact] of people.entries()) {
        const at = n < ALL_DAY ? (n / ALL_DAY) * DAY : DAY - 60 * MINUTE + (n / PEOPLE) * 60 * MINUTE;
        scheduler.after(at, () => twin.people.unsubscribeByLink({ contact, subscription: 501 }));
      }
      await scheduler.run(began + DAY);
      const back = scheduler.now;
      twin.behaviour.outage = false;
      await scheduler.run();

      for (const { name, messages } of queues.values())
        expect({ name, left: messages.length }).toEqual({ name, left: 0 });
      for (const id of people) expect(openControls(id, twin), `open controls of ${id}`).toEqual([]);
      const after = twin.calls.filter(({ at }) => at >= back);
      expect(after.filter(({ status }) => status === 429)).toEqual([]);
      const most = busiest(
        twin.calls.map(({ at }) => at),
        10 * SECOND,
      );
      expect(most).toBeLessThanOrEqual(LIMIT);
      const drained = (Math.max(...after.map(({ at }) => at)) - back) / SECOND;
      await annotate(
        `${after.length} calls in ${drained.toFixed(0)} s after the day, at most ${most} in any ten seconds`,
      );
    } finally {
      globalThis.fetch = usual;
      restore();
    }
  },
);

/** The controls of the museum that HubSpot does not hold closed. */
function openControls(id: string, { portal }: World['twin']): string[] {
  const contact = portal.contact(id);
  if (contact === undefined) throw new Error(`the portal has no contact ${id}`);
  const controls = registry.companies.get('museum')?.controls ?? [];
  expect(controls.length).toBeGreaterThan(0);
  return controls
    .filter(({ control }) => valueHeld(control, contact, portal.emailOf(contact), portal) !== closedValue(control))
    .map(({ key }) => key);
}

/** The most moments within any span of `ms`. */
function busiest(moments: readonly number[], ms: number): number {
  let from = 0;
  return Math.max(
    ...moments.map((at, i) => {
      while ((moments[from] ?? at) <= at - ms) from++;
      return i - from + 1;
    }),
  );
}
