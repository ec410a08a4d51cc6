import type { Registry } from '../registry/registry.ts';
import { isRefused, neededOf } from './condense-run.ts';
import type { LedgerEntry } from './entry.ts';
import { replay } from './evolve.ts';
import { type Repeat, repeatAt } from './repeats.ts';
import type { ContactState } from './state.ts';

/**
 * Which way of condensing this is. Whoever changes what is left out counts on: what another version left out is read again.
 */
export const CONDENSING = 1;

/**
 * A contact's entries without those that only repeat others: what is left amounts to the same state, but for the signals that count as seen,
 * for every address and whatever is appended later. Where the registry's own fold of both differs, nothing is left out. May be applied to
 * entries that were condensed before. Pure.
 */
export function condense(entries: readonly LedgerEntry[], registry: Registry): LedgerEntry[] {
  const kept = withoutRepeats(entries);
  return kept.length < entries.length && amountsTo(kept, entries, registry) ? kept : [...entries];
}

/** What {@link condense} leaves before it compares. */
export function withoutRepeats(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const kept: LedgerEntry[] = [];
  const refused = new Set<string>();
  for (let place = 0; place < entries.length; ) {
    const run = runAt(entries, place);
    const needed = neededOf(run, refused);
    kept.push(...run.filter((one) => needed.has(one)).flatMap((one) => one.entries));
    for (const one of run.filter(isRefused)) refused.add(String(one.controls[0]));
    place += run.flatMap((one) => one.entries).length;
    const other = entries[place];
    if (run.length > 0 || other === undefined) continue;
    kept.push(other);
    if (isRefusalOf(other)) refused.add(String(other.body.signal?.control));
    place++;
  }
  return kept;
}

type Refusing = LedgerEntry & { body: { kind: 'decision' } };

/** A refusal with a change, or about an address, is none of a run's; the closings after it are counted all the same. */
function isRefusalOf(entry: LedgerEntry): entry is Refusing {
  return entry.body.kind === 'decision' && entry.body.outcome === 'refused';
}

/** The repeats that follow one another from a place on, about one address, in the order of time. */
function runAt(entries: readonly LedgerEntry[], from: number): Repeat[] {
  const run: Repeat[] = [];
  let place = from;
  let address: string | undefined | 'any' = 'any';
  for (let next = repeatAt(entries, place); next !== undefined; next = repeatAt(entries, place)) {
    const isOther = next.kind !== 'refusal' && address !== 'any' && next.address !== address;
    if (isOther || !isInOrder(entries.slice(Math.max(from, place - 1), place + next.entries.length))) break;
    if (next.kind !== 'refusal') address = next.address;
    run.push(next);
    place += next.entries.length;
  }
  return run;
}

const isInOrder = (entries: readonly LedgerEntry[]) =>
  entries.every(({ recordedAt }, i) => i === 0 || recordedAt >= (entries[i - 1] as LedgerEntry).recordedAt);

/** Whether two ledgers amount to the same, for each address that one of them names or the record held. */
function amountsTo(kept: readonly LedgerEntry[], all: readonly LedgerEntry[], registry: Registry): boolean {
  const whole = replay(all, registry);
  const named = [...all.flatMap(({ addressHash }) => addressHash ?? []), ...whole.holdings.map(({ hash }) => hash)];
  return [
    isSame(replay(kept, registry), whole),
    ...[...new Set(named)].map((address) =>
      isSame(replay(kept, registry, { address }), replay(all, registry, { address })),
    ),
  ].every(Boolean);
}

/** The same state but for the signals that count as seen: a repeat that is told anew is decided anew, with the same result. */
function isSame({ seen: _, ...a }: ContactState, { seen: __, ...b }: ContactState): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const named = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(named.map(([key, inner]) => [key, sorted(inner)]));
}
