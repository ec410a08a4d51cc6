import { hashAddress, normaliseAddress } from '../../address.ts';
import { millis, type OurTime, shifted } from '../../clocks.ts';
import { RetryableError } from '../../errors.ts';
import { readAddressHistories } from '../../hubspot/address-history.ts';
import { readContacts } from '../../hubspot/contacts.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import { type Survivor, survivorOf } from '../../hubspot/merged.ts';
import type { Facts } from '../../rules/clause.ts';
import { MAY_LAG_MS } from '../../rules/next-step.ts';
import type { FormSignal } from '../../signals/signal.ts';
import type { DecideDeps } from './deps.ts';
import type { Identity } from './record-decision.ts';

/**
 * `held`: the address that is proved to be the contact's. `lookAgainAt`: HubSpot may show otherwise by then. `survivor`: what the contact
 * became part of.
 */
type WhoseForm = {
  address: Facts['address'];
  identity?: Identity;
  held?: string;
  lookAgainAt?: OurTime;
  survivor?: Survivor;
};

/**
 * R4 compares the submitted address with the one that the contact is mailed at: HubSpot can bind a submission to the browser's
 * contact, and an additional address may have come by a merge that an employee made. An address that is not proved to be the
 * contact's may be somebody else's: it must neither lead to this ledger nor stay in it. An event without an address tells of whoever
 * the contact is: HubSpot's list of submissions has to show that address. HubSpot may not show a new record yet, and makes
 * a secondary address the primary one after the submission: for some minutes it is worth another look. A contact that became part of another one
 * has a survivor, whose form it is.
 */
export async function whoseForm(
  signal: FormSignal,
  { hubspot, addressKey, salt, now }: Pick<DecideDeps, 'hubspot' | 'addressKey' | 'salt' | 'now'>,
): Promise<WhoseForm> {
  const submitted = normaliseAddress(signal.address);
  if (signal.address !== undefined && submitted === undefined) return { address: 'unknown' };
  const contacts = await readContacts(hubspot.send, [signal.contact], []).catch((error: unknown) => {
    throw error instanceof RetryableError ? error : new RetryableError('the contact cannot be read', { cause: error });
  });
  const contact = contacts.get(signal.contact);
  const survivor = survivorOf(signal.contact, contact);
  if (survivor !== undefined) return { address: 'unknown', survivor };
  const email = contact?.email;
  const current = normaliseAddress(email);
  const counts = submitted ?? current;
  const isOwn =
    current !== undefined && counts !== undefined && (current === counts || (await wasHeld(counts, signal, hubspot)));
  if (!isOwn) {
    const lookAgainAt = nextLook(signal, now());
    return { address: current === undefined ? 'unknown' : 'other', ...(lookAgainAt !== undefined && { lookAgainAt }) };
  }
  const page = signal.page === undefined ? {} : { page: signal.page };
  // HubSpot is called with its own spelling of the address, where the contact still has the address.
  const spelling = current === counts ? email : signal.address;
  const personal = { salt: salt(), address: (spelling ?? counts).trim(), ...page };
  return { address: 'same', held: counts, identity: { personal, addressHash: hashAddress(addressKey, counts) } };
}

/** The first gap between two looks; each later one doubles the time since the submission arrived, ms. */
const FIRST_GAP_MS = 5_000;

/** When to look again; undefined once HubSpot has had its minutes. */
function nextLook({ receivedAt }: FormSignal, now: OurTime): OurTime | undefined {
  const passed = millis(now) - millis(receivedAt);
  if (passed >= MAY_LAG_MS) return undefined;
  return shifted(receivedAt, Math.min(MAY_LAG_MS, Math.max(passed * 2, passed + FIRST_GAP_MS)));
}

/** Whether the record held the submitted address when the form was sent; HubSpot may write a form's address some seconds later. */
async function wasHeld(submitted: string, { contact, occurredAt }: FormSignal, { send }: HubSpot): Promise<boolean> {
  const history = (await readAddressHistories(send, [contact])).get(contact) ?? [];
  return history.some(({ address, at }, i) => {
    const until = history[i + 1]?.at;
    const hasBegun = at <= shifted(occurredAt, MAY_LAG_MS);
    return normaliseAddress(address) === submitted && hasBegun && (until === undefined || until > occurredAt);
  });
}
