import { RetryableError } from '../errors.ts';
import type { ContactRef, LedgerEntry } from '../rules/entry.ts';
import type { Draft } from './chain.ts';
import type { Ledger } from './ledger.ts';

const TRIES = 8;

/** What a writer makes of a contact's entries: a result, and what is to be appended, if anything. */
export type Decided<T> = { result: T; draft?: Draft };

/**
 * The one optimistic append: reads a contact's entries, decides on them, and appends. Another writer's entry in between means
 * deciding anew on the newer entries. @throws RetryableError when the ledger stays contended.
 */
export async function appendDecided<T>(
  ledger: Ledger,
  ref: ContactRef,
  decideOn: (entries: LedgerEntry[]) => Decided<T>,
): Promise<T> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const entries = await ledger.read(ref);
    const { result, draft } = decideOn(entries);
    if (draft === undefined) return result;
    if ((await ledger.append(ref, entries.at(-1), draft)) !== 'conflict') return result;
  }
  throw new RetryableError('the ledger of this contact is contended');
}

/**
 * Appends to entries that the writer has seen, one draft after the other; returns all entries. `moved`: another writer was first, and
 * what the drafts were made from (HubSpot, too) has to be looked at again.
 */
export async function appendAfter(
  ledger: Ledger,
  ref: ContactRef,
  seen: readonly LedgerEntry[],
  drafts: readonly Draft[],
): Promise<LedgerEntry[] | 'moved'> {
  const entries = [...seen];
  for (const draft of drafts) {
    const appended = await ledger.append(ref, entries.at(-1), draft);
    if (appended === 'conflict') return 'moved';
    entries.push(appended);
  }
  return entries;
}
