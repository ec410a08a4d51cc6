import type { PortalContact } from '../portal/types.ts';
import type { ApiOptions } from './account.ts';
import { iso } from './answers.ts';

/** Which properties of a contact a caller wants, and of which also the earlier versions. */
export type Wanted = { properties: readonly string[]; history: readonly string[] };

/** A contact as HubSpot writes it. The properties that follow the statuses may show a change of a status late. */
export function contactBody(options: ApiOptions, contact: PortalContact, { properties, history }: Wanted) {
  const { portal, clock, behaviour } = options;
  const names = ['hs_object_id', ...properties];
  const optOutsAt = clock() - behaviour.optOutPropertyLagMs;
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
