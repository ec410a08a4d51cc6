import type { PortalContact } from '../../../local/hubspot/portal/types.ts';
import { ourTime } from '../../../src/clocks.ts';
import { findBreak } from '../../../src/ledger/chain.ts';
import { desiredControls } from '../../../src/rules/desired-controls.ts';
import { replay } from '../../../src/rules/evolve.ts';
import { planWrites } from '../../../src/rules/plan.ts';
import { registry } from '../registry.ts';
import type { Shown } from '../watch/shown.ts';
import type { Watch } from '../watch/watch.ts';
import type { SimulatedQueue } from '../world/queue.ts';
import type { World } from '../world/world.ts';
import { checkCompanies } from './companies.ts';
import { valueHeld } from './contact.ts';
import { checkHeardIsRecorded, entriesOf } from './recorded.ts';

/** Everything that must hold once the storm is over and all has drained. `shown`: what HubSpot showed before the audit. */
export function checkAll(world: World, watch: Watch, shown: Shown): void {
  const { twin, truth } = world;
  checkDrained(world, watch);
  checkChains(world, watch);
  checkForbiddenCalls(world, watch);
  for (const { id } of truth.people.values()) checkHeardIsRecorded(world, watch, id);
  for (const { id } of twin.portal.contacts.values()) {
    const contact = twin.portal.contact(id);
    if (contact === undefined) continue;
    checkIsAsDesired(contact, world, watch);
    checkCompanies(contact, world, watch, shown);
  }
}

/** Only what is about a contact that is gone may be left in a queue. */
function checkDrained({ queues, twin }: World, { violated }: Watch): void {
  for (const { name, messages } of queues.values()) {
    const left = messages.filter((message) => !isAboutNobody(message, twin.portal));
    if (left.length > 0) violated('drained', `${name} holds ${left.length}: ${left[0]?.reason ?? left[0]?.body}`);
  }
}

function isAboutNobody(
  { reason = '', body }: SimulatedQueue['messages'][number],
  portal: World['twin']['portal'],
): boolean {
  if (reason.includes('HubSpot knows no such contact')) return true;
  const { address = '' } = JSON.parse(body) as { address?: string };
  return reason.includes('no contact has the address') && portal.byAddress(address).length === 0;
}

function checkChains({ table }: World, { violated }: Watch): void {
  for (const person of table.people) {
    const broken = findBreak(table.entries(person));
    if (broken !== undefined) violated('chain', `${person} at ${broken.seq}: ${broken.fault}`);
  }
}

function checkForbiddenCalls({ twin }: World, { violated }: Watch): void {
  if (twin.calls.some(({ path }) => /unsubscribe-all|resubscribe|links\/generate/.test(path))) {
    violated('(c) protected', 'a forbidden endpoint was called');
  }
}

/** What the ledger demands is what HubSpot holds: there is nothing left to write. */
function checkIsAsDesired(contact: PortalContact, { twin, table, scheduler }: World, { violated }: Watch): void {
  const desired = desiredControls(replay(entriesOf(contact.id, table), registry), registry);
  const address = twin.portal.emailOf(contact);
  const actual = Object.fromEntries(
    [...registry.controls.values()].map(({ key, control }) => [key, valueHeld(control, contact, address, twin.portal)]),
  );
  const { writes, deferred } = planWrites(desired, actual, registry, ourTime(scheduler.now));
  if (writes.length + deferred.length === 0) return;
  const keys = [...writes.map(({ control }) => control.key), ...deferred].join(', ');
  violated('HubSpot is as desired', `contact ${contact.id} still needs ${keys}`);
}
