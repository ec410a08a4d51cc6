import * as z from 'zod/mini';
import { type OurTime, shifted } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import { CONDENSING, condense } from '../rules/condense.ts';
import type { LedgerEntry } from '../rules/entry.ts';

/**
 * Which of a contact's first entries have to be read: the numbers of those that `condense` keeps of the entries up to `until`. A snapshot holds
 * no entry itself, so that nothing personal stands in it and no copy can differ from the chain. `hash`: the hash of the entry at `until`, which
 * stands for the whole chain before it.
 */
export type Snapshot = { until: number; hash: string; kept: readonly number[] };

const SnapshotSchema = z.object({
  /** What another version left out is read again. */
  condensing: z.literal(CONDENSING),
  until: z.int().check(z.positive()),
  hash: z.string(),
  kept: z.array(z.int().check(z.positive())),
});

/** Waits, late echoes and redelivered signals refer to younger entries, which are left alone, ms. */
const LEFT_ALONE_MS = 24 * 3_600_000;
/** An item of DynamoDB holds 400 KB; so many numbers take some 60 KB, and so many entries are some pages. */
const MOST_KEPT = 10_000;

/** The snapshot in an item of the table; undefined: the item holds none that this version can use. */
export function readSnapshot(item: unknown): Snapshot | undefined {
  const read = SnapshotSchema.safeParse(item);
  return read.success ? read.data : undefined;
}

/** What stands in an item of the table. */
export const storedSnapshot = (snapshot: Snapshot) => ({ condensing: CONDENSING, ...snapshot });

/** A snapshot of some entries of a contact, oldest first; undefined where it would leave out less than half of what is old enough. */
export function snapshotOf(entries: readonly LedgerEntry[], registry: Registry, now: OurTime): Snapshot | undefined {
  const young = shifted(now, -LEFT_ALONE_MS);
  const firstYoung = entries.findIndex(({ recordedAt }) => recordedAt > young);
  const old = firstYoung < 0 ? entries : entries.slice(0, firstYoung);
  const last = old.at(-1);
  if (last === undefined) return undefined;
  const kept = condense(old, registry).map(({ seq }) => seq);
  const isWorthIt = kept.length * 2 <= old.length && kept.length <= MOST_KEPT;
  return isWorthIt ? { until: last.seq, hash: last.hash, kept } : undefined;
}
