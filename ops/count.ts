import { byTime, iso, type OurTime, ourTime } from '../src/clocks.ts';
import type { Mark } from '../src/ledger/dynamodb-tally.ts';
import { demandsOf } from '../src/ledger/tally.ts';
import type { Registry } from '../src/registry/registry.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import { replay } from '../src/rules/evolve.ts';
import { type CountSource, markAnew, type Should } from './mark-anew.ts';

/** What the ledger alone tells; null: nobody has counted yet. */
export type Counts = {
  /** Whether the numbers can be relied on. */
  counted: boolean;
  /** The oldest decision that HubSpot does not hold yet. */
  oldestUnapplied: { contact: string; since: string } | null;
  /** Contacts with such decisions, and no more than {@link MOST_COUNTED}. */
  unapplied: number | null;
  refusedToday: number | null;
};

/** A contact, and since when HubSpot should hold something for it. */
type Open = { contact: string; at: OurTime };

/** Counting ends here: more tells nobody more, and takes its time. */
export const MOST_COUNTED = 50_000;
/** So many contacts are looked at themselves: a crash can leave an entry counted that is settled. */
const LOOKED_AT = 50;

/**
 * Asks the index of counted entries for what is open, and looks at the ledgers of the oldest. Nobody else's ledger is read, so the time does
 * not grow with the ledger. While entries of an earlier version may be open uncounted, only a table of one page is counted on the spot.
 */
export async function countsOf(source: CountSource): Promise<Counts> {
  const { tally, registry, now } = source;
  const late = await openMarks(source);
  if (late === undefined) {
    if (await tally.isSmall()) return countAnew(source);
    return { counted: false, oldestUnapplied: null, unapplied: null, refusedToday: null };
  }
  const contacts = firstOfEach(late);
  let open: Open[] = [];
  while (contacts.length > 0 && open.length === 0) open = await lookAt(contacts.splice(0, LOOKED_AT), source);
  const refusals = await tally.marks(registry.portal, ['refused', 'late-refused'], { from: startOfDay(now()) });
  return {
    counted: true,
    oldestUnapplied: oldestOf(open),
    unapplied: Math.min(MOST_COUNTED, open.length + contacts.length),
    refusedToday: refusals.length,
  };
}

async function lookAt(marks: readonly Mark[], { ledger, registry }: CountSource): Promise<Open[]> {
  const looked = await Promise.all(
    marks.map(async ({ portal, contact }) => {
      const [first] = openDemands(await ledger.read({ portal, contact }), registry);
      return first === undefined ? [] : [{ contact, at: first.recordedAt }];
    }),
  );
  return looked.flat();
}

/** Reads everybody's ledger, and mends what is counted wrongly or, since an earlier version wrote the entry, not at all. */
export async function countAnew(source: CountSource, onContact: (count: number) => void = () => {}): Promise<Counts> {
  const { ledger, registry, now } = source;
  const began = now();
  const today = startOfDay(began);
  const marks = await allMarks(source);
  const open: Open[] = [];
  const should: Should = { late: [], refused: [] };
  let count = 0;
  await ledger.scan(({ contact }, entries) => {
    onContact(++count);
    const demands = openDemands(entries, registry);
    const [first] = demands;
    if (first !== undefined) open.push({ contact, at: first.recordedAt });
    should.late.push(...demands);
    should.refused.push(...entries.filter((entry) => isRefusal(entry) && entry.recordedAt >= today));
  });
  if (marks !== undefined) await markAnew(source, { marks, should, began });
  return {
    counted: true,
    oldestUnapplied: oldestOf(open),
    unapplied: open.length,
    refusedToday: should.refused.length,
  };
}

/** Entries that count as open; undefined while nobody has counted yet. */
async function openMarks({ tally, registry }: CountSource): Promise<Mark[] | undefined> {
  if ((await tally.countedSince(registry.portal)) === undefined) return undefined;
  return withoutIndex(tally.marks(registry.portal, ['late', 'late-refused'], { most: MOST_COUNTED }));
}

function allMarks({ tally, registry }: CountSource): Promise<Mark[] | undefined> {
  return withoutIndex(tally.marks(registry.portal, ['late', 'late-refused', 'refused']));
}

/** A table of an earlier version has no such index; nor has a copy of a moment before. */
async function withoutIndex<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationException') return undefined;
    throw error;
  }
}

/** What HubSpot should hold and does not hold yet, oldest first. */
function openDemands(entries: readonly LedgerEntry[], registry: Registry): LedgerEntry[] {
  const state = replay(entries, registry);
  if (!state.unconverged || state.mergedInto !== undefined || state.gone) return [];
  return demandsOf(entries, state.address);
}

function firstOfEach(marks: readonly Mark[]): Mark[] {
  const first = new Map<string, Mark>();
  for (const mark of marks.toSorted((a, b) => byTime(a.at, b.at))) {
    if (!first.has(mark.contact)) first.set(mark.contact, mark);
  }
  return [...first.values()];
}

function oldestOf(open: readonly Open[]): Counts['oldestUnapplied'] {
  const [oldest] = open.toSorted((a, b) => byTime(a.at, b.at));
  return oldest === undefined ? null : { contact: oldest.contact, since: iso(oldest.at) };
}

const isRefusal = ({ body }: LedgerEntry) => body.kind === 'decision' && body.outcome === 'refused';

/** The first moment of a moment's day, in UTC. */
function startOfDay(at: OurTime): OurTime {
  return ourTime(Date.parse(iso(at).slice(0, 10)));
}
