import { hashAddress, normaliseAddress } from '../src/address.ts';
import { hubspotTime, iso } from '../src/clocks.ts';
import { contactsOfAddress } from '../src/hubspot/search.ts';
import { readViews, type View } from '../src/hubspot/view.ts';
import { findBreak } from '../src/ledger/chain.ts';
import { type ControlKey, closedValue } from '../src/registry/control.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import { replay } from '../src/rules/evolve.ts';
import { type ContactState, companyState, isOptedOut } from '../src/rules/state.ts';
import { type Connection, OperatorError } from './connect.ts';

export type CompanyStanding = {
  company: string;
  name: string;
  standing: 'opted-out' | 'returned' | 'awaiting' | 'nothing';
  since?: string;
  source?: Record<string, unknown>;
  form?: string;
};
export type ControlStanding = {
  company: string;
  brand?: string;
  newsletter?: string;
  control: ControlKey;
  /** What HubSpot holds, and what that means; undefined where it shows nothing. */
  value?: string;
  closed?: boolean;
  ownNoSince?: string;
};
/** Everything there is about one contact of a person. */
export type ContactRecord = {
  contact: string;
  existsInHubSpot: boolean;
  mergedInto?: string;
  companies: CompanyStanding[];
  controls: ControlStanding[];
  entries: LedgerEntry[];
  chain: { holds: boolean; seq?: number; fault?: string };
};

/** The contacts of an address (by ledger and HubSpot), or the one of an id. @throws OperatorError for what is neither. */
export async function findContacts(who: string, connection: Connection): Promise<string[]> {
  if (/^\d{1,20}$/.test(who)) return [who];
  if (normaliseAddress(who) === undefined) throw new OperatorError(`${who} is neither an address nor a contact id`);
  const hash = hashAddress(await connection.addressKey(), who);
  const recorded = (await connection.ledger.peopleWith(hash)).map(({ contact }) => contact);
  // A person's rights do not wait for HubSpot: what the ledger knows is enough while it is away.
  const held = await contactsOfAddress(connection.hubspot.send, who.trim()).catch((error: unknown) => {
    if (recorded.length === 0) throw error;
    return [];
  });
  return [...new Set([...recorded, ...held])];
}

/** Reads ledger and HubSpot for each contact. */
export async function readPeople(contacts: readonly string[], connection: Connection): Promise<ContactRecord[]> {
  const { registry, ledger, hubspot } = connection;
  // Asking HubSpot for every control, whatever the ledger says of it.
  const all = new Map(
    [...registry.controls.values()].map((control) => [
      control.key,
      { to: 'closed' as const, control, optOutAt: hubspotTime(0) },
    ]),
  );
  const wanted = new Map(contacts.map((id) => [id, { desired: all, identify: false }]));
  const nothing = new Map<string, View>();
  const views =
    contacts.length === 0
      ? nothing
      : await readViews(hubspot, wanted, await connection.addressKey()).catch(() => nothing);
  return Promise.all(
    contacts.map(async (contact) => {
      const entries = await ledger.read({ portal: registry.portal, contact });
      const state = replay(entries, registry);
      const view = views.get(contact);
      const fault = findBreak(entries);
      return {
        contact,
        existsInHubSpot: view?.sight.exists ?? false,
        ...(state.mergedInto !== undefined && { mergedInto: state.mergedInto }),
        companies: [...registry.companies].map(([company, { name }]) => standingOf(company, name, state)),
        controls: [...registry.controls.values()].map(({ key, control, company, brand, newsletter }) => {
          const value: string | undefined = view?.sight.actual[key];
          const ownNo = state.ownNo[key];
          return {
            company,
            ...(brand !== undefined && { brand }),
            ...(newsletter !== undefined && { newsletter }),
            control: key,
            ...(value !== undefined && { value, closed: value === closedValue(control) }),
            ...(ownNo !== undefined && { ownNoSince: iso(ownNo) }),
          };
        }),
        entries,
        chain: fault === undefined ? { holds: true } : { holds: false, ...fault },
      };
    }),
  );
}

function standingOf(company: string, name: string, state: ContactState): CompanyStanding {
  const current = companyState(state, company);
  const back = current.returns.at(-1);
  const pending = current.awaiting.at(-1);
  if (isOptedOut(current) && current.optOut !== undefined) {
    const { at, source } = current.optOut;
    const waits = pending === undefined ? {} : { standing: 'awaiting' as const, form: pending.form };
    return { company, name, standing: 'opted-out', since: iso(at), source, ...waits };
  }
  if (back !== undefined) return { company, name, standing: 'returned', since: iso(back.at), form: back.form };
  return { company, name, standing: 'nothing' };
}
