import type { PortalEvent } from '../../../local/hubspot/portal/types.ts';
import { normaliseAddress } from '../../../src/address.ts';
import { registry } from '../registry.ts';

/** A company opt-out that HubSpot holds or held, whoever made it but Widerruf. */
type Out = { company: string; at: number; key: string };
/** A form submission; whether it is the owner's is asked when it matters. */
type Back = { company: string; at: number; form: string; address: string; key: string };
type Person = {
  id: string;
  /** Every address the contact ever held. */
  addresses: Set<string>;
  outs: Out[];
  backs: Back[];
  /** When the owner confirmed: by the mail's link or on HubSpot's own page, with the company it was about. */
  confirmations: { at: number; company?: string; key?: string }[];
  /** Contacts that became part of this one. */
  absorbed: { id: string; at: number; key: string }[];
  /** When the contact took over an address that may have been somebody's. */
  arrivals: { address: string; at: number }[];
  /** Keys of the record's deletions. */
  deletions: string[];
  /** Whether anything happened to the record itself, so that "must be lifted" is not asked. */
  eventful: boolean;
};

const owns = new Map(
  [...registry.companies].map(([key, { own }]) => [
    own.control.kind === 'subscription' ? `hs_email_optout_${own.control.id}` : '',
    key,
  ]),
);

/** What really happened in the portal, kept apart from the code under test, and what of it was told and answered 2xx. */
export class Truth {
  readonly people = new Map<string, Person>();
  /** Deliveries that were answered 2xx, by the event's key. */
  readonly heard = new Set<string>();
  /** Submissions that reached the queue, even if their answer did not reach HubSpot. */
  readonly told = new Set<string>();
  /**
   * Whether anybody can still tell that a contact had an address: HubSpot's record, or the ledger's hash. Deleted for
   * privacy or renamed before Widerruf ever asked, a contact leaves no trace by which an old address could be found; nor
   * does one that was renamed and deleted without a word of either.
   */
  isKnownAs: (contact: string, address: string) => boolean = () => true;
  /** Whether an opt-out came within the echo window of our own closing and somebody reopened it in the same moments: it may be lost. */
  isTakenForEcho: (contact: string, company: string, at: number) => boolean = () => false;

  person(id: string): Person {
    const known = this.people.get(id);
    if (known !== undefined) return known;
    const person: Person = {
      id,
      addresses: new Set(),
      outs: [],
      backs: [],
      confirmations: [],
      absorbed: [],
      arrivals: [],
      deletions: [],
      eventful: false,
    };
    this.people.set(id, person);
    return person;
  }

  /** A change in the portal by somebody else than Widerruf. */
  observe({ type, contact, occurredAt: at, propertyName = '', propertyValue = '', merge }: PortalEvent): void {
    const person = this.person(contact);
    const key = `${contact} ${propertyName} ${propertyValue} ${at}`;
    if (merge !== undefined) {
      const merged = `${merge.result} merge ${at}`;
      for (const id of new Set([merge.primary, ...merge.merged])) {
        if (id === merge.result) continue;
        person.absorbed.push({ id, at, key: merged });
        for (const address of this.person(id).addresses) person.addresses.add(address);
        this.person(id).eventful = true;
      }
    }
    if (type !== 'propertyChange' && type !== 'creation') person.eventful = true;
    if (type === 'deletion') person.deletions.push(key);
    if (type === 'restore') for (const address of person.addresses) person.arrivals.push({ address, at });
    const company = owns.get(propertyName);
    if (company !== undefined && propertyValue === 'true') person.outs.push({ company, at, key });
    if (propertyName === 'hs_email_optout' && propertyValue === 'true') {
      for (const each of registry.companies.keys()) person.outs.push({ company: each, at, key });
    }
    const confirmed =
      propertyName === 'hs_emailconfirmationstatus' && registry.policy.confirmedValues.includes(propertyValue);
    if (confirmed) person.confirmations.push({ at, key });
  }

  holds(contact: string, address: string, at: number): void {
    const normalised = normaliseAddress(address) ?? address;
    const person = this.person(contact);
    if (person.addresses.size > 0) person.eventful = true;
    person.addresses.add(normalised);
    person.arrivals.push({ address: normalised, at });
    for (const other of this.people.values()) {
      if (other.id === contact || !other.addresses.has(normalised)) continue;
      other.eventful = true;
      person.eventful = true;
    }
  }

  submitted(contact: string, form: string, address: string, at: number): void {
    const company = registry.forms.get(form)?.company;
    if (company === undefined) return;
    const key = `${contact} form ${form} ${at}`;
    this.person(contact).backs.push({ company, at, form, address: normaliseAddress(address) ?? address, key });
  }

  /** Everybody who is one person with a contact since a merge, itself first. */
  lineage(id: string): Person[] {
    const person = this.person(id);
    return [person, ...person.absorbed.flatMap((one) => this.lineage(one.id))];
  }

  /** The submissions by which the owner could have come back to a company. */
  returns(id: string, company: string): Back[] {
    const everybody = this.lineage(id);
    const addresses = new Set(everybody.flatMap((one) => [...one.addresses]));
    return (
      everybody
        .flatMap(({ backs }) => backs)
        .filter((back) => back.company === company && addresses.has(back.address))
        // A merged record tells of its parts' submissions as of its own.
        .filter(({ form, at }) => everybody.some((one) => this.told.has(`${one.id} form ${form} ${at}`)))
        .filter((back) => {
          if (registry.forms.get(back.form)?.doubleOptIn !== true) return true;
          const until = back.at + registry.policy.confirmationTimeoutMs;
          return [...this.people.values()]
            .filter((one) => everybody.includes(one) || [...one.addresses].some((address) => addresses.has(address)))
            .flatMap(({ confirmations }) => confirmations)
            .some((one) => one.at > back.at && one.at <= until && (one.company ?? company) === company);
        })
    );
  }

  /** Whether a contact opted out and then came back, and Widerruf was told of both. */
  isSurelyBack(id: string, company: string): boolean {
    const { outs, confirmations } = this.person(id);
    const told = outs.some((out) => out.company === company && this.heard.has(out.key));
    return (
      told &&
      this.returns(id, company)
        .filter(({ at }) => outs.every((out) => out.company !== company || out.at < at))
        .some(
          ({ form, at }) =>
            registry.forms.get(form)?.doubleOptIn !== true ||
            confirmations.some((one) => one.at > at && one.key !== undefined && this.heard.has(one.key)),
        )
    );
  }

  /**
   * When the opt-out began that stands for a contact (ms), if one stands: an opt-out that was told, or that `shows` in
   * HubSpot now, with no later return of the owner. On a merge the strictest wins; an address brings its "no" along.
   */
  standing(
    id: string,
    company: string,
    shows: (contact: string, company: string) => number | undefined,
    until = Number.POSITIVE_INFINITY,
    asked = new Set<string>(),
  ): number | undefined {
    const person = this.person(id);
    asked.add(id);
    // A merged record tells of its parts' submissions as of its own; with the merge unheard nobody can tell them apart.
    const own = this.returns(id, company).filter(
      ({ at, form, key }) => at <= until && (key.startsWith(`${id} `) || this.told.has(`${id} form ${form} ${at}`)),
    );
    const outs = person.outs
      .filter((out) => out.company === company && out.at <= until && this.heard.has(out.key))
      .filter((out) => !this.isTakenForEcho(id, company, out.at))
      .map(({ at }) => at);
    const shown = until === Number.POSITIVE_INFINITY ? shows(id, company) : undefined;
    if (shown !== undefined && !this.returns(id, company).some((back) => back.at > shown)) outs.push(shown);
    for (const { id: other, at, key } of person.absorbed) {
      if (at > until || asked.has(other)) continue;
      const theirs = this.standing(other, company, shows, at, new Set(asked));
      if (theirs === undefined) continue;
      // A merge that no webhook told is found by the address, whose later return counts.
      const kept = [...this.person(other).addresses].some(
        (one) => this.isKnownAs(other, one) && this.isKnownAs(id, one),
      );
      if (!this.heard.has(key) && kept) outs.push(theirs);
      if (!this.heard.has(key)) continue;
      outs.push(Math.max(theirs, ...own.filter((back) => back.at <= at).map((back) => back.at)));
    }
    for (const { address, at } of person.arrivals) {
      if (at > until) continue;
      for (const other of this.people.values()) {
        if (
          asked.has(other.id) ||
          !other.addresses.has(address) ||
          !this.isKnownAs(other.id, address) ||
          !this.isKnownAs(id, address)
        )
          continue;
        const theirs = this.standing(other.id, company, shows, at, new Set(asked));
        if (theirs !== undefined) outs.push(theirs);
      }
    }
    if (outs.length === 0) return undefined;
    const newest = Math.max(...outs);
    return own.some(({ at }) => at > newest) ? undefined : newest;
  }
}
