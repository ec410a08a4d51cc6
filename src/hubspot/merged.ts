import { type HubSpotTime, hubspotTime } from '../clocks.ts';

/** A contact record, as far as merges show in it. */
type Contact = { id: string; properties: Readonly<Record<string, string>> };

/**
 * Properties in which a record names the records that were merged into it: their ids, and `id:time` (ms) of each merge. Both are
 * HubSpot's own, set by HubSpot, separated by semicolons.
 */
export const MERGED = ['hs_merged_object_ids', 'hs_calculated_merged_vids'] as const;

/** A record that another one became part of, and HubSpot's time of the merge, where HubSpot tells one. */
export type Survivor = { contact: string; at?: HubSpotTime };

/** The ids of the records that were merged into a contact, as far as the contact names them. */
export function mergedIds({ properties }: Pick<Contact, 'properties'>): Set<string> {
  return new Set(MERGED.flatMap((name) => listOf(properties[name])).map((one) => one.split(':')[0] ?? ''));
}

/** The records that were merged into a contact, with HubSpot's time of each merge, where HubSpot tells one. */
export function mergesOf(contact: Pick<Contact, 'properties'>): Map<string, HubSpotTime | undefined> {
  const times = new Map(listOf(contact.properties['hs_calculated_merged_vids']).map((one) => partsOf(one)));
  return new Map([...mergedIds(contact)].map((id) => [id, times.get(id)]));
}

function partsOf(merge: string): [id: string, at: HubSpotTime | undefined] {
  const [id = '', told] = merge.split(':');
  const at = Number(told);
  return [id, at > 0 ? hubspotTime(at) : undefined];
}

/** What a contact that was read by `id` became part of; undefined where the contact still is a record of its own. */
export function survivorOf(id: string, contact: Contact | undefined): Survivor | undefined {
  if (contact === undefined || contact.id === id) return undefined;
  const at = mergesOf(contact).get(id);
  return { contact: contact.id, ...(at !== undefined && { at }) };
}

/** The entries of a property that holds a list. */
export function listOf(value: string | undefined): string[] {
  return (value ?? '')
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
