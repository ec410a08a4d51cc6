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
 * contact's may be somebody else's: it must neither lead to this ledger nor stay in it. An event without an address tells of whoever
 * the contact is: HubSpot's list of submissions has to show that address. `held`: the address that is proved to be the contact's.
 */
export async function whoseForm(
  signal: FormSignal,
  { hubspot, addressKey, salt }: Pick<DecideDeps, 'hubspot' | 'addressKey' | 'salt'>,
): Promise<{ address: Facts['address']; identity?: Identity; held?: string }> {
  const submitted = normaliseAddress(signal.address);
  if (signal.address !== undefined && submitted === undefined) return { address: 'unknown' };
  const contacts = await readContacts(hubspot.send, [signal.contact], []).catch((error: unknown) => {
    throw error instanceof RetryableError ? error : new RetryableError('the contact cannot be read', { cause: error });
  });
  const held = normaliseAddress(contacts.get(signal.contact)?.email);
  if (held === undefined) return { address: 'unknown' };
  const isAnother = submitted !== undefined && held !== submitted;
  if (isAnother && !(await wasHeld(submitted, signal, hubspot))) return { address: 'other' };
  const counts = submitted ?? held;
  const page = signal.page === undefined ? {} : { page: signal.page };
  const personal = { salt: salt(), address: counts, ...page };
  return { address: 'same', held: counts, identity: { personal, addressHash: hashAddress(addressKey, counts) } };
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
