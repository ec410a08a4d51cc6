import { findBreak } from '../../../src/ledger/chain.ts';
import { closedValue } from '../../../src/registry/control.ts';
import type { PlacedControl } from '../../../src/registry/registry.ts';
import { desiredControls } from '../../../src/rules/desired.ts';
import { replay } from '../../../src/rules/evolve.ts';
import { planWrites } from '../../../src/rules/plan.ts';
import { registry } from '../registry.ts';
import type { Shown } from '../watch/shown.ts';
import type { Watch } from '../watch/watch.ts';
import type { World } from '../world/world.ts';

const person = (contact: string) => `${registry.portal}#${contact}`;

/** Without any audit: what was told is applied, where no webhook was lost and nothing happened to the record itself. */
export function checkUnaudited(world: World, { violated }: Watch): void {
  const { twin, truth, scenario } = world;
  if (scenario.lost > 0) return;
  for (const { id, eventful } of truth.people.values()) {
    const contact = twin.portal.contact(id);
    if (contact === undefined || eventful) continue;
    const address = twin.portal.emailOf(contact);
    for (const [company, { controls }] of registry.companies) {
      if (truth.standing(id, company, () => undefined) === undefined) continue;
      for (const { key, control } of controls) {
        const value =
          control.kind === 'property'
            ? twin.portal.property(contact, control.name)
            : twin.portal.status(address, control.id).status;
        if (value !== closedValue(control)) violated('(a) without an audit', `${key} of contact ${id} is open`);
      }
    }
  }
}

/** Everything that must hold once the storm is over and all has drained. */
export function checkAll(world: World, watch: Watch, shown: Shown): void {
  const { twin, truth, table, queues } = world;
  const { violated } = watch;
  // Where a process died or gave up between plan and confirmation, its own write may pass for a newer "no", and the "no" wins.
  const isClear = Object.values(world.scenario.weather).every((share) => share === 0);

  for (const { name, messages } of queues.values()) {
    const left = messages.filter(({ reason }) => !(reason?.includes('HubSpot knows no such contact') ?? false));
    if (left.length > 0) violated('drained', `${name} holds ${left.length}: ${left[0]?.reason ?? left[0]?.body}`);
  }
  for (const one of table.people) {
    const broken = findBreak(table.entries(one));
    if (broken !== undefined) violated('chain', `${one} at ${broken.seq}: ${broken.fault}`);
  }
  if (twin.calls.some(({ path }) => /unsubscribe-all|resubscribe|links\/generate/.test(path))) {
    violated('(c) protected', 'a forbidden endpoint was called');
  }

  for (const { id } of truth.people.values()) heardIsRecorded(world, watch, id);

  for (const { id } of twin.portal.contacts.values()) {
    const contact = twin.portal.contact(id);
    if (contact === undefined) continue;
    const addresses = [
      twin.portal.emailOf(contact),
      ...(twin.portal.property(contact, 'hs_additional_emails') ?? '').split(';'),
    ];
    const held = ({ control }: PlacedControl, address: string) =>
      control.kind === 'property'
        ? (twin.portal.property(contact, control.name) ?? '')
        : twin.portal.status(address, control.id).status;

    const state = replay(table.entries(person(id)), registry);
    const desired = desiredControls(state, registry);
    const actual = Object.fromEntries(
      [...registry.controls.values()].map((one) => [one.key, held(one, addresses[0] ?? '')]),
    );
    const { writes, deferred } = planWrites(desired, actual, registry, world.scheduler.now);
    if (writes.length + deferred.length > 0) {
      violated(
        'HubSpot is as desired',
        `contact ${id} still needs ${[...writes.map(({ control }) => control.key), ...deferred].join(', ')}`,
      );
    }

    for (const [company, { own, controls }] of registry.companies) {
      const since = truth.standing(id, company, (who, what) => shown.get(`${who} ${what}`));
      const known = truth.person(id);
      if (since !== undefined) {
        for (const placed of controls) {
          const open = addresses.filter(
            (address) => address !== '' && held(placed, address) !== closedValue(placed.control),
          );
          const counted = placed.control.kind === 'property' ? open.slice(0, 1) : open;
          if (counted.length > 0)
            violated(
              '(a) closed under an opt-out',
              `${placed.key} of contact ${id} is open; the opt-out stands since ${new Date(since).toISOString()}`,
            );
        }
        continue;
      }
      const outs = known.outs.filter((out) => out.company === company);
      if (known.eventful) continue;
      if (outs.length === 0 && !shown.has(`${id} ${company}`)) {
        const touched = controls.filter(({ key, control }) =>
          watch.written.has(`${control.kind === 'property' ? id : addresses[0]} ${key}`),
        );
        if (touched.length > 0)
          violated(
            'nothing without a cause',
            `${touched.map(({ key }) => key).join(', ')} of contact ${id} was written`,
          );
      } else if (isClear && truth.isSurelyBack(id, company) && held(own, addresses[0] ?? '') === 'UNSUBSCRIBED') {
        violated('R4 is applied', `contact ${id} came back to ${company}, and HubSpot still holds the opt-out`);
      }
    }
  }
}

/** What was answered 2xx is in the ledger: of the contact, or of what it became part of. */
function heardIsRecorded({ truth, table }: World, { violated, mayBeEcho }: Watch, id: string): void {
  for (const { company, at, key } of truth.person(id).outs) {
    if (!truth.heard.has(key)) continue;
    const own = registry.companies.get(company)?.own.key;
    if ([...truth.person(id).addresses].some((address) => mayBeEcho(`${address} ${own}`, at))) continue;
    let holder = id;
    let state = replay(table.entries(person(holder)), registry);
    let known = state.companies[company]?.optOut?.at ?? -1;
    while (known < at && state.mergedInto !== undefined) {
      holder = state.mergedInto;
      state = replay(table.entries(person(holder)), registry);
      known = state.companies[company]?.optOut?.at ?? -1;
    }
    if (known < at)
      violated(
        '2xx is in the ledger',
        `contact ${id}: the opt-out of ${company} at ${new Date(at).toISOString()} is not recorded`,
      );
  }
}
