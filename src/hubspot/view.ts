import { distinctAddresses, hashAddress } from '../address.ts';
import type { HubSpotTime } from '../clocks.ts';
import type { ControlKey, ControlValue } from '../registry/control.ts';
import { PORTAL_WIDE_PROPERTY } from '../registry/registry.ts';
import type { Wanted } from '../rules/next-step.ts';
import { type SeenAddress, type Sight, statusOf } from '../rules/sight.ts';
import { type Contact, readContacts, readDeletedContacts, readTimesOfTrue } from './contacts.ts';
import type { HubSpot } from './hubspot.ts';
import type { Status } from './status-format.ts';

/** What HubSpot shows of one contact, and the addresses, as HubSpot spells them, behind the hashes that the rules see. */
export type View = { sight: Sight; addresses: ReadonlyMap<string, string> };

/** What to look at. `remembered`: the address as the ledger remembers it, for a contact that is gone. */
export type Looking = Wanted & { remembered?: string };

/**
 * Reads all contacts' controls: one call for the contacts, one for the statuses, per hundred of them. A contact that
 * HubSpot does not know and whose address nobody remembers is left out. `addressKey` keys the hashes.
 */
export async function readViews(
  hubspot: HubSpot,
  wanted: ReadonlyMap<string, Looking>,
  addressKey: string,
): Promise<Map<string, View>> {
  const records = await readRecords(hubspot, wanted);
  const owned = new Map([...wanted].map(([id, looking]) => [id, addressesOf(records, id, looking)]));
  const toRead = [...wanted].filter(([, looking]) => asksForStatuses(looking)).flatMap(([id]) => all(owned.get(id)));
  const statuses =
    toRead.length === 0 ? new Map<string, Status[]>() : await hubspot.statuses.read([...new Set(toRead)]);

  const views = new Map<string, View>();
  for (const [id, looking] of wanted) {
    const addresses = owned.get(id);
    const contact = records.contacts.get(id);
    if (addresses === undefined || (contact === undefined && addresses.primary === undefined)) continue;
    const seen = (address: string): SeenAddress => {
      const held = statuses.get(address);
      return { hash: hashAddress(addressKey, address), ...(held !== undefined && { statuses: held }) };
    };
    const address = addresses.primary === undefined ? undefined : seen(addresses.primary);
    const portalWideAt = records.portalWideAt.get(id);
    const sight: Sight = {
      exists: contact !== undefined,
      others: addresses.others.map(seen),
      actual: actualValues(looking, contact, address),
      ...(address !== undefined && { address }),
      ...(portalWideAt !== undefined && { portalWideAt }),
    };
    views.set(id, {
      sight,
      addresses: new Map(all(addresses).map((one) => [hashAddress(addressKey, one), one])),
    });
  }
  return views;
}

type Records = {
  contacts: ReadonlyMap<string, Contact>;
  /** Contacts that were deleted and can still be read. */
  deleted: ReadonlyMap<string, Contact>;
  portalWideAt: ReadonlyMap<string, HubSpotTime>;
};

async function readRecords({ send }: HubSpot, wanted: ReadonlyMap<string, Looking>): Promise<Records> {
  const controls = [...wanted.values()].flatMap(({ desired }) =>
    [...desired.values()].map(({ control }) => control.control),
  );
  const properties = new Set(controls.flatMap((control) => (control.kind === 'property' ? [control.name] : [])));
  const contacts = await readContacts(send, [...wanted.keys()], [PORTAL_WIDE_PROPERTY, ...properties]);
  const flagged = [...wanted]
    .filter(([id, looking]) => contacts.get(id)?.properties[PORTAL_WIDE_PROPERTY] === 'true' && asksForFlag(looking))
    .map(([id]) => id);
  const portalWideAt = await readTimesOfTrue(send, flagged, PORTAL_WIDE_PROPERTY);
  // A contact may be deleted before anybody asked for its newest address; the opt-out stays with that address all the same.
  const missing = [...wanted.keys()].filter((id) => !contacts.has(id));
  return { contacts, deleted: await readDeletedContacts(send, missing), portalWideAt };
}

/** Only where something may be opened, or nothing is known yet, the portal-wide flag and its time matter. */
function asksForFlag({ desired, identify }: Looking): boolean {
  return identify || [...desired.values()].some(({ to }) => to !== 'closed');
}

function asksForStatuses({ desired, identify }: Looking): boolean {
  return identify || [...desired.values()].some(({ control }) => control.control.kind === 'subscription');
}

type Addresses = { primary?: string; others: string[] };

/** A contact's addresses as HubSpot spells them. An additional address alone cannot be a contact's primary one. */
function addressesOf({ contacts, deleted }: Records, id: string, { remembered }: Looking): Addresses {
  const contact = contacts.get(id);
  const { email, additional = [] } = contact ?? deleted.get(id) ?? {};
  const known = contact === undefined ? [email, ...additional, remembered] : [email, ...additional];
  const addresses = distinctAddresses(known);
  if (contact !== undefined && contact.email === undefined) return { others: addresses };
  const [primary, ...others] = addresses;
  return { ...(primary !== undefined && { primary }), others };
}

function all(addresses: Addresses | undefined): string[] {
  const { primary, others = [] } = addresses ?? {};
  return primary === undefined ? others : [primary, ...others];
}

function actualValues(
  { desired }: Looking,
  contact: Contact | undefined,
  address: SeenAddress | undefined,
): Record<ControlKey, ControlValue> {
  const actual: Record<ControlKey, ControlValue> = {};
  for (const [key, { control }] of desired) {
    const { control: definition } = control;
    if (definition.kind === 'property') {
      if (contact !== undefined) actual[key] = contact.properties[definition.name] ?? '';
    } else if (address?.statuses !== undefined) actual[key] = statusOf(address.statuses, definition.id);
  }
  return actual;
}
