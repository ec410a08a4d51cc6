import { asHubSpotTime, type HubSpotTime, latest, millis } from '../clocks.ts';
import { isPropertyKey } from '../registry/control.ts';
import { type Change, submissionOf } from './decision.ts';
import type { DecisionEntry, LedgerEntry } from './entry.ts';
import { holderAt, sayerOf } from './holdings.ts';
import { isNews, noWins } from './order.ts';
import type { Holding, Return } from './state.ts';

/**
 * R8: consent belongs to (address, company). A ledger is kept per record, and a record changes its address. Here stands which of a
 * ledger's words count for one address: what was said with that address; and what its holder had said before with the record's earlier
 * addresses, as far as that was in force when the record took the address over (docs/decisions/0012-whose-word.md).
 */

/** Reads a ledger as it counts for one address. */
export type Reading = {
  /** What a change means for the address; undefined: nothing. */
  changeOf(entry: LedgerEntry, change: Change): Change | undefined;
  /** Whether what HubSpot held or took for an entry's address holds for the address asked for, too. */
  isAbout(entry: LedgerEntry): boolean;
};

/**
 * An opt-out of one company, or a return to it, said with an address (undefined: nobody knows with which). `saidAt`: a submission that was
 * confirmed was said with the click (R7): at what moment the record took over what was in force, that return was none yet.
 */
type Word = {
  company: string;
  says: 'no' | 'back';
  at: HubSpotTime;
  saidAt: HubSpotTime;
  address: string | undefined;
  change: Change;
};

/** `address`: keyed hash; undefined: no address is known, and everything counts. */
export function readingFor(
  address: string | undefined,
  entries: readonly LedgerEntry[],
  holdings: readonly Holding[],
): Reading {
  const ledger: Ledger = { entries, holdings, submittedAs: addressesOfSubmissions(entries) };
  if (address === undefined) return { changeOf: (entry, change) => named(entry, change, ledger), isAbout: () => true };
  const counting = countingWords(address, ledger);
  const counts = (change: Change, company: string) => counting.get(company)?.has(change) === true;
  return {
    isAbout({ addressHash: hash, recordedAt }) {
      return hash === undefined || hash === address || tookOverSince(asHubSpotTime(recordedAt), address, ledger);
    },
    changeOf(entry, change) {
      switch (change.type) {
        case 'company-opt-out': {
          const companies = change.companies.filter((company) => counts(change, company));
          return companies.length === 0 ? undefined : { ...change, companies };
        }
        case 'return':
          return counts(change, change.company) ? named(entry, change, ledger) : undefined;
        case 'own-no':
          return ownNoCounts(change, address, ledger) ? change : undefined;
        case 'grace':
          return isSaidBy(address, holderAt(holdings, change.at)) ? change : undefined;
        default:
          return named(entry, change, ledger);
      }
    },
  };
}

type Ledger = {
  entries: readonly LedgerEntry[];
  holdings: readonly Holding[];
  /** The address that each submission named. */
  submittedAs: ReadonlyMap<string, string>;
};

const isSaidBy = (address: string, by: string | undefined) => by === undefined || by === address;

/** Whether the record took an address over after a moment for the first time: what is closed at an address that it had before is not opened elsewhere. */
function tookOverSince(at: HubSpotTime, address: string, { holdings }: Ledger): boolean {
  const held = holdings.filter(({ hash }) => hash === address);
  return held.length > 0 && held.every(({ from }) => isNews(from, at));
}

/** Properties hang on the record, whatever its address is; statuses hang on the address. */
function ownNoCounts(
  { control, at, address: by }: Change & { type: 'own-no' },
  address: string,
  ledger: Ledger,
): boolean {
  if (isPropertyKey(control)) return true;
  // In the very moment of a change of the address, a "no" counts as said before.
  const wentAlong = ledger.holdings.some(({ hash, from }) => hash === address && !isNews(at, from));
  return wentAlong || isSaidBy(address, by ?? sayerOf(ledger.holdings, at));
}

const submissionName = ({ form, at }: Return) => `${form} ${millis(at)}`;

/** A confirmed submission is a return by the address that was submitted. */
function addressesOfSubmissions(entries: readonly LedgerEntry[]): Map<string, string> {
  const addresses = new Map<string, string>();
  for (const { addressHash, body } of entries) {
    if (addressHash === undefined || body.kind !== 'decision') continue;
    for (const change of body.changes) {
      const submission = submissionOf(change);
      if (submission !== undefined) addresses.set(submissionName(submission), addressHash);
    }
  }
  return addresses;
}

/** Returns of entries of older versions do not name the address themselves. */
function named(entry: LedgerEntry, change: Change, ledger: Ledger): Change {
  if (change.type === 'awaiting' && change.awaiting.by === undefined && entry.addressHash !== undefined) {
    return { ...change, awaiting: { ...change.awaiting, by: entry.addressHash } };
  }
  if (change.type !== 'return') return change;
  const by = returnedBy(change.return, ledger);
  return by === undefined ? change : { ...change, return: { ...change.return, by } };
}

function returnedBy(back: Return, { holdings, submittedAs }: Ledger): string | undefined {
  return back.by ?? submittedAs.get(submissionName(back)) ?? holderAt(holdings, back.at);
}

/** By company: the changes that count for an address. */
function countingWords(address: string, ledger: Ledger): Map<string, ReadonlySet<Change>> {
  const said = ledger.entries.flatMap(({ body, recordedAt }) =>
    body.kind === 'decision' ? body.changes.flatMap((change) => wordsOf(change, { body, recordedAt }, ledger)) : [],
  );
  const companies = new Set(said.map(({ company }) => company));
  return new Map(
    [...companies].map((company) => {
      const words = said.filter((word) => word.company === company);
      return [company, new Set(countingOf(words, ledger.holdings, address).map(({ change }) => change))];
    }),
  );
}

type Deciding = Pick<LedgerEntry, 'recordedAt'> & { body: DecisionEntry };

function wordsOf(change: Change, entry: Deciding, ledger: Ledger): Word[] {
  if (change.type === 'company-opt-out') {
    const { at, companies, address = sayerOf(ledger.holdings, at) } = change;
    return companies.map((company) => ({ company, says: 'no', at, saidAt: at, address, change }));
  }
  if (change.type !== 'return') return [];
  const { company, return: back } = change;
  const saidAt = back.proof?.by === 'confirmation' ? confirmedAt(entry) : back.at;
  return [{ company, says: 'back', at: back.at, saidAt, address: returnedBy(back, ledger), change }];
}

/** When the submissions that an entry takes for confirmed were; a status that confirms them leaves the time of the entry. */
function confirmedAt({ body: { changes }, recordedAt }: Deciding): HubSpotTime {
  const click = changes.find((change) => change.type === 'confirmed');
  return click?.at ?? asHubSpotTime(recordedAt);
}

/** Walks through the record's addresses in time: each takes over from the one before what is in force there. */
function countingOf(words: readonly Word[], holdings: readonly Holding[], address: string): Word[] {
  const byAddress = new Map<string, Set<Word>>();
  const wordsFor = (hash: string) => {
    const known = byAddress.get(hash) ?? new Set(words.filter((word) => word.address === undefined));
    byAddress.set(hash, known);
    return known;
  };
  const sayUntil = (moment: HubSpotTime | undefined) => {
    for (const word of words) {
      if (word.address !== undefined && isSaidUntil(moment, word)) wordsFor(word.address).add(word);
    }
  };
  for (const [i, { hash, from }] of holdings.entries()) {
    const before = holdings[i - 1]?.hash;
    sayUntil(from);
    if (before !== undefined) takeOver(wordsFor(before), wordsFor(hash));
  }
  sayUntil(undefined);
  return [...wordsFor(address)];
}

/** Of what was said in the very moment of a change of the address, a "no" counts as said before, a return as said after. */
function isSaidUntil(moment: HubSpotTime | undefined, { saidAt, says }: Word): boolean {
  return moment === undefined || (says === 'no' ? saidAt <= moment : saidAt < moment);
}

/** A "no" in force goes along with the record. A return goes along with the "no" that it ended, and never ends another address's "no". */
function takeOver(before: ReadonlySet<Word>, own: Set<Word>): void {
  const takesAll = !isInForce(own);
  const takesNos = isInForce(before);
  for (const word of before) if (takesAll || (takesNos && word.says === 'no')) own.add(word);
}

/** Whether a "no" among some words stands: no return said later ended it (R9). */
export function isInForce(words: Iterable<Pick<Word, 'says' | 'at'>>): boolean {
  const said = [...words];
  const newest = latest(said.map(({ says, at }) => (says === 'no' ? at : undefined)));
  return newest !== undefined && said.every(({ at }) => noWins(newest, at));
}
