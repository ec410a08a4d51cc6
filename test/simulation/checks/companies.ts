import type { PortalContact } from '../../../local/hubspot/portal/types.ts';
import { normaliseAddress } from '../../../src/address.ts';
import { closedValue } from '../../../src/registry/control.ts';
import type { PlacedControl } from '../../../src/registry/registry.ts';
import { registry } from '../registry.ts';
import { addressAt, type Back } from '../truth/person.ts';
import { demandsConfirmation } from '../truth/returns.ts';
import type { Shown } from '../watch/shown.ts';
import type { Watch } from '../watch/watch.ts';
import { keyOfAddress } from '../watch/whose.ts';
import type { World } from '../world/world.ts';
import { addressesOf, valueHeld } from './contact.ts';

/** All that a check of one contact's companies needs. */
type Checked = { world: World; watch: Watch; shown: Shown; contact: PortalContact; addresses: string[] };

/** Whatever a contact's companies hold in HubSpot must follow from what really happened. */
export function checkCompanies(contact: PortalContact, world: World, watch: Watch, shown: Shown): void {
  const addresses = addressesOf(contact, world.twin.portal);
  const checked = { world, watch, shown, contact, addresses };
  for (const [company, { controls }] of registry.companies) {
    const since = world.truth.standing(contact.id, company, (who, what) => shown.get(`${who} ${what}`));
    if (since === undefined) checkWithoutOptOut(company, checked);
    else for (const placed of controls) checkClosed(placed, since, checked);
  }
}

/** Under an opt-out every control is closed: a property for the contact, a subscription for each of its addresses. */
function checkClosed({ key, control }: PlacedControl, since: number, checked: Checked): void {
  const { world, watch, contact, addresses } = checked;
  const counted = control.kind === 'property' ? addresses.filter((address) => address !== '').slice(0, 1) : addresses;
  const isOpen = (address: string) =>
    address !== '' && valueHeld(control, contact, address, world.twin.portal) !== closedValue(control);
  if (!counted.some(isOpen)) return;
  const moment = new Date(since).toISOString();
  watch.violated(
    '(a) closed under an opt-out',
    `${key} of contact ${contact.id} is open; the opt-out stands since ${moment}`,
  );
}

/** Without an opt-out nothing was written, and whoever surely came back is subscribed. */
function checkWithoutOptOut(company: string, checked: Checked): void {
  const { world, shown, contact } = checked;
  const { outs, eventful } = world.truth.person(contact.id);
  if (eventful) {
    if (isClear(world) && world.scenario.lost === 0 && !world.truth.restored) checkIsNotFought(company, checked);
    return;
  }
  const neverOut = outs.every((out) => out.company !== company) && !shown.has(`${contact.id} ${company}`);
  if (neverOut) checkUntouched(company, checked);
  else if (isClear(world)) checkIsBack(company, checked);
  if (!neverOut && !world.truth.restored) checkNotLeftOpen(company, checked);
}

function checkUntouched(company: string, { watch, contact, addresses }: Checked): void {
  const controls = registry.companies.get(company)?.controls ?? [];
  const touched = controls.filter(({ key, control }) =>
    watch.written.has(control.kind === 'property' ? `${contact.id} ${key}` : keyOfAddress(addresses[0] ?? '', key)),
  );
  if (touched.length === 0) return;
  const keys = touched.map(({ key }) => key).join(', ');
  watch.violated('nothing without a cause', `${keys} of contact ${contact.id} was written`);
}

function checkIsBack(company: string, { world, watch, contact, addresses }: Checked): void {
  const own = registry.companies.get(company)?.own;
  const [address = ''] = addresses;
  if (own === undefined || !world.truth.isSurelyBack(contact.id, company)) return;
  if (watch.mayCountAsNo(contact.id, keyOfAddress(address, own.key))) return;
  if (valueHeld(own.control, contact, address, world.twin.portal) !== 'UNSUBSCRIBED') return;
  watch.violated('R4 is applied', `contact ${contact.id} came back to ${company}, and HubSpot still holds the opt-out`);
}

/** R5: a lift leaves nothing open that somebody opened while the opt-out stood, unless a form of the owner names it. */
function checkNotLeftOpen(company: string, { world, watch, contact, addresses }: Checked): void {
  const { truth } = world;
  const outs = truth.person(contact.id).outs.filter((out) => out.company === company && truth.heard.has(out.key));
  const backs = truth.returns(contact.id, company);
  const isNamed = (placed: PlacedControl) =>
    truth.person(contact.id).backs.some(({ form }) => {
      const { brand, newsletter } = registry.forms.get(form) ?? {};
      return brand === placed.brand && (placed.newsletter === undefined || placed.newsletter === newsletter);
    });
  const isAgainst = (opened: number) =>
    outs.some(({ at }) => at < opened && backs.every((back) => back.at < at || back.at > opened + 1000));
  for (const placed of registry.companies.get(company)?.controls ?? []) {
    const key =
      placed.control.kind === 'property' ? `${contact.id} ${placed.key}` : keyOfAddress(addresses[0] ?? '', placed.key);
    const opened = watch.openedAt(key);
    if (placed.brand === undefined || opened === undefined || isNamed(placed) || !isAgainst(opened)) continue;
    const moment = new Date(opened).toISOString();
    watch.violated(
      'R5 outlives the lift',
      `${placed.key} of contact ${contact.id} was opened at ${moment} and is open`,
    );
  }
}

/** R8: whatever became of the record, a return by the address that the contact has now is not undone by anybody's older "no". */
function checkIsNotFought(company: string, { world, watch, contact, addresses }: Checked): void {
  const { truth } = world;
  const own = registry.companies.get(company)?.own;
  const people = [...truth.people.values()];
  if (own === undefined || people.some(({ absorbed }) => absorbed.length > 0)) return;
  const [address = ''] = addresses;
  const outs = people.flatMap((person) => person.outs.filter((out) => out.company === company));
  const cameBack = truth
    .returns(contact.id, company)
    .some(
      (back) =>
        back.address === normaliseAddress(address) && isOwnAndSure(back, contact.id, truth) && isLatest(back, outs),
    );
  if (!cameBack || !outs.every(({ key }) => truth.heard.has(key))) return;
  const key = keyOfAddress(address, own.key);
  if (watch.wasOpenedAsRewritten(contact.id, key) || watch.mayCountAsNo(contact.id, key)) return;
  const isClosed = valueHeld(own.control, contact, address, world.twin.portal) === closedValue(own.control);
  if (!watch.closedByUs(key) || !isClosed) return;
  watch.violated('(d) no return is undone', `contact ${contact.id} came back to ${company} and was closed again`);
}

/** Submitted on this very record, by the address that the record had then, and in need of no confirmation. */
function isOwnAndSure(back: Back, id: string, truth: World['truth']): boolean {
  const held = addressAt(truth.person(id), back.at);
  return back.key.startsWith(`${id} `) && held === back.address && !demandsConfirmation(back);
}

const isLatest = (back: { at: number }, outs: readonly { at: number }[]) => outs.every(({ at }) => at < back.at);

/**
 * Whether no machine or network was in trouble. Where a process died or gave up between plan and confirmation, its own write may
 * pass for a newer "no", and the "no" wins.
 */
function isClear({ scenario }: World): boolean {
  return Object.values(scenario.weather).every((share) => share === 0);
}
