import { byAddress } from '../address.ts';
import { type BatchAnswer, postBatches, successOf, UNKNOWN_SHAPE, UnusableAnswerError } from './batch.ts';
import { readable } from './listing.ts';
import { Action, STATUSES, type Status, StatusesOfOne, statusOf } from './status-format.ts';
import { type Send, ServerTroubleError } from './transport.ts';

/** Statuses by the address as it was given. `unread`: addresses of which HubSpot did not tell, and nobody knows whether anything is set. */
export type FoundStatuses = { statuses: Map<string, Status[]>; unread: ReadonlySet<string> };

/** Reads the statuses of addresses in batches (`POST …/statuses/batch/read`). @throws UnusableAnswerError where nothing in the answer can be read. */
export async function readBatch(send: Send, addresses: readonly string[]): Promise<FoundStatuses> {
  const answer = await postBatches(send, addresses, {
    request: (inputs) => ({ method: 'POST', path: `${STATUSES}/batch/read?channel=EMAIL`, body: { inputs } }),
    contextOf: (address) => ({ subscriberIdString: [address] }),
  });
  const { entries, unreadable } = readable(answer.results, StatusesOfOne);
  if (entries.length === 0 && unreadable > 0) throw new UnusableAnswerError(UNKNOWN_SHAPE);
  const found = byAddress(entries.map(({ subscriberIdString, statuses }) => [subscriberIdString, statuses ?? []]));
  // An address that HubSpot leaves out has no statuses that anybody set. Closing such an address does not depend on a look.
  const statuses = new Map(addresses.map((address) => [address, (found(address) ?? []).map(statusOf)]));
  // Whose the entries are that cannot be read nobody knows: any address without an entry may be meant.
  const lost = unreadable === 0 ? [] : addresses.filter((address) => found(address) === undefined);
  return { statuses, unread: new Set([...lost, ...refusedIn(answer)]) };
}

/** Addresses that HubSpot did not look up; one that HubSpot does not know is none of them. */
function refusedIn({ errors }: BatchAnswer): string[] {
  return errors
    .filter(({ category }) => category !== 'OBJECT_NOT_FOUND')
    .flatMap(({ context }) => context['subscriberIdString'] ?? []);
}

/**
 * Reads the statuses of addresses one call each (`GET …/statuses/{address}`). An address that HubSpot stumbles over is left out; two in
 * a row mean that HubSpot as such is in trouble. @throws ServerTroubleError then.
 */
export async function readSingly(send: Send, addresses: readonly string[]): Promise<FoundStatuses> {
  const statuses = new Map<string, Status[]>();
  const unread = new Set<string>();
  let stumbled = 0;
  for (const address of addresses) {
    const read = await readOne(send, address);
    if (read === 'unknown shape' || read instanceof ServerTroubleError) unread.add(address);
    if (!(read instanceof ServerTroubleError)) statuses.set(address, read === 'unknown shape' ? [] : read);
    else if (++stumbled > 1 || addresses.length === 1) throw read;
    if (Array.isArray(read)) stumbled = 0;
  }
  return { statuses, unread };
}

async function readOne(send: Send, address: string): Promise<Status[] | 'unknown shape' | ServerTroubleError> {
  try {
    const response = await send({ method: 'GET', path: `${STATUSES}/${encodeURIComponent(address)}?channel=EMAIL` });
    if (NOTHING_HELD.includes(response.status)) return [];
    const { results } = successOf(response, Action);
    return results === undefined ? 'unknown shape' : (results ?? []).map(statusOf);
  } catch (error) {
    if (error instanceof ServerTroubleError) return error;
    throw error;
  }
}

/** Answers for an address that HubSpot cannot read, or of which HubSpot holds nothing. */
const NOTHING_HELD = [400, 404];
