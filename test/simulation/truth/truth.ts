import type { PortalEvent } from '../../../local/hubspot/portal/types.ts';
import { normaliseAddress } from '../../../src/address.ts';
import { BY_ADDRESS } from '../../../src/signals/signal.ts';
import { registry } from '../registry.ts';
import { observe } from './observe.ts';
import { type Back, newPerson, type Out, type Person } from './person.ts';
import { isSurelyBack, returnsOf } from './returns.ts';
import { type Shows, standingNow } from './standing.ts';

/** What was heard so long ago was decided as a rule, ms. */
const DECIDED_WITHIN_MS = 60 * 60_000;

/** What really happened in the portal, kept apart from the code under test, and what of it was told and answered 2xx. */
export class Truth {
  readonly people = new Map<string, Person>();
  /** Every address that any contact ever had, as HubSpot spells it. */
  readonly spellings = new Set<string>();
  /** Deliveries that were answered 2xx, by the event's key, and when (ms). */
  readonly heard = new Map<string, number>();
  /** Whether the ledger went back in time: what it lost counts as never heard of. */
  restored = false;
  /** Submissions of which an event may have told that reached the queue, even if its answer did not reach HubSpot. */
  readonly told = new Set<string>();
  /** Submissions that an event named by their very time, and when the first such event arrived (ms). */
  readonly arrived = new Map<string, number>();
  /** How long HubSpot's lists of submissions lag behind (ms). */
  lagMs = 0;
  /** So long after an opt-out of the museum its copy tells of it (ms); undefined: HubSpot's own property tells. */
  copiedAfterMs: number | undefined;
  /** Opt-outs whose copy was not made yet. */
  readonly uncopied: Out[] = [];
  /**
   * Whether anybody can still tell that a contact had an address: HubSpot's record, or the ledger's hash. Deleted for
   * privacy or renamed before Widerruf ever asked, a contact leaves no trace by which an old address could be found; nor
   * does a contact that was renamed and deleted without a word of either.
   */
  isKnownAs: (contact: string, address: string) => boolean = () => true;
  /** Whether an opt-out came within the echo window of our own closing and somebody reopened it in the same moments: it may be lost. */
  isTakenForEcho: (contact: string, company: string, at: number) => boolean = () => false;

  person(id: string): Person {
    const known = this.people.get(id) ?? newPerson(id);
    this.people.set(id, known);
    return known;
  }

  /** A change in the portal by somebody else than Widerruf. */
  observe(event: PortalEvent): void {
    observe(event, this);
  }

  /** From now on (ms) the contact has the address. Whoever had the address before shares what is known of it. */
  holds(contact: string, address: string, at: number): void {
    const normalised = normaliseAddress(address) ?? address;
    const person = this.person(contact);
    this.spellings.add(address);
    if (person.addresses.size > 0) person.eventful = true;
    person.addresses.add(normalised);
    person.held.push({ address: normalised, at });
    for (const other of this.people.values()) {
      if (other.id === contact || !other.addresses.has(normalised)) continue;
      other.eventful = true;
      person.eventful = true;
    }
  }

  /** The ledger went back to a moment (ms): what was heard later, or perhaps decided later, is as if no webhook had told. */
  forget(from: number, isRecorded: (contact: string, company: string, at: number) => boolean): void {
    this.restored = true;
    for (const [key, at] of this.heard) if (at > from - DECIDED_WITHIN_MS) this.heard.delete(key);
    for (const { id, outs } of this.people.values()) {
      for (const { company, at, key } of outs) if (!isRecorded(id, company, at)) this.heard.delete(key);
    }
  }

  /** A form submission that HubSpot binds to the contact, made with an address as it was typed. */
  submitted(contact: string, { form, address, at, postedAt }: Omit<Back, 'company' | 'key'>): void {
    const company = registry.forms.get(form)?.company;
    if (company === undefined) return;
    const key = `${contact} form ${form} ${at}`;
    const typed = normaliseAddress(address) ?? address;
    this.person(contact).backs.push({ company, at, postedAt, form, address: typed, key });
  }

  /** An event of a form reached the queue: any submission by the contact's address that stands in the form's list may prove it. */
  tell(signal: { contact: string; form: string; occurredAt: number; receivedAt: number; address?: string }): void {
    const { form, occurredAt, receivedAt, address } = signal;
    const contact = signal.contact === BY_ADDRESS ? this.#holderOf(address) : signal.contact;
    const addresses = new Set(this.lineage(contact).flatMap((person) => [...person.addresses]));
    for (const back of [...this.people.values()].flatMap(({ backs }) => backs)) {
      if (back.form !== form || back.postedAt > receivedAt || !addresses.has(back.address)) continue;
      const key = `${contact} form ${form} ${back.at}`;
      this.told.add(key);
      if (back.at === occurredAt && !this.arrived.has(key)) this.arrived.set(key, receivedAt);
    }
  }

  /** The contact that took an address last. */
  #holderOf(address = ''): string {
    const held = [...this.people.values()].filter(({ held }) => held.at(-1)?.address === normaliseAddress(address));
    return held.at(-1)?.id ?? BY_ADDRESS;
  }

  /** Everybody who is one person with a contact since a merge, itself first. */
  lineage(id: string): Person[] {
    const person = this.person(id);
    return [person, ...person.absorbed.flatMap((part) => this.lineage(part.id))];
  }

  /** The submissions by which the owner could have come back to a company. */
  returns(id: string, company: string): Back[] {
    return returnsOf(id, company, this);
  }

  /** Whether a contact opted out and then came back, and Widerruf was told of both. */
  isSurelyBack(id: string, company: string): boolean {
    return isSurelyBack(id, company, this);
  }

  /** When the opt-out began that stands for a contact (ms), if one stands. */
  standing(id: string, company: string, shows: Shows): number | undefined {
    return standingNow(id, company, this, shows);
  }
}
