import type { Portal } from '../../../local/hubspot/portal/portal.ts';
import type { PortalContact } from '../../../local/hubspot/portal/types.ts';
import type { Control } from '../../../src/registry/schema.ts';

/** A contact's primary address first, then its additional addresses; an empty text where it has none. */
export function addressesOf(contact: PortalContact, portal: Portal): string[] {
  const additional = portal.property(contact, 'hs_additional_emails') ?? '';
  return [portal.emailOf(contact), ...additional.split(';')];
}

/** What HubSpot holds of a control: a property of the contact, or a subscription status of the address. */
export function valueHeld(control: Control, contact: PortalContact, address: string, portal: Portal): string {
  if (control.kind === 'property') return portal.property(contact, control.name) ?? '';
  return portal.status(address, control.id).status;
}
