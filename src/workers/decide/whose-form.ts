import { hashAddress, normaliseAddress } from '../../address.ts';
import { shifted } from '../../clocks.ts';
import { RetryableError } from '../../errors.ts';
import { readAddressHistories } from '../../hubspot/address-history.ts';
import { readContacts } from '../../hubspot/contacts.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import type { Facts } from '../../rules/clause.ts';
import { MAY_LAG_MS } from '../../rules/next-step.ts';
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
  const held = normaliseAddress(contacts.get(signal.contact)?.email);
  if (held !== submitted && !(held !== undefined && (await wasHeld(submitted, signal, hubspot)))) {
    return { address: held === undefined ? 'unknown' : 'other' };
  }
  const page = signal.page === undefined ? {} : { page: signal.page };
  const personal = { salt: salt(), address: submitted, ...page };
  return { address: 'same', identity: { personal, addressHash: hashAddress(addressKey, submitted) } };
}

/** Whether the record held the submitted address when the form was sent; HubSpot may write a form's address some seconds later. */
async function wasHeld(submitted: string, { contact, occurredAt }: FormSignal, { send }: HubSpot): Promise<boolean> {
  const history = (await readAddressHistories(send, [contact])).get(contact) ?? [];
  return history.some(({ address, at }, i) => {
    const until = history[i + 1]?.at;
    const hasBegun = at <= shifted(occurredAt, MAY_LAG_MS);
    return address === submitted && hasBegun && (until === undefined || until > occurredAt);
  });
}
