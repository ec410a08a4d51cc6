import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Behaviour } from '../behaviour.ts';

export type StatusValue = 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'NOT_SPECIFIED';
export type PropertyVersion = { value: string; timestamp: number; sourceType: string; sourceId?: string };
export type PortalContact = {
  id: string;
  createdAt: number;
  updatedAt: number;
  archived: boolean;
  /** Newest version first, as HubSpot lists them. */
  properties: Record<string, PropertyVersion[]>;
  submissions: Submission[];
};
/** `byAddress`: the address that was typed in is the contact's; otherwise the browser's cookie bound the submission to it. */
export type Submission = {
  conversionId: string;
  formId: string;
  timestamp: number;
  pageUrl: string;
  byAddress: boolean;
};
export type PortalStatus = {
  status: StatusValue;
  source: string;
  timestamp: number;
  legalBasis?: string;
  legalBasisExplanation?: string;
};
export type SetReason =
  | 'REQUESTED_CHANGE_OCCURRED'
  | 'NO_STATUS_CHANGE'
  | 'RESUBSCRIBE_OCCURRED'
  | 'UNSUBSCRIBE_FROM_ALL_OCCURRED';

/** Who changed something, in HubSpot's words. */
export type Actor = { changeSource: string; sourceId?: string };

/** A change of a contact that a webhook may tell of. */
export type PortalEvent = {
  type: 'propertyChange' | 'creation' | 'deletion' | 'restore' | 'merge' | 'privacyDeletion';
  contact: string;
  occurredAt: number;
  actor: Actor;
  propertyName?: string;
  propertyValue?: string;
  /** Of a merge: the primary contact, those merged into it, and what came out. */
  merge?: { primary: string; merged: string[]; result: string };
};

export type PortalOptions = {
  /** Ids of the subscription types; names are for people. */
  subscriptionTypes: { id: number; name: string }[];
  clock: () => number;
  behaviour: Behaviour;
  /** File to which every change is appended, so that a restart finds the portal as it was. */
  journal?: string;
  onEvent: (event: PortalEvent) => void;
};

type Line =
  | { contact: PortalContact }
  | { address: string; subscriptionId: number; status: PortalStatus }
  | { address: string; portalWide: { optedOut: boolean; timestamp: number } };

export const normalised = (address: string): string => address.trim().toLowerCase();

/**
 * What a HubSpot account holds: contacts with property history, and subscription statuses tied to the address, not to
 * the contact. `hs_email_optout` and `hs_email_optout_<id>` are computed from the statuses of the contact's address.
 */
export class Portal {
  readonly contacts = new Map<string, PortalContact>();
  readonly #statuses = new Map<string, Map<number, PortalStatus>>();
  readonly #portalWide = new Map<string, { optedOut: boolean; timestamp: number }>();
  readonly #byAddress = new Map<string, Set<string>>();
  readonly #options: PortalOptions;
  #nextId = 101;

  constructor(options: PortalOptions) {
    this.#options = options;
    if (options.journal !== undefined && existsSync(options.journal)) this.#load(options.journal);
  }

  get subscriptionTypes() {
    return this.#options.subscriptionTypes;
  }

  contact(id: string): PortalContact | undefined {
    const found = this.contacts.get(id);
    return found?.archived === false ? found : undefined;
  }

  /** A deleted contact that could still be restored. */
  archived(id: string): PortalContact | undefined {
    const found = this.contacts.get(id);
    return found?.archived === true && this.emailOf(found) !== '' ? found : undefined;
  }

  byAddress(address: string): PortalContact[] {
    return [...(this.#byAddress.get(normalised(address)) ?? [])].flatMap((id) => this.contact(id) ?? []);
  }

  emailOf(contact: PortalContact): string {
    return contact.properties['email']?.[0]?.value ?? '';
  }

  /** A property's current value; HubSpot's own opt-out properties are computed. */
  property(contact: PortalContact, name: string): string | null {
    const address = normalised(this.emailOf(contact));
    if (name === 'hs_email_optout') return this.#portalWide.get(address)?.optedOut === true ? 'true' : '';
    const subscription = /^hs_email_optout_(\d+)$/.exec(name)?.[1];
    if (subscription !== undefined) {
      return this.status(address, Number(subscription)).status === 'UNSUBSCRIBED' ? 'true' : '';
    }
    return contact.properties[name]?.[0]?.value ?? null;
  }

  /** A property's versions, newest first. Of the computed ones only the portal-wide opt-out keeps a time here. */
  history(contact: PortalContact, name: string): PropertyVersion[] {
    const portalWide = this.#portalWide.get(normalised(this.emailOf(contact)));
    if (name !== 'hs_email_optout' || portalWide === undefined) return contact.properties[name] ?? [];
    return [{ value: portalWide.optedOut ? 'true' : '', timestamp: portalWide.timestamp, sourceType: 'EMAIL' }];
  }

  createContact(properties: Record<string, string>, actor: Actor): PortalContact {
    const now = this.#options.clock();
    const contact: PortalContact = {
      id: String(this.#nextId++),
      createdAt: now,
      updatedAt: now,
      archived: false,
      properties: {},
      submissions: [],
    };
    for (const [name, value] of Object.entries(properties)) {
      contact.properties[name] = [version(value, now, actor)];
    }
    this.contacts.set(contact.id, contact);
    this.#index(contact);
    this.#save({ contact });
    this.#options.onEvent({ type: 'creation', contact: contact.id, occurredAt: now, actor });
    return contact;
  }

  setProperty(contact: PortalContact, name: string, value: string, actor: Actor): void {
    if ((contact.properties[name]?.[0]?.value ?? '') === value) return;
    if (name === 'email') {
      this.#changeAddress(contact, value, actor);
      return;
    }
    this.#setVersion(contact, name, value, actor);
  }

  archive(contact: PortalContact, actor: Actor): void {
    contact.archived = true;
    this.#byAddress.get(normalised(this.emailOf(contact)))?.delete(contact.id);
    this.#save({ contact });
    this.#options.onEvent({ type: 'deletion', contact: contact.id, occurredAt: this.#options.clock(), actor });
  }

  restore(contact: PortalContact, actor: Actor): void {
    contact.archived = false;
    this.#index(contact);
    this.#save({ contact });
    this.#options.onEvent({ type: 'restore', contact: contact.id, occurredAt: this.#options.clock(), actor });
  }

  /** "Delete for GDPR": record and data are gone; HubSpot tells a deletion as well, in any order. */
  deleteForPrivacy(contact: PortalContact, actor: Actor): void {
    this.archive(contact, actor);
    contact.properties = {};
    contact.submissions = [];
    this.#save({ contact });
    this.#options.onEvent({ type: 'privacyDeletion', contact: contact.id, occurredAt: this.#options.clock(), actor });
  }

  /** The primary's values win; the other's address becomes an additional one. Returns what came out. */
  merge(primary: PortalContact, other: PortalContact, actor: Actor): PortalContact {
    const now = this.#options.clock();
    const addresses = [
      this.property(primary, 'hs_additional_emails'),
      this.emailOf(other),
      this.property(other, 'hs_additional_emails'),
    ];
    const additional = addresses.filter((one) => one !== null && one !== '').join(';');
    let result = primary;
    for (const gone of this.#options.behaviour.mergeMakesNewId ? [primary, other] : [other]) {
      gone.archived = true;
      this.#byAddress.get(normalised(this.emailOf(gone)))?.delete(gone.id);
      this.#save({ contact: gone });
    }
    if (this.#options.behaviour.mergeMakesNewId) {
      result = { ...primary, id: String(this.#nextId++), archived: false };
      this.contacts.set(result.id, result);
    }
    for (const [name, versions] of Object.entries(other.properties)) result.properties[name] ??= versions;
    result.properties['hs_additional_emails'] = [version(additional, now, actor)];
    this.#index(result);
    this.#save({ contact: result });
    const merge = { primary: primary.id, merged: [other.id], result: result.id };
    this.#options.onEvent({ type: 'merge', contact: result.id, occurredAt: now, actor, merge });
    return result;
  }

  addSubmission(contact: PortalContact, submission: Submission): void {
    contact.submissions.unshift(submission);
    this.#save({ contact });
  }

  status(address: string, subscriptionId: number): PortalStatus {
    return (
      this.#statuses.get(normalised(address))?.get(subscriptionId) ?? {
        status: 'NOT_SPECIFIED',
        source: 'Not specified',
        timestamp: 0,
      }
    );
  }

  isPortalWide(address: string): boolean {
    return this.#portalWide.get(normalised(address))?.optedOut === true;
  }

  /** Sets one status of an address. Nothing is written, and no webhook sent, for what is already so. */
  setStatus(
    address: string,
    subscriptionId: number,
    change: Omit<PortalStatus, 'timestamp'>,
    actor: Actor,
  ): { status: PortalStatus; reason: SetReason } {
    const key = normalised(address);
    const before = this.status(key, subscriptionId);
    const lifts =
      change.status === 'SUBSCRIBED' && this.isPortalWide(key) && this.#options.behaviour.subscribeLiftsPortalWide;
    if (before.status === change.status && !lifts) return { status: before, reason: 'NO_STATUS_CHANGE' };

    const status: PortalStatus = { ...change, timestamp: this.#options.clock() };
    const ofAddress = this.#statuses.get(key) ?? new Map<number, PortalStatus>();
    this.#statuses.set(key, ofAddress.set(subscriptionId, status));
    this.#save({ address: key, subscriptionId, status });
    const [was, is] = [before.status === 'UNSUBSCRIBED', status.status === 'UNSUBSCRIBED'];
    if (was !== is) this.#optOutChanged(key, `hs_email_optout_${subscriptionId}`, is, status.timestamp, actor);
    if (lifts) this.setPortalWide(key, false, actor);
    return { status, reason: lifts || was ? 'RESUBSCRIBE_OCCURRED' : 'REQUESTED_CHANGE_OCCURRED' };
  }

  setPortalWide(address: string, optedOut: boolean, actor: Actor): void {
    const key = normalised(address);
    if (this.isPortalWide(key) === optedOut) return;
    const portalWide = { optedOut, timestamp: this.#options.clock() };
    this.#portalWide.set(key, portalWide);
    this.#save({ address: key, portalWide });
    this.#optOutChanged(key, 'hs_email_optout', optedOut, portalWide.timestamp, actor);
  }

  #optOutChanged(address: string, propertyName: string, optedOut: boolean, occurredAt: number, actor: Actor): void {
    for (const { id: contact } of this.byAddress(address)) {
      const propertyValue = optedOut ? 'true' : 'false';
      this.#options.onEvent({ type: 'propertyChange', contact, occurredAt, actor, propertyName, propertyValue });
    }
  }

  /** The trap of hubspot.md: the opt-out properties are rewritten for the new address, which is nobody's re-opt-in. */
  #changeAddress(contact: PortalContact, address: string, actor: Actor): void {
    const names = ['hs_email_optout', ...this.subscriptionTypes.map(({ id }) => `hs_email_optout_${id}`)];
    const before = names.map((name) => this.property(contact, name));
    this.#byAddress.get(normalised(this.emailOf(contact)))?.delete(contact.id);
    this.#setVersion(contact, 'email', address, actor);
    this.#index(contact);
    const rewrite = { changeSource: 'EMAIL', sourceId: 'Updated in response to an email address change.' };
    names.forEach((propertyName, i) => {
      const propertyValue = this.property(contact, propertyName) ?? '';
      if (propertyValue === before[i]) return;
      const occurredAt = this.#options.clock();
      const event = { contact: contact.id, occurredAt, actor: rewrite, propertyName, propertyValue };
      this.#options.onEvent({ type: 'propertyChange', ...event });
    });
  }

  #setVersion(contact: PortalContact, name: string, value: string, actor: Actor): void {
    const occurredAt = this.#options.clock();
    contact.properties[name] = [version(value, occurredAt, actor), ...(contact.properties[name] ?? [])];
    contact.updatedAt = occurredAt;
    this.#save({ contact });
    const event = { contact: contact.id, occurredAt, actor, propertyName: name, propertyValue: value };
    this.#options.onEvent({ type: 'propertyChange', ...event });
  }

  #index(contact: PortalContact): void {
    const address = normalised(this.emailOf(contact));
    if (address === '' || contact.archived) return;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? new Set()).add(contact.id));
  }

  #save(line: Line): void {
    if (this.#options.journal !== undefined) appendFileSync(this.#options.journal, `${JSON.stringify(line)}\n`);
  }

  #load(journal: string): void {
    for (const text of readFileSync(journal, 'utf8').split('\n')) {
      // A process killed while writing leaves half a line at the end.
      if (text === '' || !text.endsWith('}')) continue;
      const line = JSON.parse(text) as Line;
      if ('contact' in line) {
        this.contacts.set(line.contact.id, line.contact);
        this.#nextId = Math.max(this.#nextId, Number(line.contact.id) + 1);
      } else if ('status' in line) {
        const ofAddress = this.#statuses.get(line.address) ?? new Map<number, PortalStatus>();
        this.#statuses.set(line.address, ofAddress.set(line.subscriptionId, line.status));
      } else this.#portalWide.set(line.address, line.portalWide);
    }
    for (const contact of this.contacts.values()) this.#index(contact);
    const lines: Line[] = [
      ...[...this.contacts.values()].map((contact) => ({ contact })),
      ...[...this.#statuses].flatMap(([address, all]) =>
        [...all].map(([subscriptionId, status]) => ({ address, subscriptionId, status })),
      ),
      ...[...this.#portalWide].map(([address, portalWide]) => ({ address, portalWide })),
    ];
    writeFileSync(`${journal}.new`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    renameSync(`${journal}.new`, journal);
  }
}

function version(value: string, timestamp: number, { changeSource, sourceId }: Actor): PropertyVersion {
  return { value, timestamp, sourceType: changeSource, ...(sourceId !== undefined && { sourceId }) };
}
