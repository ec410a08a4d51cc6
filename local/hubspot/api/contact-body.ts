import type { Portal } from '../portal/portal.ts';
import type { PortalContact } from '../portal/types.ts';
import { iso } from './answers.ts';

/**
 * Which properties of a contact a caller wants, and of which also the earlier versions. `optOutsAt`: the moment (ms) as of which the properties
 * are shown that follow the statuses; default: now.
 */
export type Wanted = { properties: readonly string[]; history: readonly string[]; optOutsAt?: number };

/** A contact as HubSpot writes it. */
export function contactBody(portal: Portal, contact: PortalContact, { properties, history, ...wanted }: Wanted) {
  const names = ['hs_object_id', ...properties];
  const { optOutsAt } = wanted;
  const value = (name: string) => (name === 'hs_object_id' ? contact.id : portal.property(contact, name, optOutsAt));
  const versions = (name: string) =>
    portal.history(contact, name, optOutsAt).map((version) => ({ ...version, timestamp: iso(version.timestamp) }));
  return {
    id: contact.id,
    properties: Object.fromEntries(names.map((name) => [name, value(name)])),
    ...(history.length > 0 && {
      propertiesWithHistory: Object.fromEntries(history.map((name) => [name, versions(name)])),
    }),
    createdAt: iso(contact.createdAt),
    updatedAt: iso(contact.updatedAt),
    archived: contact.archived,
  };
}
