import type { OurTime } from '../src/clocks.ts';
import type { Mark } from '../src/ledger/dynamodb-tally.ts';
import { settledTally, type Tally, tallyOf } from '../src/ledger/tally.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import type { Connection } from './connect.ts';

export type CountSource = Pick<Connection, 'ledger' | 'tally' | 'registry' | 'now'>;

/** Entries that should be counted, by what a scan of everybody's ledger has found. */
export type Should = { late: LedgerEntry[]; refused: LedgerEntry[] };

type Entry = Pick<LedgerEntry, 'portal' | 'contact' | 'seq'>;
type Mend = { entry: Entry; tally: Tally | undefined };

/** Mends what is counted wrongly, and notes that from now on everything is counted. Who may only read the table changes nothing. */
export async function markAnew(
  { tally, registry }: CountSource,
  { marks, should, began }: { marks: readonly Mark[]; should: Should; began: OurTime },
): Promise<void> {
  try {
    for (const { entry, tally: as } of mendsOf(marks, should)) await tally.mark(entry, as);
    await tally.setCounted(registry.portal, began);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AccessDeniedException') throw error;
  }
}

function mendsOf(marks: readonly Mark[], { late, refused }: Should): Mend[] {
  const wanted = new Map<string, Mend>();
  for (const entry of refused) wanted.set(nameOf(entry), { entry, tally: settledTally(entry) ?? tallyOf(entry) });
  for (const entry of late) wanted.set(nameOf(entry), { entry, tally: tallyOf(entry) });
  const marked = new Map(marks.map((mark) => [nameOf(mark), mark]));
  const missing = [...wanted].flatMap(([name, mend]) => (marked.get(name)?.tally === mend.tally ? [] : [mend]));
  const stale = marks
    .filter((mark) => mark.tally !== 'refused' && !wanted.has(nameOf(mark)))
    .map((mark) => ({ entry: mark, tally: mark.tally === 'late-refused' ? ('refused' as const) : undefined }));
  return [...missing, ...stale];
}

const nameOf = ({ contact, seq }: Entry) => `${contact}/${seq}`;
