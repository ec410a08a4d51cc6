import { expect, test } from 'vitest';
import { closedValue } from '../../src/registry/control.ts';
import { forms } from '../helpers/registry.ts';
import { valueHeld } from './checks/contact.ts';
import { registry } from './registry.ts';
import { inPacedWorld } from './world/paced.ts';
import type { World } from './world/world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const timeOuts = (trace: readonly string[]) => trace.filter((line) => line.endsWith(': times out'));

function people({ twin, scheduler }: World, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => twin.people.createContact({ email: `p${n}@example.at` }).id);
  return scheduler.run(scheduler.now + 10 * MINUTE).then(() => ids);
}

/** The controls of the museum that HubSpot does not hold closed. */
function openControls(id: string, { twin: { portal } }: World): string[] {
  const contact = portal.contact(id);
  if (contact === undefined) throw new Error(`the portal has no contact ${id}`);
  const controls = registry.companies.get('museum')?.controls ?? [];
  return controls
    .filter(({ control }) => valueHeld(control, contact, portal.emailOf(contact), portal) !== closedValue(control))
    .map(({ key }) => key);
}

test('HubSpot never answers while forty people submit a form: no invocation is killed, and opt-outs are decided at once', async () => {
  const decidedAfter: number[] = [];
  const trace = await inPacedWorld({ limitPer10Seconds: 190 }, async (world) => {
    const { twin, scheduler, table } = world;
    const ids = await people(world, 60);
    twin.behaviour.silent = () => true;
    for (const contact of ids.slice(0, 40)) twin.people.submitForm({ contact, form: forms.ofCompany });
    await scheduler.run(scheduler.now + 5 * SECOND);
    for (const contact of ids.slice(40)) {
      const began = scheduler.now;
      twin.people.unsubscribeByLink({ contact, subscription: 501 });
      while (table.entries(`${registry.portal}#${contact}`).length === 0 && scheduler.now < began + 10 * MINUTE) {
        await scheduler.run(scheduler.now + SECOND);
      }
      decidedAfter.push(scheduler.now - began);
    }
    twin.behaviour.silent = undefined;
    await scheduler.run();
    for (const contact of ids.slice(40)) expect(openControls(contact, world)).toEqual([]);
    for (const { name, messages } of world.queues.values())
      expect({ name, left: messages.length }).toEqual({ name, left: 0 });
  });
  expect(timeOuts(trace)).toEqual([]);
  // An opt-out may come while every worker waits in vain for one call of ten seconds.
  expect(Math.max(...decidedAfter)).toBeLessThanOrEqual(30 * SECOND);
});

test('ten people submit a form at a limit of 20 calls in ten seconds, which takes longer than an invocation may', async () => {
  const trace = await inPacedWorld({ limitPer10Seconds: 20 }, async (world) => {
    const ids = await people(world, 10);
    for (const contact of ids) world.twin.people.submitForm({ contact, form: forms.ofCompany });
    await world.scheduler.run();
    for (const contact of ids) expect(world.table.entries(`${registry.portal}#${contact}`)).not.toEqual([]);
  });
  expect(timeOuts(trace)).toEqual([]);
});

test.each([190, 100, 20])(
  'forty opt-outs, a call for each status, at a limit of %d calls in ten seconds',
  async (limit) => {
    const trace = await inPacedWorld({ limitPer10Seconds: limit, batchScopes: false }, async (world) => {
      const ids = await people(world, 40);
      for (const contact of ids) world.twin.people.unsubscribeByLink({ contact, subscription: 501 });
      await world.scheduler.run();
      for (const contact of ids) expect(openControls(contact, world)).toEqual([]);
      const refused = world.twin.calls.filter(({ status }) => status === 429);
      expect(refused).toEqual([]);
    });
    expect(timeOuts(trace)).toEqual([]);
  },
);

test.each([true, false])(
  'HubSpot never answers for one contact (batch scopes: %s): all others are closed meanwhile',
  async (batchScopes) => {
    const trace = await inPacedWorld({ limitPer10Seconds: 190, batchScopes }, async (world) => {
      const { twin, scheduler } = world;
      const ids = await people(world, 40);
      const address = twin.portal.emailOf(twin.portal.contact(ids[7] ?? '') as never);
      twin.behaviour.silent = ({ path, body }) => `${decodeURIComponent(path)} ${body}`.includes(address);
      for (const contact of ids) twin.people.unsubscribeByLink({ contact, subscription: 501 });
      await scheduler.run(scheduler.now + 5 * MINUTE);
      const others = ids.filter((_, n) => n !== 7);
      expect(others.filter((contact) => openControls(contact, world).length > 0)).toEqual([]);
      twin.behaviour.silent = undefined;
      await scheduler.run();
      expect(openControls(ids[7] ?? '', world)).toEqual([]);
    });
    expect(timeOuts(trace)).toEqual([]);
  },
);
