import { millis } from '../../clocks.ts';
import { PermanentError, RetryableError } from '../../errors.ts';
import { contactsOfAddress } from '../../hubspot/search.ts';
import type { ConvergenceRequest } from '../../queues/convergence-request.ts';
import { MAY_LAG_MS } from '../../rules/next-step.ts';
import { BY_ADDRESS, type Signal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import { decideOne } from './decide-one.ts';
import type { DecideDeps } from './deps.ts';

/**
 * Decides a signal; one that names an address only, for every contact whose primary address that is. Returns the requests for
 * convergence. @throws RetryableError while HubSpot may not show the contact yet, PermanentError when nobody has the address.
 */
export async function decideFor(signal: Signal, deps: DecideDeps): Promise<ConvergenceRequest[]> {
  const requests: ConvergenceRequest[] = [];
  for (const one of await signalsFor(signal, deps)) requests.push(...(await decideOne(one, deps)));
  return requests;
}

async function signalsFor(signal: Signal, { hubspot, now }: DecideDeps): Promise<Signal[]> {
  if (signal.contact !== BY_ADDRESS || signal.address === undefined) return [signal];
  const contacts = await contactsOfAddress(hubspot.send, signal.address);
  if (contacts.length > 0) return contacts.map((contact) => withId({ ...signal, contact }));
  const why = 'no contact has the address that the event names';
  throw millis(now()) - millis(signal.receivedAt) < MAY_LAG_MS ? new RetryableError(why) : new PermanentError(why);
}
