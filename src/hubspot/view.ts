import { normaliseAddress } from '../address.ts';
import type { ControlKey, ControlValue } from '../registry/control.ts';
import { PORTAL_WIDE_PROPERTY } from '../registry/registry.ts';
import type { Desired } from '../rules/desired.ts';
import { readContacts, readTimesOfTrue } from './contacts.ts';
import type { HubSpot } from './hubspot.ts';
import type { Status } from './statuses.ts';

/** What HubSpot holds of one contact, as far as the desired controls go. */
export type View = {
  /** False: HubSpot has no such contact (any more); only its address's statuses can be seen. */
  exists: boolean;
  /** Normalised. */
  address?: string;
  /** The person's other addresses: an opt-out holds for them too (R8). */
  others: string[];
  actual: Record<ControlKey, ControlValue>;
  /** Statuses of the address, and of each other one. */
  statuses: Status[];
  statusesOfOthers: ReadonlyMap<string, Status[]>;
  /** Since when HubSpot's "unsubscribed from all" is set (ms); only where a lift is due or the contact is looked up (R8). */
  portalWideAt?: number;
};

export type Wanted = {
  desired: ReadonlyMap<ControlKey, Desired>;
  /** The address as the ledger remembers it, for a contact that is gone. */
  remembered?: string;
  /** Read the statuses of its addresses even if no desired control asks for them. */
  identify?: boolean;
};

/**
 * Reads all contacts' controls: one call for the contacts, one for the statuses, per hundred of them. A contact that
 * HubSpot does not know and whose address nobody remembers is left out.
 */
export async function readViews(hubspot: HubSpot, wanted: ReadonlyMap<string, Wanted>): Promise<Map<string, View>> {
  const controls = [...wanted.values()].flatMap(({ desired }) =>
    [...desired.values()].map(({ control }) => control.control),
  );
  const properties = [...new Set(controls.flatMap((control) => (control.kind === 'property' ? [control.name] : [])))];
  const contacts = await readContacts(hubspot.send, [...wanted.keys()], [PORTAL_WIDE_PROPERTY, ...properties]);
  // Only where something may be opened, or nothing is known yet, the portal-wide flag and its time matter.
  const flagged = [...wanted].filter(
    ([id, { desired, identify }]) =>
      contacts.get(id)?.properties[PORTAL_WIDE_PROPERTY] === 'true' &&
      (identify || [...desired.values()].some(({ to }) => to !== 'closed')),
  );
  const ids = flagged.map(([id]) => id);
  const portalWideAt = await readTimesOfTrue(hubspot.send, ids, PORTAL_WIDE_PROPERTY);
  // A contact may be deleted before anybody asked for its newest address; the opt-out stays with that one all the same.
  const missing = [...wanted.keys()].filter((id) => !contacts.has(id));
  const deleted = await readContacts(hubspot.send, missing, [], true);

  const addresses = new Map<string, string[]>();
  for (const [id, { remembered }] of wanted) {
    const contact = contacts.get(id);
    const { email, additional = [] } = contact ?? deleted.get(id) ?? {};
    const known = contact === undefined ? [email, ...additional, remembered] : [email, ...additional];
    addresses.set(id, [...new Set(known.map(normaliseAddress).filter((one) => one !== undefined))]);
  }
  const asksForStatuses = (id: string) =>
    wanted.get(id)?.identify ||
    [...(wanted.get(id)?.desired.values() ?? [])].some(({ control }) => control.control.kind === 'subscription');
  const toRead = [...new Set([...addresses].flatMap(([id, all]) => (asksForStatuses(id) ? all : [])))];
  const statuses = toRead.length === 0 ? new Map<string, Status[]>() : await hubspot.statuses.read(toRead);

  const views = new Map<string, View>();
  for (const [id, { desired }] of wanted) {
    const contact = contacts.get(id);
    const all = addresses.get(id) ?? [];
    // An additional address alone cannot be a contact's; without a primary one there are no statuses.
    const hasPrimary = contact === undefined || contact.email !== undefined;
    const address = hasPrimary ? all[0] : undefined;
    const others = hasPrimary ? all.slice(1) : all;
    if (contact === undefined && address === undefined) continue;
    const ofAddress = address === undefined ? undefined : statuses.get(address);
    const actual: Record<ControlKey, ControlValue> = {};
    for (const [key, { control }] of desired) {
      const definition = control.control;
      if (definition.kind === 'subscription') {
        if (ofAddress !== undefined) actual[key] = statusOf(ofAddress, definition.id);
      } else if (contact !== undefined) actual[key] = contact.properties[definition.name] ?? '';
    }
    views.set(id, {
      exists: contact !== undefined,
      others,
      actual,
      statuses: ofAddress ?? [],
      statusesOfOthers: new Map(others.flatMap((one) => (statuses.has(one) ? [[one, statuses.get(one) ?? []]] : []))),
      ...(address !== undefined && { address }),
      ...(portalWideAt.has(id) && { portalWideAt: portalWideAt.get(id) as number }),
    });
  }
  return views;
}

export function statusOf(statuses: readonly Status[], subscriptionId: number): ControlValue {
  return statuses.find((one) => one.subscriptionId === subscriptionId)?.status ?? 'NOT_SPECIFIED';
}
