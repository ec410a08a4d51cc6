import type { ContactRef, LedgerEntry } from '../rules/entry.ts';
import { nextEntry } from './chain.ts';
import { type Ledger, waitOf } from './ledger.ts';

/** The ledger in memory, with the same one-winner rule as the table: for what-if questions and tests. */
export function memoryLedger(): Ledger {
  const people = new Map<string, LedgerEntry[]>();
  const of = ({ portal, contact }: ContactRef) => {
    const key = `${portal}#${contact}`;
    const entries = people.get(key) ?? [];
    people.set(key, entries);
    return entries;
  };
  return {
    read: (contact) => Promise.resolve([...of(contact)]),
    readAll: (contact) => Promise.resolve([...of(contact)]),
    append(contact, last, draft) {
      const entries = of(contact);
      if (entries.length !== (last?.seq ?? 0)) return Promise.resolve('conflict');
      const entry = nextEntry(contact, last, draft);
      entries.push(entry);
      return Promise.resolve(entry);
    },
    /** Nobody counts here. */
    settle: () => Promise.resolve(),
    peopleWith(addressHash) {
      const found = [...people].filter(([, entries]) => entries.some((entry) => entry.addressHash === addressHash));
      return Promise.resolve(found.map(([key]) => refOf(key)));
    },
    async *waitsEndedIn(portal, { from, until }) {
      for (const entry of [...people.values()].flat()) {
        const end = waitOf(entry);
        if (entry.portal === portal && end !== undefined && end >= from && end <= until) {
          yield { portal, contact: entry.contact };
        }
      }
    },
    async *everybody() {
      for (const key of people.keys()) yield refOf(key);
    },
    scan(visit) {
      for (const [key, entries] of people) visit(refOf(key), entries);
      return Promise.resolve();
    },
    erase(contact, hashes) {
      const entries = of(contact);
      entries.forEach((entry, i) => {
        if (hashes !== undefined && !hashes.has(entry.addressHash ?? '')) return;
        const { personal: _, ...rest } = entry;
        entries[i] = rest;
      });
      return Promise.resolve();
    },
  };
}

function refOf(key: string): ContactRef {
  const [portal = '', contact = ''] = key.split('#');
  return { portal: Number(portal), contact };
}
