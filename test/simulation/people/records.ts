import type { Action } from '../scenario.ts';
import { address, type Cast, createContact, isTaken, type Role, roleOf } from './cast.ts';

/** An action of one kind. */
export type ActionOf<Kind extends Action['do']> = Action & { do: Kind };

/** A deleted contact comes back. */
export function restore(_: ActionOf<'restore'>, { id }: Role, { world }: Cast): void {
  if (isRestorable(id, world)) world.twin.people.restoreContact({ contact: id });
}

/** The address of a deleted contact becomes a new contact. */
export function recreate({ who }: ActionOf<'recreate'>, { email }: Role, { world, people }: Cast): void {
  if (!isTaken(email, world)) people[who] = createContact(email, world);
}

/** A list brings the address, and creates the contact where there is none. */
export function importRow({ who, types, status }: ActionOf<'import'>, role: Role, { world, people }: Cast): void {
  const { twin, truth, scheduler } = world;
  // HubSpot would take a row with another contact's additional address for that contact's.
  if (twin.portal.contact(role.id) === undefined && isTaken(role.email, world)) return;
  const before = new Set(twin.portal.contacts.keys());
  const statuses = Object.fromEntries(types.map((type) => [type, status]));
  twin.people.importRows({ rows: [{ email: role.email, statuses }] });
  const made = [...twin.portal.contacts.keys()].find((id) => !before.has(id));
  if (made === undefined) return;
  truth.holds(made, role.email, scheduler.now);
  people[who] = { ...role, id: made };
}

/** An employee gives the contact another address: a new one, or one with a past. Whoever plays the contact has it then. */
export function changeAddress({ lived }: ActionOf<'address'>, { id }: Role, cast: Cast): void {
  const email = lived ? cast.lived.pop() : address(`renamed-${cast.renames++}@example.at`, cast.world);
  if (email === undefined) return;
  giveAddress(id, email, cast);
}

/** The record gets another address; whoever plays the contact has it then. */
export function giveAddress(id: string, email: string, { people, world: { twin, truth, scheduler } }: Cast): void {
  for (const role of people) {
    if (role.id !== id) continue;
    role.earlier = [...(role.earlier ?? []), role.email];
    role.email = email;
  }
  truth.holds(id, email, scheduler.now);
  twin.people.editProperty({ contact: id, name: 'email', value: email });
}

/** An address that the contact had before comes back, to the record or as a new one that is subscribed to everything. */
export function reclaim({ who, by }: ActionOf<'reclaim'>, role: Role, cast: Cast): void {
  const { world, people } = cast;
  const email = role.earlier?.at(-1);
  if (email === undefined || isTaken(email, world)) return;
  if (by === 'edit') {
    giveAddress(role.id, email, cast);
    return;
  }
  const before = new Set(world.twin.portal.contacts.keys());
  const statuses = { 501: 'SUBSCRIBED', 511: 'SUBSCRIBED', 601: 'SUBSCRIBED' } as const;
  world.twin.people.importRows({ rows: [{ email, statuses }] });
  const made = [...world.twin.portal.contacts.keys()].find((id) => !before.has(id));
  if (made === undefined) return;
  world.truth.holds(made, email, world.scheduler.now);
  people[who] = { id: made, email };
}

/** Two contacts become one. From then on whoever was either of them, by an earlier merge too, is the one that is left. */
export function merge({ whom }: ActionOf<'merge'>, { id, email }: Role, cast: Cast): void {
  const { twin } = cast.world;
  const other = roleOf(whom, cast);
  if (other.id === id || twin.portal.contact(other.id) === undefined) return;
  const { id: result } = twin.people.mergeContacts({ primary: id, other: other.id });
  cast.people = cast.people.map((role) => ([id, other.id].includes(role.id) ? { id: result, email } : role));
}

/** Deleted by hand, not merged away and not deleted for privacy; and nobody else has the address. */
function isRestorable(id: string, world: Cast['world']): boolean {
  const contact = world.twin.portal.contacts.get(id);
  const email = contact === undefined ? '' : world.twin.portal.emailOf(contact);
  const isMerged = [...world.truth.people.values()].some(({ absorbed }) => absorbed.some((part) => part.id === id));
  return email !== '' && !isMerged && !isTaken(email, world);
}
