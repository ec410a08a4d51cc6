import { closedValue } from '../../../src/registry/control.ts';
import { registry } from '../registry.ts';
import type { Watch } from '../watch/watch.ts';
import type { World } from '../world/world.ts';
import { valueHeld } from './contact.ts';

/** Without any audit: what was told is applied, where no webhook was lost and nothing happened to the record itself. */
export function checkUnaudited(world: World, watch: Watch): void {
  const { truth, scenario } = world;
  if (scenario.lost > 0 || truth.restored) return;
  for (const { id, eventful } of truth.people.values()) if (!eventful) checkPerson(id, world, watch);
}

function checkPerson(id: string, { twin: { portal }, truth }: World, { violated }: Watch): void {
  const contact = portal.contact(id);
  if (contact === undefined) return;
  const address = portal.emailOf(contact);
  for (const [company, { controls }] of registry.companies) {
    if (truth.standing(id, company, () => undefined) === undefined) continue;
    for (const { key, control } of controls) {
      const isClosed = valueHeld(control, contact, address, portal) === closedValue(control);
      if (!isClosed) violated('(a) without an audit', `${key} of contact ${id} is open`);
    }
  }
}
