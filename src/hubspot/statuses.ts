import { type Now, type OurTime, shifted } from '../clocks.ts';
import { subscriptionKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import { mayBeWritten, PROTECTED } from '../rules/r3-protected.ts';
import { MissingScopeError } from './batch.ts';
import { type FoundStatuses, readBatch, readSingly } from './read-statuses.ts';
import type { Status } from './status-format.ts';
import type { Send } from './transport.ts';
import { type StatusWrite, type WriteOutcome, writeBatch, writeSingly } from './write-statuses.ts';

export type StatusApi = {
  /** Statuses by the address as it was given, which is as HubSpot gave it. Each address that was asked for has an entry. */
  read(addresses: readonly string[]): Promise<Map<string, Status[]>>;
  /** As `read`; an address over which HubSpot stumbled for a moment has no entry, and one that HubSpot refuses to tell of an empty one. */
  find(addresses: readonly string[]): Promise<FoundStatuses>;
  /** As `read`, without the addresses of which HubSpot did not tell. */
  look(addresses: readonly string[]): Promise<FoundStatuses>;
  write(writes: readonly StatusWrite[]): Promise<WriteOutcome[]>;
  /** Whether a call is known to take a hundred; before the first one nobody knows. */
  inBatches(): boolean;
};

/** A scope may be granted while a worker lives: after so long a batch is tried again, ms. */
const ASK_AGAIN_MS = 10 * 60_000;

/**
 * The statuses of communication preferences: in batches where the token has the batch scopes (Marketing Hub Enterprise),
 * else one call each; the first refusal tells which. unsubscribe-all is never called: that endpoint would reach buyer mail.
 */
export function createStatusApi(send: Send, now: Now, registry: Pick<Registry, 'protectedControls'>): StatusApi {
  /** Until when no batch is tried, since the token lacked the scope; missing: never tried, or batches work. */
  const without = new Map<'read' | 'write', OurTime>();
  const works = new Set<'read' | 'write'>();
  const either = async <T>(kind: 'read' | 'write', batch: () => Promise<T>, single: () => Promise<T>): Promise<T> => {
    const until = without.get(kind);
    if (until !== undefined && until > now()) return single();
    try {
      const result = await batch();
      works.add(kind);
      without.delete(kind);
      return result;
    } catch (error) {
      if (!(error instanceof MissingScopeError)) throw error;
      const result = await single();
      works.delete(kind);
      without.set(kind, shifted(now(), ASK_AGAIN_MS));
      return result;
    }
  };
  const find = (addresses: readonly string[]) =>
    either(
      'read',
      () => readBatch(send, addresses),
      () => readSingly(send, addresses),
    );
  return {
    inBatches: () => works.has('read') && !without.has('write'),
    find,
    read: async (addresses) => (await find(addresses)).statuses,
    async look(addresses) {
      const { statuses, unread } = await find(addresses);
      return { statuses: new Map([...statuses].filter(([address]) => !unread.has(address))), unread };
    },
    async write(writes) {
      const allowed = writes.filter((write) => mayBeWritten(subscriptionKey(write.subscriptionId), registry));
      const outcomes =
        allowed.length === 0
          ? []
          : await either(
              'write',
              () => writeBatch(send, allowed, now),
              () => writeSingly(send, allowed, now),
            );
      const byWrite = new Map(outcomes.map((outcome) => [outcome.write, outcome]));
      return writes.map((write) => byWrite.get(write) ?? { write, refused: PROTECTED });
    },
  };
}
