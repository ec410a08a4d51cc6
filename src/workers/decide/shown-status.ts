import { readContacts } from '../../hubspot/contacts.ts';
import type { Facts } from '../../rules/clause.ts';
import type { ControlSignal } from '../../signals/signal.ts';
import type { DecideDeps } from './deps.ts';

/** The status that HubSpot shows of a signal's subscription type, for the contact's primary address; 'nothing' where there is none. */
export async function shownStatus(
  { contact, control }: ControlSignal,
  { hubspot, registry }: Pick<DecideDeps, 'hubspot' | 'registry'>,
): Promise<NonNullable<Facts['shown']>> {
  const type = registry.controls.get(control)?.control;
  const address = (await readContacts(hubspot.send, [contact], [])).get(contact)?.email;
  if (type?.kind !== 'subscription' || address === undefined) return 'nothing';
  const statuses = (await hubspot.statuses.read([address])).get(address) ?? [];
  return statuses.find(({ subscriptionId }) => subscriptionId === type.id) ?? 'nothing';
}
