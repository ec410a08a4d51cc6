import * as z from 'zod/mini';
import { byAddress } from '../address.ts';
import { postBatches, successOf } from './batch.ts';
import { Action, STATUSES, type Status, StatusesOfOne, statusOf } from './status-format.ts';
import { type Send, ServerTroubleError } from './transport.ts';

/** Reads the statuses of addresses in batches (`POST …/statuses/batch/read`), by the address as it was given. */
export async function readBatch(send: Send, addresses: readonly string[]): Promise<Map<string, Status[]>> {
  const { results } = await postBatches(send, addresses, {
    request: (inputs) => ({ method: 'POST', path: `${STATUSES}/batch/read?channel=EMAIL`, body: { inputs } }),
    contextOf: (address) => ({ subscriberIdString: [address] }),
  });
  const found = byAddress(
    z
      .array(StatusesOfOne)
      .parse(results)
      .map(({ subscriberIdString, statuses }) => [subscriberIdString, statuses ?? []]),
  );
  // An address that HubSpot leaves out has no statuses that anybody set. Closing such an address does not depend on a look.
  return new Map(addresses.map((address) => [address, (found(address) ?? []).map(statusOf)]));
}

/**
 * Reads the statuses of addresses one call each (`GET …/statuses/{address}`). An address that HubSpot stumbles over is left out; two in
 * a row mean that HubSpot as such is in trouble. @throws ServerTroubleError then.
 */
export async function readSingly(send: Send, addresses: readonly string[]): Promise<Map<string, Status[]>> {
  const found = new Map<string, Status[]>();
  let stumbled = 0;
  for (const address of addresses) {
    const statuses = await readOne(send, address);
    if (!(statuses instanceof ServerTroubleError)) found.set(address, statuses);
    else if (++stumbled > 1 || addresses.length === 1) throw statuses;
    if (Array.isArray(statuses)) stumbled = 0;
  }
  return found;
}

async function readOne(send: Send, address: string): Promise<Status[] | ServerTroubleError> {
  try {
    const response = await send({ method: 'GET', path: `${STATUSES}/${encodeURIComponent(address)}?channel=EMAIL` });
    if (NOTHING_HELD.includes(response.status)) return [];
    return (successOf(response, Action).results ?? []).map(statusOf);
  } catch (error) {
    if (error instanceof ServerTroubleError) return error;
    throw error;
  }
}

/** Answers for an address that HubSpot cannot read, or of which HubSpot holds nothing. */
const NOTHING_HELD = [400, 404];
