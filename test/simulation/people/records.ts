import type { Action } from '../scenario.ts';
import { type Cast, createContact, isTaken, type Role, roleOf } from './cast.ts';

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
  const { twin, truth, scheduler } = cast.world;
  const email = lived ? cast.lived.pop() : `renamed-${cast.renames++}@example.at`;
  if (email === undefined) return;
  for (const role of cast.people) if (role.id === id) role.email = email;
  truth.holds(id, email, scheduler.now);
  twin.people.editProperty({ contact: id, name: 'email', value: email });
}

/** Two contacts become one. From then on whoever was either of them is the one that is left. */
export function merge({ who, whom }: ActionOf<'merge'>, { id, email }: Role, cast: Cast): void {
  const { twin } = cast.world;
  const other = roleOf(whom, cast);
  if (other.id === id || twin.portal.contact(other.id) === undefined) return;
  const { id: result } = twin.people.mergeContacts({ primary: id, other: other.id });
  for (const n of [who, whom]) cast.people[n] = { id: result, email };
}

/** Deleted by hand, not merged away and not deleted for privacy; and nobody else has the address. */
function isRestorable(id: string, world: Cast['world']): boolean {
  const contact = world.twin.portal.contacts.get(id);
  const email = contact === undefined ? '' : world.twin.portal.emailOf(contact);
  const isMerged = [...world.truth.people.values()].some(({ absorbed }) => absorbed.some((part) => part.id === id));
  return email !== '' && !isMerged && !isTaken(email, world);
}
