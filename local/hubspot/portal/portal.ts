import type { Behaviour } from '../behaviour.ts';
import type { Core } from './core.ts';
import { fileJournal, type Line, noJournal } from './journal.ts';
import { emailOf, Records, storedValue } from './records.ts';
import { SubmissionLists } from './submission-lists.ts';
import { type StatusChange, Subscriptions } from './subscriptions.ts';
import type {
  Actor,
  PortalContact,
  PortalEvent,
  PortalStatus,
  PropertyVersion,
  SetReason,
  Submission,
} from './types.ts';

export type PortalOptions = {
  /** Ids of the subscription types; names are for people. */
  subscriptionTypes: { id: number; name: string }[];
  clock: () => number;
  behaviour: Behaviour;
  /** File to which every change is appended, so that a restart finds the portal as it was. */
  journal?: string;
  onEvent: (event: PortalEvent) => void;
};

/**
 * What a HubSpot account holds: contacts with property history (`records.ts`), and subscription statuses tied to the address,
 * not to the contact (`subscriptions.ts`). This class joins the two: `hs_email_optout` and `hs_email_optout_<id>` of a contact
 * are computed from the statuses of the contact's address.
 */
export class Portal {
  readonly subscriptionTypes: PortalOptions['subscriptionTypes'];
  /** The list of each form's submissions. */
  readonly submissions: SubmissionLists;
  readonly #records: Records;
  readonly #subscriptions: Subscriptions;
  readonly #core: Core;

  constructor({ subscriptionTypes, clock, behaviour, journal, onEvent }: PortalOptions) {
    this.subscriptionTypes = subscriptionTypes;
    const kept = journal === undefined ? noJournal : fileJournal(journal);
    this.#core = { clock, behaviour, journal: kept, tell: onEvent };
    this.#records = new Records(this.#core);
    this.#subscriptions = new Subscriptions(this.#core, (address) => this.byAddress(address));
    this.submissions = new SubmissionLists(kept);
    this.#load(kept.read());
    kept.rewrite([
      ...[...this.contacts.values()].map((contact) => ({ contact })),
      ...this.#subscriptions.lines(),
      ...this.submissions.lines(),
    ]);
  }

  /** All contacts by id, deleted ones included. */
  get contacts(): ReadonlyMap<string, PortalContact> {
    return this.#records.all;
  }

  contact(id: string): PortalContact | undefined {
    return this.#records.living(id);
  }

  /** A deleted contact that could still be restored. */
  archived(id: string): PortalContact | undefined {
    return this.#records.restorable(id);
  }

  byAddress(address: string): PortalContact[] {
    return this.#records.byAddress(address);
  }

  emailOf(contact: PortalContact): string {
    return emailOf(contact);
  }

  /** A property's current value; HubSpot's own opt-out properties are computed. */
  property(contact: PortalContact, name: string, optOutsAt = Number.POSITIVE_INFINITY): string | null {
    const address = emailOf(contact);
    if (name === 'hs_email_optout') {
      const portalWide = this.#subscriptions.portalWide(address);
      const isLate = portalWide !== undefined && portalWide.timestamp > optOutsAt;
      return this.isPortalWide(address) !== isLate ? 'true' : '';
    }
    const subscription = /^hs_email_optout_(\d+)$/.exec(name)?.[1];
    if (subscription === undefined) return storedValue(contact, name);
    return this.statusAt(address, Number(subscription), optOutsAt).status === 'UNSUBSCRIBED' ? 'true' : '';
  }

  /** A property's versions, newest first. Of the opt-out properties HubSpot may keep the newest version of the portal-wide one only. */
  history(contact: PortalContact, name: string, optOutsAt = Number.POSITIVE_INFINITY): readonly PropertyVersion[] {
    const versions = this.#subscriptions.versions(emailOf(contact), name);
    if (this.#core.behaviour.keepsOptOutVersions && versions.length > 0)
      return versions.filter(({ timestamp }) => timestamp <= optOutsAt);
    const portalWide = this.#subscriptions.portalWide(emailOf(contact));
    if (name !== 'hs_email_optout' || portalWide === undefined) return contact.properties[name] ?? [];
    if (portalWide.timestamp > optOutsAt) return [];
    return [{ value: portalWide.optedOut ? 'true' : '', timestamp: portalWide.timestamp, sourceType: 'EMAIL' }];
  }

  createContact(properties: Record<string, string>, actor: Actor): PortalContact {
    return this.#records.create(properties, actor);
  }

  /** Sets a property. Nothing is written, and no webhook sent, for what is already so. */
  setProperty(contact: PortalContact, name: string, value: string, actor: Actor): void {
    if ((storedValue(contact, name) ?? '') === value) return;
    if (name === 'email') this.#changeAddress(contact, value, actor);
    else this.#records.setProperty(contact, name, value, actor);
  }

  archive(contact: PortalContact, actor: Actor): void {
    this.#records.archive(contact, actor);
  }

  restore(contact: PortalContact, actor: Actor): void {
    this.#records.restore(contact, actor);
  }

  deleteForPrivacy(contact: PortalContact, actor: Actor): void {
    this.#records.deleteForPrivacy(contact, actor);
  }

  merge(primary: PortalContact, other: PortalContact, actor: Actor): PortalContact {
    return this.#records.merge(primary, other, actor);
  }

  addSubmission(contact: PortalContact, submission: Submission): void {
    this.#records.addSubmission(contact, submission);
  }

  status(address: string, subscriptionId: number): PortalStatus {
    return this.#subscriptions.status(address, subscriptionId);
  }

  /** What a status was at a moment (ms). */
  statusAt(address: string, subscriptionId: number, at: number): PortalStatus {
    return this.#subscriptions.statusAt(address, subscriptionId, at);
  }

  isPortalWide(address: string): boolean {
    return this.#subscriptions.isPortalWide(address);
  }

  setStatus(
    address: string,
    subscriptionId: number,
    change: StatusChange,
    actor: Actor,
  ): { status: PortalStatus; reason: SetReason } {
    return this.#subscriptions.setStatus(address, subscriptionId, change, actor);
  }

  optOutOfAll(address: string, actor: Actor): void {
    this.#subscriptions.optOutOfAll(address, actor);
  }

  /** The trap of hubspot.md: the opt-out properties are rewritten for the new address, which is nobody's re-opt-in. */
  #changeAddress(contact: PortalContact, address: string, actor: Actor): void {
    const names = ['hs_email_optout', ...this.subscriptionTypes.map(({ id }) => `hs_email_optout_${id}`)];
    const before = new Map(names.map((name) => [name, this.property(contact, name)]));
    this.#records.setAddress(contact, address, actor);
    const rewrite = { changeSource: 'EMAIL', sourceId: 'Updated in response to an email address change.' };
    for (const [propertyName, earlier] of before) {
      const propertyValue = this.property(contact, propertyName) ?? '';
      if (propertyValue === earlier) continue;
      const event = {
        contact: contact.id,
        occurredAt: this.#core.clock(),
        actor: rewrite,
        propertyName,
        propertyValue,
      };
      this.#core.tell({ type: 'propertyChange', ...event });
    }
  }

  #load(lines: readonly Line[]): void {
    for (const line of lines) {
      if ('address' in line) this.#subscriptions.load(line);
      if ('form' in line) this.submissions.load(line);
    }
    this.#records.load(lines.flatMap((line) => ('contact' in line ? [line.contact] : [])));
  }
}
