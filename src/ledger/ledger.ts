import type { OurTime } from '../clocks.ts';
import type { ContactRef, LedgerEntry } from '../rules/entry.ts';
import { waitBegunBy } from '../rules/waits.ts';
import type { Draft } from './chain.ts';

/** The append-only record of decisions. Every implementation gives each sequence number to exactly one writer. */
export type Ledger = {
  /**
   * The entries of a contact that the rules need, oldest first, strongly consistent, the newest one among them. Of somebody whose ledger is
   * long, entries that only repeat others may be left out (`condense`): to prove something, `readAll`.
   */
  read(contact: ContactRef): Promise<LedgerEntry[]>;
  /** All entries of a contact, oldest first, strongly consistent: to show or to prove what happened. */
  readAll(contact: ContactRef): Promise<LedgerEntry[]>;
  /** Appends after `last` (the newest entry the writer knows). `conflict`: somebody else was first; read again. */
  append(contact: ContactRef, last: LedgerEntry | undefined, draft: Draft): Promise<LedgerEntry | 'conflict'>;
  /**
   * HubSpot holds what these entries of a contact demand: they count as open no more (`src/ledger/tally.ts`). The entries themselves stay. May be
   * repeated.
   */
  settle(contact: ContactRef, entries: readonly LedgerEntry[]): Promise<void>;
  /** Contacts whose ledgers have an entry about an address, by its keyed hash. */
  peopleWith(addressHash: string): Promise<ContactRef[]>;
  /**
   * Contacts that an entry let wait for something that ended in a span of time, without reading their ledgers: the wait may be over
   * since. May name a contact several times.
   */
  waitsEndedIn(portal: number, span: { from: OurTime; until: OurTime }): AsyncIterable<ContactRef>;
  /** Every contact that has a ledger; reads the whole store. */
  everybody(): AsyncIterable<ContactRef>;
  /**
   * Hands over every contact's entries, oldest first, as they are stored and whatever is left of them: nothing is checked, so a
   * damaged entry may lack what its type promises. Reads the whole store once; contacts come in any order.
   */
  scan(visit: (contact: ContactRef, entries: readonly LedgerEntry[]) => void): Promise<void>;
  /**
   * Takes the personal data out of a contact's entries, or of those about the addresses with these keyed hashes; chain and hashes
   * stay. May be repeated.
   */
  erase(contact: ContactRef, hashes?: ReadonlySet<string>): Promise<void>;
};

/** When the wait ends that an entry begins, if it begins one. */
export function waitOf({ body }: Pick<LedgerEntry, 'body'>): OurTime | undefined {
  return body.kind === 'decision' ? waitBegunBy(body.changes) : undefined;
}
