import type { Portal } from '../hubspot/portal/portal.ts';
import type { PortalEvent } from '../hubspot/portal/types.ts';

/** Source of a status that was written by API, in HubSpot's words. */
const BY_API = 'Public API';
const INTEGRATION = 'INTEGRATION';

/**
 * Whether a change of the twin's portal was written by Widerruf, the only caller of its API. A webhook does not tell that of a
 * status: HubSpot's change source is the same for everybody, so the status's own source is looked at.
 */
export function isOwnWrite({ actor, contact, propertyName = '' }: PortalEvent, portal: Portal | undefined): boolean {
  const type = /^hs_email_optout_(\d+)$/.exec(propertyName)?.[1];
  if (type === undefined) return actor.changeSource === INTEGRATION;
  const found = portal?.contact(contact);
  if (portal === undefined || found === undefined) return false;
  return portal.status(portal.emailOf(found), Number(type)).source === BY_API;
}
