import * as z from 'zod/mini';
import { normaliseAddress } from '../address.ts';
import { controlKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import { mayBeWritten, PROTECTED } from '../rules/r3-protected.ts';
import { BATCH_SIZE, MissingScopeError, postBatches, successOf } from './batch.ts';
import { API_VERSION, type Send } from './transport.ts';

const BASE = `/communication-preferences/${API_VERSION}/statuses`;

const Status = z.looseObject({
  subscriptionId: z.pipe(
    z.union([z.int(), z.string()]),
    z.transform((id: number | string) => Number(id)),
  ),
  subscriberIdString: z.string(),
  status: z.string(),
  source: z.optional(z.nullable(z.string())),
  timestamp: z.optional(z.nullable(z.union([z.string(), z.number()]))),
  setStatusSuccessReason: z.optional(z.nullable(z.string())),
});
const StatusesOfOne = z.looseObject({ subscriberIdString: z.string(), statuses: z.array(Status) });
const Action = z.looseObject({ results: z.array(Status) });

/** A subscription status as HubSpot holds it for an address. */
export type Status = {
  address: string;
  subscriptionId: number;
  status: string;
  source: string;
  at: number;
  /** Answer to a write that found the status set already: `at` is another's time. */
  unchanged?: true;
};
export type StatusWrite = {
  address: string;
  subscriptionId: number;
  status: string;
  legalBasis?: string;
  legalBasisExplanation: string;
};
/** HubSpot's time of the write (ms; undefined: it was so already, by somebody else's doing), or why it refused the item. */
export type WriteOutcome =
  | { write: StatusWrite; at: number | undefined }
  | { write: StatusWrite; error: string }
  /** The call failed as a whole; what it would have done is unknown. */
  | { write: StatusWrite; thrown: unknown };

export type StatusApi = {
  /** Statuses by normalised address. An address that HubSpot cannot read is left out. */
  read(addresses: readonly string[]): Promise<Map<string, Status[]>>;
  write(writes: readonly StatusWrite[]): Promise<WriteOutcome[]>;
  /** Whether a call is known to take a hundred; before the first one nobody knows. */
  inBatches(): boolean;
};

/**
 * The statuses of communication preferences: in batches where the token has the batch scopes (Marketing Hub Enterprise),
 * else one call each. Which it is, is found out once. unsubscribe-all is never called: it would reach buyer mail.
 */
export function createStatusApi(
  send: Send,
  now: () => number,
  registry: Pick<Registry, 'protectedControls'>,
): StatusApi {
  let batches: { read?: boolean; write?: boolean } = {};
  const either = async <T>(kind: 'read' | 'write', batch: () => Promise<T>, single: () => Promise<T>): Promise<T> => {
    if (batches[kind] === false) return single();
    try {
      const result = await batch();
      batches = { ...batches, [kind]: true };
      return result;
    } catch (error) {
      if (!(error instanceof MissingScopeError)) throw error;
      const result = await single();
      batches = { ...batches, [kind]: false };
      return result;
    }
  };
  return {
    inBatches: () => batches.read === true && batches.write !== false,
    read: (addresses) =>
      either(
        'read',
        () => readBatch(send, addresses),
        () => readSingly(send, addresses),
      ),
    async write(writes) {
      const allowed = writes.filter((write) => mayBeWritten(keyOf(write), registry));
      const outcomes =
        allowed.length === 0
          ? []
          : await either(
              'write',
              () => writeBatch(send, allowed, now),
              () => writeSingly(send, allowed, now),
            );
      const byWrite = new Map(outcomes.map((outcome) => [outcome.write, outcome]));
      return writes.map((write) => byWrite.get(write) ?? { write, error: PROTECTED });
    },
  };
}

const keyOf = ({ subscriptionId }: StatusWrite) => controlKey({ kind: 'subscription', id: subscriptionId });

async function readBatch(send: Send, addresses: readonly string[]): Promise<Map<string, Status[]>> {
  const { results } = await postBatches(
    send,
    addresses,
    (inputs) => ({ method: 'POST', path: `${BASE}/batch/read?channel=EMAIL`, body: { inputs } }),
    (address) => ({ category: 'VALIDATION_ERROR', context: { subscriberIdString: [address] } }),
  );
  const found = z.array(StatusesOfOne).parse(results);
  return new Map(
    found.map(({ subscriberIdString, statuses }) => [
      normaliseAddress(subscriberIdString) ?? subscriberIdString,
      statuses.map(statusOf),
    ]),
  );
}

async function readSingly(send: Send, addresses: readonly string[]): Promise<Map<string, Status[]>> {
  const found = new Map<string, Status[]>();
  for (const address of addresses) {
    const response = await send({ method: 'GET', path: `${BASE}/${encodeURIComponent(address)}?channel=EMAIL` });
    if (response.status === 400 || response.status === 404) continue;
    found.set(address, successOf(response, Action).results.map(statusOf));
  }
  return found;
}

function inputOf({ address, subscriptionId, status, ...legal }: StatusWrite) {
  return { channel: 'EMAIL', subscriberIdString: address, subscriptionId, statusState: status, ...legal };
}

async function writeBatch(send: Send, writes: readonly StatusWrite[], now: () => number): Promise<WriteOutcome[]> {
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

async function writePart(send: Send, writes: readonly StatusWrite[], now: () => number): Promise<WriteOutcome[]> {
  const { results, errors } = await postBatches(
    send,
    writes,
    (part) => ({ method: 'POST', path: `${BASE}/batch/write`, body: { inputs: part.map(inputOf) } }),
    ({ address, subscriptionId }) => ({
      category: 'VALIDATION_ERROR',
      context: { subscriberIdString: [address], subscriptionId: [String(subscriptionId)] },
    }),
  );
  const held = z.array(Status).parse(results).map(statusOf);
  return writes.map((write) => {
    const now_ = held.find((one) => one.address === write.address && one.subscriptionId === write.subscriptionId);
    if (now_?.status === write.status) return { write, at: timeOf(now_, now) };
    const error = errors.find(
      ({ context }) =>
        context['subscriberIdString']?.some((address) => normaliseAddress(address) === write.address) &&
        (context['subscriptionId']?.includes(String(write.subscriptionId)) ?? true),
    );
    return { write, error: error?.category || 'HubSpot did not confirm the write' };
  });
}

async function writeSingly(send: Send, writes: readonly StatusWrite[], now: () => number): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  for (const [i, write] of writes.entries()) {
    try {
      outcomes.push(await writeOne(send, write, now));
    } catch (error) {
      return [...outcomes, ...thrownBy(writes.slice(i))(error)];
    }
  }
  return outcomes;
}

async function writeOne(send: Send, write: StatusWrite, now: () => number): Promise<WriteOutcome> {
  const { subscriberIdString: _, ...body } = inputOf(write);
  const response = await send({ method: 'POST', path: `${BASE}/${encodeURIComponent(write.address)}`, body });
  if (response.status === 400) return { write, error: 'VALIDATION_ERROR' };
  const held = successOf(response, Action).results.map(statusOf);
  const now_ = held.find(({ subscriptionId }) => subscriptionId === write.subscriptionId);
  if (now_?.status !== write.status) return { write, error: 'HubSpot did not confirm the write' };
  return { write, at: timeOf(now_, now) };
}

function timeOf({ unchanged, at }: Status, now: () => number): number | undefined {
  return unchanged ? undefined : at || now();
}

function statusOf({
  subscriberIdString,
  subscriptionId,
  status,
  source,
  timestamp,
  setStatusSuccessReason,
}: z.output<typeof Status>): Status {
  return {
    address: normaliseAddress(subscriberIdString) ?? subscriberIdString,
    subscriptionId,
    status,
    source: source ?? '',
    at: typeof timestamp === 'number' ? timestamp : Date.parse(timestamp ?? '') || 0,
    ...(setStatusSuccessReason === 'NO_STATUS_CHANGE' && { unchanged: true as const }),
  };
}
