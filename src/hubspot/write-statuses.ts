import * as z from 'zod/mini';
import { byAddress, normaliseAddress } from '../address.ts';
import { asHubSpotTime, type HubSpotTime, type Now } from '../clocks.ts';
import { BATCH_SIZE, MissingScopeError, postBatches, successOf } from './batch.ts';
import { type NotTaken, notTaken, VALIDATION_ERROR } from './refusal.ts';
import { Action, STATUSES, Status, statusOf } from './status-format.ts';
import { type Send, ServerTroubleError } from './transport.ts';

export type StatusWrite = {
  /** As HubSpot gave it. */
  address: string;
  subscriptionId: number;
  status: string;
  legalBasis?: string;
  legalBasisExplanation: string;
};
/** `source`: HubSpot's word for who wrote. */
type WrittenAt = { at: HubSpotTime | undefined; source?: string; unsure?: true };

/**
 * HubSpot's time of the write (undefined: the status was set before), or why HubSpot did not take the item. `unsure`: it may be an
 * earlier try of ours that had set the status before; otherwise it was somebody else.
 */
export type WriteOutcome =
  | ({ write: StatusWrite } & WrittenAt)
  | ({ write: StatusWrite } & NotTaken)
  /** The call failed as a whole; nobody knows what HubSpot did. */
  | { write: StatusWrite; thrown: unknown };

function inputOf({ address, subscriptionId, status, ...legal }: StatusWrite) {
  return { channel: 'EMAIL', subscriberIdString: address, subscriptionId, statusState: status, ...legal };
}

/** Writes statuses in batches (`POST …/statuses/batch/write`). */
export async function writeBatch(send: Send, writes: readonly StatusWrite[], now: Now): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  // Part by part: what was written stays known when a later call fails.
  for (let i = 0; i < writes.length; i += BATCH_SIZE) {
    const part = writes.slice(i, i + BATCH_SIZE);
    outcomes.push(...(await writePart(send, part, now).catch(thrownBy(part))));
  }
  return outcomes;
}

/** The outcomes of writes whose call failed. A missing scope is no failure: the single calls may do. */
function thrownBy(writes: readonly StatusWrite[]): (error: unknown) => WriteOutcome[] {
  return (thrown) => {
    if (thrown instanceof MissingScopeError) throw thrown;
    return writes.map((write) => ({ write, thrown }));
  };
}

async function writePart(send: Send, writes: readonly StatusWrite[], now: Now): Promise<WriteOutcome[]> {
  const { results, errors, unsure } = await postBatches(send, writes, {
    request: (part) => ({ method: 'POST', path: `${STATUSES}/batch/write`, body: { inputs: part.map(inputOf) } }),
    contextOf: ({ address, subscriptionId }) => ({
      subscriberIdString: [address],
      subscriptionId: [String(subscriptionId)],
    }),
  });
  const held = z.array(Status).parse(results).map(statusOf);
  const types = Map.groupBy(held, ({ subscriptionId }) => subscriptionId);
  const heldOf = new Map([...types].map(([type, some]) => [type, byAddress(some.map((one) => [one.address, one]))]));
  return writes.map((write) => {
    const now_ = heldOf.get(write.subscriptionId)?.(write.address);
    if (now_?.status === write.status) return { write, ...writtenAt(now_, { unsure, now }) };
    const error = errors.find(
      ({ context }) =>
        context['subscriberIdString']?.some((address) => isSame(address, write.address)) &&
        (context['subscriptionId']?.includes(String(write.subscriptionId)) ?? true),
    );
    return { write, ...notTaken(error?.category) };
  });
}

function isSame(a: string, b: string): boolean {
  return a === b || normaliseAddress(a) === normaliseAddress(b);
}

/**
 * Writes statuses one call each (`POST …/statuses/{address}`). A write that HubSpot stumbles over costs only itself; two in a row mean
 * that HubSpot as such is in trouble: the rest is not tried.
 */
export async function writeSingly(send: Send, writes: readonly StatusWrite[], now: Now): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  let stumbled = 0;
  for (const [i, write] of writes.entries()) {
    try {
      outcomes.push(await writeOne(send, write, now));
      stumbled = 0;
    } catch (error) {
      const isOnlyOne = error instanceof ServerTroubleError && ++stumbled < 2;
      if (!isOnlyOne) return [...outcomes, ...thrownBy(writes.slice(i))(error)];
      outcomes.push({ write, thrown: error });
    }
  }
  return outcomes;
}

async function writeOne(send: Send, write: StatusWrite, now: Now): Promise<WriteOutcome> {
  const { subscriberIdString: _, ...body } = inputOf(write);
  const response = await send({ method: 'POST', path: `${STATUSES}/${encodeURIComponent(write.address)}`, body });
  if (response.status === 400) return { write, ...notTaken(VALIDATION_ERROR) };
  // Any other refusal may pass, and says nothing of the other writes.
  if (response.status > 400 && response.status !== 403) return { write, failed: `HubSpot answered ${response.status}` };
  const held = (successOf(response, Action).results ?? []).map(statusOf);
  const now_ = held.find(({ subscriptionId }) => subscriptionId === write.subscriptionId);
  if (now_?.status !== write.status) return { write, ...notTaken(undefined) };
  return { write, ...writtenAt(now_, { unsure: response.unsure ?? false, now }) };
}

function writtenAt({ unchanged, at, source }: Status, { unsure, now }: { unsure: boolean; now: Now }): WrittenAt {
  if (!unchanged) return { at: at ?? asHubSpotTime(now()), ...(source !== '' && { source }) };
  return { at: undefined, ...(unsure && { unsure: true as const }) };
}
