import type { ContactRef, LedgerEntry } from '../rules/entry.ts';
import { nextEntry } from './chain.ts';
import { type Ledger, waitOf } from './ledger.ts';

/** The ledger in memory, with the same one-winner rule as the table: for what-if questions and tests. */
export function memoryLedger(): Ledger {
  const people = new Map<string, LedgerEntry[]>();
  /** By keyed hash of an address: whose entries name the address. */
  const byAddress = new Map<string, Set<string>>();
  const keyOf = ({ portal, contact }: ContactRef) => `${portal}#${contact}`;
  const of = (contact: ContactRef) => people.get(keyOf(contact)) ?? [];
  return {
    read: (contact) => Promise.resolve([...of(contact)]),
    readAll: (contact) => Promise.resolve([...of(contact)]),
    append(contact, last, draft) {
      const entries = of(contact);
      if (entries.length !== (last?.seq ?? 0)) return Promise.resolve('conflict');
      const entry = nextEntry(contact, last, draft);
      const key = keyOf(contact);
      entries.push(entry);
      people.set(key, entries);
      const { addressHash } = entry;
      if (addressHash !== undefined) byAddress.set(addressHash, new Set([...(byAddress.get(addressHash) ?? []), key]));
      return Promise.resolve(entry);
    },
    /** Nobody counts here. */
    settle: () => Promise.resolve(),
    peopleWith(addressHash) {
      return Promise.resolve([...(byAddress.get(addressHash) ?? [])].map(refOf));
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
      const erased = of(contact).map((entry) => {
        if (hashes !== undefined && !hashes.has(entry.addressHash ?? '')) return entry;
        const { personal: _, ...rest } = entry;
        return rest;
      });
      if (erased.length > 0) people.set(keyOf(contact), erased);
      return Promise.resolve();
    },
  };
}

function refOf(key: string): ContactRef {
  const [portal = '', contact = ''] = key.split('#');
  return { portal: Number(portal), contact };
}
