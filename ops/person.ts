import { hashAddress, normaliseAddress } from '../src/address.ts';
import { hubspotTime, type OurTime } from '../src/clocks.ts';
import { contactsOfAddress } from '../src/hubspot/search.ts';
import { readViews, type View } from '../src/hubspot/view.ts';
import { findBreak } from '../src/ledger/chain.ts';
import type { ControlKey, ControlValue } from '../src/registry/control.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import { replay } from '../src/rules/evolve.ts';
import { entriesAbout } from '../src/rules/holdings.ts';
import { type Connection, OperatorError } from './connect.ts';
import { type CompanyStanding, type ControlStanding, controlsOf, standingOf } from './standing.ts';
import { type Unseen, unseenBecause } from './unseen.ts';

/** Everything there is about one contact of a person. */
export type ContactRecord = {
  contact: string;
  /** Null: unknown, because HubSpot was not asked or did not answer. */
  existsInHubSpot: boolean | null;
  mergedInto?: string;
  companies: CompanyStanding[];
  controls: ControlStanding[];
  entries: LedgerEntry[];
  chain: { holds: boolean; seq?: number; fault?: string };
};

/** What of a connection is needed to look somebody up. */
export type Lookup = Pick<Connection, 'registry' | 'ledger' | 'hubspot' | 'addressKey'>;

/**
 * The contacts of a person. `address`: keyed hash of the address that was asked for; then only what is about that address is told. `unseen`:
 * HubSpot could not be asked whether there are more.
 */
export type Found = { contacts: string[]; address?: string; unseen?: Unseen };

/** A person's contacts with all that is known of them, or was known `at` a moment. `unseen`: what HubSpot holds is unknown. */
export type People = { contacts: ContactRecord[]; unseen?: Unseen; at?: OurTime };

/** The contacts of an address (by ledger and HubSpot), or the one of an id. @throws OperatorError for what is neither. */
export async function findContacts(who: string, connection: Lookup): Promise<Found> {
  if (/^\d{1,20}$/.test(who)) return { contacts: [who] };
  if (normaliseAddress(who) === undefined) throw new OperatorError((t) => t.neither(who));
  const hash = hashAddress(await connection.addressKey(), who);
  const recorded = (await connection.ledger.peopleWith(hash)).map(({ contact }) => contact);
  try {
    const held = await contactsOfAddress(connection.hubspot.send, who.trim());
    return { contacts: [...new Set([...recorded, ...held])], address: hash };
  } catch (error) {
    // A person's rights do not wait for HubSpot: what the ledger knows is told, and what is unknown is said to be unknown.
    return { contacts: [...new Set(recorded)], address: hash, unseen: unseenBecause(error) };
  }
}

/** Reads ledger and HubSpot for each contact. */
export async function readPeople(found: Found, connection: Lookup): Promise<People> {
  const views = found.unseen ?? (await viewsOf(found.contacts, connection));
  const isSeen = views instanceof Map;
  const contacts = await Promise.all(
    found.contacts.map(async (contact) => {
      const entries = await connection.ledger.readAll({ portal: connection.registry.portal, contact });
      const view = isSeen ? views.get(contact) : undefined;
      const existsInHubSpot = isSeen ? (view?.sight.exists ?? false) : null;
      const values = view?.sight.actual ?? {};
      return recordOf({ contact, existsInHubSpot, entries, values, ...addressOf(found) }, connection);
    }),
  );
  return { contacts, ...(!isSeen && { unseen: views }) };
}

/** How it stood for each contact at a moment, by what was recorded until then; HubSpot is not asked, since HubSpot shows the present only. */
export async function readPeopleAt(at: OurTime, found: Found, connection: Lookup): Promise<People> {
  const contacts = await Promise.all(
    found.contacts.map(async (contact) => {
      const all = await connection.ledger.readAll({ portal: connection.registry.portal, contact });
      const entries = all.filter(({ recordedAt }) => recordedAt <= at);
      const values = valuesBy(entries);
      return recordOf({ contact, existsInHubSpot: null, entries, values, ...addressOf(found) }, connection);
    }),
  );
  return { contacts: contacts.filter(({ entries }) => entries.length > 0), at };
}

/** What HubSpot held after the last convergence, as far as the ledger tells. */
function valuesBy(entries: readonly LedgerEntry[]): Record<ControlKey, ControlValue> {
  return Object.assign({}, ...entries.map(({ body }) => (body.kind === 'applied' ? body.after : {})));
}

/** What was read of a contact. `values`: what HubSpot holds, as far as it was seen; `address`: only what is about that address is told. */
export type Known = Pick<ContactRecord, 'contact' | 'existsInHubSpot' | 'entries'> & {
  values: Readonly<Record<ControlKey, ControlValue>>;
  address?: string;
};

const addressOf = ({ address }: Found) => (address === undefined ? {} : { address });

/** All that is known of a contact, put together. Pure. */
export function recordOf(
  { contact, existsInHubSpot, entries, values, address }: Known,
  { registry }: Pick<Lookup, 'registry'>,
): ContactRecord {
  const state = replay(entries, registry, address === undefined ? undefined : { address });
  const fault = findBreak(entries);
  return {
    contact,
    existsInHubSpot,
    ...(state.mergedInto !== undefined && { mergedInto: state.mergedInto }),
    companies: [...registry.companies].map(([company, { name }]) => standingOf(company, name, state)),
    controls: controlsOf(values, state, registry),
    entries: address === undefined ? entries : entriesAbout(address, entries),
    chain: fault === undefined ? { holds: true } : { holds: false, ...fault },
  };
}

/** What HubSpot shows of the contacts, or why nothing can be seen. */
async function viewsOf(contacts: readonly string[], connection: Lookup): Promise<Map<string, View> | Unseen> {
  if (contacts.length === 0) return new Map();
  // Asking HubSpot for every control, whatever the ledger says of it.
  const all = new Map(
    [...connection.registry.controls.values()].map((control) => [
      control.key,
      { to: 'closed' as const, control, optOutAt: hubspotTime(0) },
    ]),
  );
  const wanted = new Map(contacts.map((id) => [id, { desired: all, identify: false }]));
  return readViews(connection.hubspot, wanted, await connection.addressKey()).catch(unseenBecause);
}
