import { normaliseAddress } from '../consent/address.ts';
import type { Desired } from '../consent/desired.ts';
import { type Contact, readContacts } from '../hubspot/contacts.ts';
import type { Status, StatusApi } from '../hubspot/statuses.ts';
import type { Send } from '../hubspot/transport.ts';
import type { ControlKey, ControlValue } from '../registry/control.ts';

export type HubSpot = { send: Send; statuses: StatusApi };

/** What HubSpot holds of one contact, as far as the desired controls go. */
export type View = {
  contact: Contact;
  address?: string;
  actual: Record<ControlKey, ControlValue>;
  statuses: Status[];
};

/** Reads all contacts' controls: one call for the contacts, one for the statuses, per hundred of them. */
export async function readViews(
  hubspot: HubSpot,
  wanted: ReadonlyMap<string, ReadonlyMap<ControlKey, Desired>>,
): Promise<Map<string, View>> {
  const all = [...wanted.values()].flatMap((desired) => [...desired.values()].map(({ control }) => control.control));
  const properties = [...new Set(all.flatMap((control) => (control.kind === 'property' ? [control.name] : [])))];
  const contacts = await readContacts(hubspot.send, [...wanted.keys()], properties);
  const addressOf = new Map([...contacts].map(([id, { email }]) => [id, normaliseAddress(email)] as const));
  const addresses = [...new Set([...addressOf.values()].filter((address) => address !== undefined))];
  const statuses = addresses.length === 0 ? new Map<string, Status[]>() : await hubspot.statuses.read(addresses);

  const views = new Map<string, View>();
  for (const [id, contact] of contacts) {
    const address = addressOf.get(id);
    const ofAddress = address === undefined ? undefined : statuses.get(address);
    const actual: Record<ControlKey, ControlValue> = {};
    for (const [key, { control }] of wanted.get(id) ?? []) {
      const definition = control.control;
      if (definition.kind === 'property') actual[key] = contact.properties[definition.name] ?? '';
      else if (ofAddress !== undefined) {
        const held = ofAddress.find(({ subscriptionId }) => subscriptionId === definition.id);
        actual[key] = held?.status ?? 'NOT_SPECIFIED';
      }
    }
    views.set(id, { contact, actual, statuses: ofAddress ?? [], ...(address !== undefined && { address }) });
  }
  return views;
}
