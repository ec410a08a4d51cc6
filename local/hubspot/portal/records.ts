import { compareIds, idAfter } from '../ids.ts';
import type { Core } from './core.ts';
import { type Actor, normalised, type PortalContact, type PropertyVersion, type Submission } from './types.ts';

/** Contact records, found by id or by their address. Nothing here knows of subscription statuses. */
export class Records {
  readonly all = new Map<string, PortalContact>();
  readonly #byAddress = new Map<string, Set<string>>();
  readonly #core: Core;
  #lastId = '0';

  constructor(core: Core) {
    this.#core = core;
  }

  /** Takes over the contacts of earlier runs, the newest state of each last. */
  load(contacts: readonly PortalContact[]): void {
    for (const contact of contacts) this.#put(contact);
    for (const contact of this.all.values()) this.#indexAddress(contact);
  }

  /** A contact that is not deleted. The id of a record that was merged away finds the record that came out. */
  living(id: string): PortalContact | undefined {
    const found = this.all.get(id);
    if (found?.mergedInto !== undefined) return this.living(found.mergedInto);
    return found?.archived === false ? found : undefined;
  }

  /** A deleted contact that could still be restored. */
  restorable(id: string): PortalContact | undefined {
    const found = this.all.get(id);
    const isDeleted = found?.archived === true && found.mergedInto === undefined;
    return isDeleted && emailOf(found) !== '' ? found : undefined;
  }

  byAddress(address: string): PortalContact[] {
    return [...(this.#byAddress.get(normalised(address)) ?? [])].flatMap((id) => this.living(id) ?? []);
  }

  create(properties: Record<string, string>, actor: Actor): PortalContact {
    const now = this.#core.clock();
    const first = (value: string) => [version(value, now, actor)];
    const contact: PortalContact = {
      id: this.#newId(),
      createdAt: now,
      updatedAt: now,
      archived: false,
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, first(value)])),
      submissions: [],
    };
    this.#put(contact);
    this.#indexAddress(contact);
    this.#core.journal.append({ contact });
    this.#core.tell({ type: 'creation', contact: contact.id, occurredAt: now, actor });
    return contact;
  }

  /** Gives a property a new version. The address goes by `setAddress`. */
  setProperty(contact: PortalContact, propertyName: string, propertyValue: string, actor: Actor): void {
    const occurredAt = this.#core.clock();
    const earlier = contact.properties[propertyName] ?? [];
    contact.properties[propertyName] = [version(propertyValue, occurredAt, actor), ...earlier];
    contact.updatedAt = occurredAt;
    this.#core.journal.append({ contact });
    const event = { contact: contact.id, occurredAt, actor, propertyName, propertyValue };
    this.#core.tell({ type: 'propertyChange', ...event });
  }

  setAddress(contact: PortalContact, address: string, actor: Actor): void {
    this.#forgetAddress(contact);
    this.setProperty(contact, 'email', address, actor);
    this.#indexAddress(contact);
  }

  archive(contact: PortalContact, actor: Actor): void {
    this.#remove(contact);
    this.#core.tell({ type: 'deletion', contact: contact.id, occurredAt: this.#core.clock(), actor });
  }

  restore(contact: PortalContact, actor: Actor): void {
    contact.archived = false;
    this.#indexAddress(contact);
    this.#core.journal.append({ contact });
    this.#core.tell({ type: 'restore', contact: contact.id, occurredAt: this.#core.clock(), actor });
  }

  /** "Delete for GDPR": record and data are gone; HubSpot tells a deletion as well, in any order. */
  deleteForPrivacy(contact: PortalContact, actor: Actor): void {
    this.archive(contact, actor);
    contact.properties = {};
    contact.submissions = [];
    this.#core.journal.append({ contact });
    this.#core.tell({ type: 'privacyDeletion', contact: contact.id, occurredAt: this.#core.clock(), actor });
  }

  /**
   * Always makes a new record. The primary's values win; the other's address becomes an additional one; the new record names the merged
   * ones. Returns what came out.
   */
  merge(primary: PortalContact, other: PortalContact, actor: Actor): PortalContact {
    const now = this.#core.clock();
    const id = this.#newId();
    for (const gone of [primary, other]) {
      gone.mergedInto = id;
      this.#remove(gone);
    }
    const properties = { ...other.properties, ...primary.properties };
    properties['hs_additional_emails'] = [version(additionalOf(primary, other), now, actor)];
    if (this.#core.behaviour.mergedNamesParts) {
      properties['hs_merged_object_ids'] = [version(mergedIdsOf(primary, other), now, actor)];
      properties['hs_calculated_merged_vids'] = [version(mergedVidsOf(primary, other, now), now, actor)];
    }
    const submissions = [...primary.submissions, ...other.submissions].sort((a, b) => b.timestamp - a.timestamp);
    const { createdAt } = primary;
    const result: PortalContact = { id, createdAt, updatedAt: now, archived: false, properties, submissions };
    this.#put(result);
    this.#indexAddress(result);
    this.#core.journal.append({ contact: result });
    const merge = { primary: primary.id, merged: [other.id], result: id };
    this.#core.tell({ type: 'merge', contact: id, occurredAt: now, actor, merge });
    return result;
  }

  addSubmission(contact: PortalContact, submission: Submission): void {
    contact.submissions.unshift(submission);
    this.#core.journal.append({ contact });
  }

  #newId(): string {
    const { firstId } = this.#core.behaviour;
    return compareIds(this.#lastId, firstId) < 0 ? firstId : idAfter(this.#lastId, 1);
  }

  #put(contact: PortalContact): void {
    this.all.set(contact.id, contact);
    if (compareIds(contact.id, this.#lastId) > 0) this.#lastId = contact.id;
  }

  #remove(contact: PortalContact): void {
    contact.archived = true;
    this.#forgetAddress(contact);
    this.#core.journal.append({ contact });
  }

  #indexAddress(contact: PortalContact): void {
    const address = normalised(emailOf(contact));
    if (address === '' || contact.archived) return;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? new Set()).add(contact.id));
  }

  #forgetAddress(contact: PortalContact): void {
    this.#byAddress.get(normalised(emailOf(contact)))?.delete(contact.id);
  }
}

/** A contact's primary address, '' when it has none. */
export function emailOf(contact: PortalContact): string {
  return storedValue(contact, 'email') ?? '';
}

/** A property's current value as it is stored, null when it was never set. */
export function storedValue(contact: PortalContact, name: string): string | null {
  return contact.properties[name]?.[0]?.value ?? null;
}

/** The additional addresses of a merge: what the primary had, then the other's address and what the other had. */
function additionalOf(primary: PortalContact, other: PortalContact): string {
  const addresses = [
    storedValue(primary, 'hs_additional_emails'),
    emailOf(other),
    storedValue(other, 'hs_additional_emails'),
  ];
  return addresses.filter((address) => address !== null && address !== '').join(';');
}

/** The ids of all records that are part of the new one. */
function mergedIdsOf(...parts: PortalContact[]): string {
  return parts.flatMap((part) => [part.id, storedValue(part, 'hs_merged_object_ids') ?? []]).join(';');
}

/** The same with the time of each merge (ms). */
function mergedVidsOf(primary: PortalContact, other: PortalContact, now: number): string {
  const parts = [primary, other];
  return parts.flatMap((part) => [`${part.id}:${now}`, storedValue(part, 'hs_calculated_merged_vids') ?? []]).join(';');
}

function version(value: string, timestamp: number, { changeSource, sourceId }: Actor): PropertyVersion {
  return { value, timestamp, sourceType: changeSource, ...(sourceId !== undefined && { sourceId }) };
}
