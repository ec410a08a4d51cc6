import type { Portal } from '../../../local/hubspot/portal/portal.ts';
import { hashAddress, normaliseAddress } from '../../../src/address.ts';
import { registry } from '../registry.ts';
import type { Truth } from '../truth/truth.ts';
import type { SimulatedTable } from './table.ts';
import { ADDRESS_KEY } from './workers.ts';

/** Whether HubSpot's record or the ledger still tells that a contact had an address. */
export function knownAs(truth: Truth, portal: Portal, table: SimulatedTable): Truth['isKnownAs'] {
  return (contact, address) => {
    const hash = hashAddress(ADDRESS_KEY, address);
    return (
      addressesShown(contact, truth, portal).map(normaliseAddress).includes(address) ||
      table.entries(`${registry.portal}#${contact}`).some(({ addressHash }) => addressHash === hash)
    );
  };
}

/** The addresses of the contact, or of what the contact was merged into. A deletion that was not heard of hides them. */
function addressesShown(contact: string, truth: Truth, portal: Portal): string[] {
  const survivor = [...truth.people.values()].find(({ absorbed }) => absorbed.some(({ id }) => id === contact));
  const record = portal.contacts.get(survivor?.id ?? contact);
  if (record === undefined) return [];
  const isUnseen = record.archived && !truth.person(record.id).deletions.some((key) => truth.heard.has(key));
  if (isUnseen) return [];
  return [portal.emailOf(record), ...(portal.property(record, 'hs_additional_emails') ?? '').split(';')];
}
