import { hashAddress, normaliseAddress } from '../../address.ts';
import { RetryableError } from '../../errors.ts';
import { readContacts } from '../../hubspot/contacts.ts';
import type { Facts } from '../../rules/clause.ts';
import type { FormSignal } from '../../signals/signal.ts';
import type { DecideDeps } from './deps.ts';
import type { Identity } from './record-decision.ts';

/**
 * R4 compares the submitted address with the one that the contact is mailed at: HubSpot can bind a submission to the browser's
 * contact, and an additional address may have come by a merge that an employee made. An address that is not proved to be the
 * contact's may be somebody else's: it must neither lead to this ledger nor stay in it.
 */
export async function whoseForm(
  signal: FormSignal,
  { hubspot, addressKey, salt }: Pick<DecideDeps, 'hubspot' | 'addressKey' | 'salt'>,
): Promise<{ address: Facts['address']; identity?: Identity }> {
  const submitted = normaliseAddress(signal.address);
  if (submitted === undefined) return { address: 'unknown' };
  const contacts = await readContacts(hubspot.send, [signal.contact], []).catch((error: unknown) => {
    throw error instanceof RetryableError ? error : new RetryableError('the contact cannot be read', { cause: error });
  });
  const email = contacts.get(signal.contact)?.email;
  const held = normaliseAddress(email);
  if (email === undefined || held !== submitted) return { address: held === undefined ? 'unknown' : 'other' };
  const page = signal.page === undefined ? {} : { page: signal.page };
  const personal = { salt: salt(), address: email, ...page };
  return { address: 'same', identity: { personal, addressHash: hashAddress(addressKey, submitted) } };
}
