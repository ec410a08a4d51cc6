import { readContacts, readDeletedContacts } from '../../hubspot/contacts.ts';
import type { Send } from '../../hubspot/transport.ts';
import type { Facts } from '../../rules/clause.ts';
import type { ControlSignal } from '../../signals/signal.ts';
import type { DecideDeps } from './deps.ts';

/** The status that HubSpot shows of a signal's subscription type, for the contact's primary address; 'nothing' where there is none. */
export async function shownStatus(
  { contact, control }: ControlSignal,
  { hubspot, registry }: Pick<DecideDeps, 'hubspot' | 'registry'>,
): Promise<NonNullable<Facts['shown']>> {
  const type = registry.controls.get(control)?.control;
  if (type?.kind !== 'subscription') return 'nothing';
  const address = await addressOf(contact, hubspot.send);
  if (address === undefined) return 'nothing';
  const statuses = (await hubspot.statuses.read([address])).get(address) ?? [];
  return statuses.find(({ subscriptionId }) => subscriptionId === type.id) ?? 'nothing';
}

/** Also of a record that was deleted: what is told of it late is about that address. */
async function addressOf(contact: string, send: Send): Promise<string | undefined> {
  const found = (await readContacts(send, [contact], [])).get(contact);
  return (found ?? (await readDeletedContacts(send, [contact])).get(contact))?.email;
}
