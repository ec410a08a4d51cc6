import * as z from 'zod/mini';
import { normaliseAddress } from '../address.ts';
import { postBatches, successOf } from './batch.ts';
import { VALIDATION_ERROR } from './refusal.ts';
import { Action, STATUSES, type Status, StatusesOfOne, statusOf } from './status-format.ts';
import type { Send } from './transport.ts';

/** Reads the statuses of addresses in batches (`POST …/statuses/batch/read`), by normalised address. */
export async function readBatch(send: Send, addresses: readonly string[]): Promise<Map<string, Status[]>> {
  const { results } = await postBatches(
    send,
    addresses,
    (inputs) => ({ method: 'POST', path: `${STATUSES}/batch/read?channel=EMAIL`, body: { inputs } }),
    (address) => ({ category: VALIDATION_ERROR, context: { subscriberIdString: [address] } }),
  );
  const found = z.array(StatusesOfOne).parse(results);
  return new Map(
    found.map(({ subscriberIdString, statuses }) => [
      normaliseAddress(subscriberIdString) ?? subscriberIdString,
      statuses.map(statusOf),
    ]),
  );
}

/** Reads the statuses of addresses one call each (`GET …/statuses/{address}`). */
export async function readSingly(send: Send, addresses: readonly string[]): Promise<Map<string, Status[]>> {
  const found = new Map<string, Status[]>();
  for (const address of addresses) {
    const response = await send({ method: 'GET', path: `${STATUSES}/${encodeURIComponent(address)}?channel=EMAIL` });
    if (response.status === 400 || response.status === 404) continue;
    found.set(address, successOf(response, Action).results.map(statusOf));
  }
  return found;
}
