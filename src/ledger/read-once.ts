import type { ContactRef, LedgerEntry } from '../rules/entry.ts';
import type { Ledger } from './ledger.ts';

/** One ledger, read in two ways that share what they know. */
export type ReadOnce = {
  /** Reads the table each time. */
  fresh: Ledger;
  /** Gives what was read or appended before. Whoever decides on older entries than another writer's meets a conflict, and reads anew. */
  known: Ledger;
};

/**
 * The ledger for the work of one batch. Most messages of an opt-out are the echoes of our own writes, and the echoes of one contact come
 * together: for them one read is enough. A message that was in the batch when the entries were read could have had its turn at that moment.
 * What was looked up in HubSpot meanwhile is newer than the entries: whoever decides by that reads the table.
 */
export function readOnce(ledger: Ledger): ReadOnce {
  const known = new Map<string, readonly LedgerEntry[]>();
  const keyOf = ({ portal, contact }: ContactRef) => `${portal} ${contact}`;
  const fresh: Ledger = {
    async read(contact) {
      const entries = await ledger.read(contact);
      known.set(keyOf(contact), entries);
      return [...entries];
    },
    async append(contact, last, draft) {
      const before = known.get(keyOf(contact));
      // Until the table answers, nobody knows what it holds.
      known.delete(keyOf(contact));
      const appended = await ledger.append(contact, last, draft);
      if (appended !== 'conflict' && before?.at(-1)?.seq === last?.seq) {
        known.set(keyOf(contact), [...(before ?? []), appended]);
      }
      return appended;
    },
    erase(contact, hashes) {
      known.delete(keyOf(contact));
      return ledger.erase(contact, hashes);
    },
    readAll: (contact) => ledger.readAll(contact),
    settle: (contact, entries) => ledger.settle(contact, entries),
    peopleWith: (hash) => ledger.peopleWith(hash),
    waitsEndedIn: (portal, span) => ledger.waitsEndedIn(portal, span),
    everybody: () => ledger.everybody(),
    scan: (visit) => ledger.scan(visit),
  };
  const read: Ledger['read'] = async (contact) => {
    const entries = known.get(keyOf(contact));
    return entries === undefined ? fresh.read(contact) : [...entries];
  };
  return { fresh, known: { ...fresh, read } };
}
