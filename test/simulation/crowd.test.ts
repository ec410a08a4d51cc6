import { expect, test } from 'vitest';
import { createPacer } from '../../src/hubspot/pacing.ts';
import { closedValue } from '../../src/registry/control.ts';
import { valueHeld } from './checks/contact.ts';
import { quietScenario } from './quiet.ts';
import type { Random } from './random.ts';
import { registry } from './registry.ts';
import { installClock } from './world/clock.ts';
import { createWorld, type World } from './world/world.ts';

const SECOND = 1000;
const IMPORTED = 100_000;
/** Persons who opt out one after the other while the import is running. */
const PERSONS = 6;
/** HubSpot's limit for ten seconds, and what each instance of a function has of it (infra/workers.ts). */
const LIMIT = 190;
const DECIDE = Math.floor((LIMIT * 0.15) / 4);
const CONVERGE = Math.floor((LIMIT * 0.55) / 2);

/** HubSpot answers within 100 to 300 ms, AWS within 4 to 16: both ways together. */
const latencyOf = (random: Random, what: string) =>
  what.startsWith('hubspot') ? random.int(50, 150) : random.int(2, 8);

test.for<[string, (world: World, contacts: readonly string[]) => void]>([
  ['names as one', importAll],
  ['names as if each row were a person’s own click', clickAll],
])(
  'while an import of 100,000 opt-outs is running that HubSpot %s, a person’s opt-out is closed within five seconds',
  { timeout: 600_000 },
  async ([, begin], { annotate }) => {
    let restore = () => {};
    const world = createWorld(
      quietScenario({ limitPer10Seconds: LIMIT, batchScopes: true }),
      { appended: () => undefined },
      () => undefined,
      (scheduler) => {
        restore = installClock(scheduler);
        return {
          signals: Array.from({ length: 4 }, () => createPacer(DECIDE)),
          convergence: Array.from({ length: 2 }, () => createPacer(CONVERGE)),
          latencyOf,
        };
      },
    );
    const usual = globalThis.fetch;
    globalThis.fetch = world.fetch as typeof fetch;
    const { twin, scheduler } = world;
    try {
      const contacts = withoutEvents(twin, IMPORTED + PERSONS);
      const persons = contacts.splice(IMPORTED);
      begin(world, contacts);
      await scheduler.run(scheduler.now + 10 * SECOND);
      const took: number[] = [];
      for (const contact of persons) {
        const began = scheduler.now;
        twin.people.unsubscribeByLink({ contact, subscription: 501 });
        while (openControls(contact, twin) > 0 && scheduler.now - began < 60 * SECOND) {
          await scheduler.run(scheduler.now + SECOND / 10);
        }
        took.push((scheduler.now - began) / SECOND);
      }
      const closed = contacts.filter((contact) => openControls(contact, twin) === 0).length;
      await annotate(`persons: ${took.join(', ')} s; of the import ${closed} are closed by then`);
      expect(closed).toBeGreaterThan(0);
      expect(closed).toBeLessThan(IMPORTED / 2);
      expect(Math.max(...took)).toBeLessThanOrEqual(5);
    } finally {
      globalThis.fetch = usual;
      restore();
    }
  },
);

function importAll({ twin }: World, contacts: readonly string[]): void {
  const { portal } = twin;
  const rows = contacts.map((id) => ({ email: addressOf(id, portal), statuses: { 501: 'UNSUBSCRIBED' as const } }));
  twin.people.importRows({ rows });
}

function clickAll({ twin }: World, contacts: readonly string[]): void {
  for (const contact of contacts) twin.people.unsubscribeByLink({ contact, subscription: 501 });
}

/** Contacts of whose creation nobody is told. */
function withoutEvents({ people, behaviour }: World['twin'], count: number): string[] {
  const { lostContacts } = behaviour;
  lostContacts.has = () => true;
  const ids = Array.from({ length: count }, (_, n) => people.createContact({ email: `p${n}@example.at` }).id);
  lostContacts.has = () => false;
  return ids;
}

function addressOf(id: string, portal: World['twin']['portal']): string {
  const contact = portal.contact(id);
  if (contact === undefined) throw new Error(`the portal has no contact ${id}`);
  return portal.emailOf(contact);
}

/** How many controls of the museum HubSpot does not hold closed. */
function openControls(id: string, { portal }: World['twin']): number {
  const contact = portal.contact(id);
  const controls = registry.companies.get('museum')?.controls ?? [];
  return controls.filter(
    ({ control }) =>
      contact === undefined || valueHeld(control, contact, addressOf(id, portal), portal) !== closedValue(control),
  ).length;
}
