import type { Back, Person } from './person.ts';
import { addressAt } from './person.ts';
import { toldReturns } from './returns.ts';
import type { Truth } from './truth.ts';

/** What HubSpot shows of a contact and a company now: the moment of an opt-out (ms), if it shows one. */
export type Shows = (contact: string, company: string) => number | undefined;

/** A "no" that stands for an address: when it was said (ms), and of which contact the ledger tells of it. */
type Standing = { at: number; contact: string };

/** What stands for each address, by the address. */
type Table = Map<string, Standing[]>;

/** Something that happened, in the order of time: a "no", a return, or a contact's addresses change hands. */
type Moment = { at: number; order: number; happens: (table: Table) => void };

/**
 * When the opt-out began that stands for a contact (ms), if one stands. Consent belongs to (address, company), whatever record holds the
 * address: a "no" stands for an address until a later return by that address; what is in force goes along with a contact that changes its
 * address; on a merge the strictest wins. `shows`: what HubSpot shows now counts, too.
 */
export function standingNow(id: string, company: string, truth: Truth, shows: Shows): number | undefined {
  const address = addressAt(truth.person(id), Number.POSITIVE_INFINITY);
  const table: Table = new Map();
  for (const { happens } of momentsOf(company, truth)) happens(table);
  const known = standingAt(address, table).filter((word) => isKnownTo(id, word, address, truth));
  const shown = shows(id, company);
  const cameBack = (at: number) => toldReturns(company, truth).some((back) => back.address === address && back.at > at);
  const all = [...known.map(({ at }) => at), ...(shown === undefined || cameBack(shown) ? [] : [shown])];
  return all.length === 0 ? undefined : Math.max(...all);
}

const standingAt = (address: string, table: Table) => table.get(address) ?? [];

function momentsOf(company: string, truth: Truth): Moment[] {
  const backs = toldReturns(company, truth);
  const people = [...truth.people.values()];
  const moments = [
    ...people.flatMap((person) => nosOf(person, company, truth)),
    ...people.flatMap((person) => movesOf(person, backs, truth)),
    ...people.flatMap((person) => mergesOf(person, backs, truth)),
    ...backs.map(returnOf),
  ];
  return moments.toSorted((a, b) => a.at - b.at || a.order - b.order);
}

const ORDER = { moves: 0, merges: 1, returns: 2, no: 3 } as const;

function nosOf({ id, outs }: Person, company: string, truth: Truth): Moment[] {
  return outs
    .filter((out) => out.company === company && truth.heard.has(out.key))
    .filter((out) => !truth.isTakenForEcho(id, company, out.at))
    .map(({ at, address }) => ({
      at,
      order: ORDER.no,
      happens: (table) => table.set(address, [...standingAt(address, table), { at, contact: id }]),
    }));
}

function returnOf({ at, address }: Back): Moment {
  const happens = (table: Table) => {
    table.set(
      address,
      standingAt(address, table).filter((word) => word.at >= at),
    );
  };
  return { at, order: ORDER.returns, happens };
}

/** Whoever came back by the new address later than the "no" of the old one stays back. */
function movesOf({ id, held }: Person, backs: readonly Back[], truth: Truth): Moment[] {
  return held.slice(1).map(({ address: to, at }, i): Moment => {
    const from = held[i]?.address ?? '';
    const cameBack = (word: Standing) =>
      backs.some((back) => back.address === to && back.at <= at && back.at > word.at);
    const happens = (table: Table) => {
      const along = standingAt(from, table)
        .filter((word) => isKnownTo(id, word, from, truth) && !cameBack(word))
        .map((word) => ({ at: word.at, contact: id }));
      table.set(to, [...standingAt(to, table), ...along]);
    };
    return { at, order: ORDER.moves, happens };
  });
}

/**
 * The strictest wins: no return from before the merge lifts what a part brought along, as far as the merge was told. A return in the very moment of the
 * merge is before or after it, whichever was heard first.
 */
function mergesOf(person: Person, backs: readonly Back[], truth: Truth): Moment[] {
  return person.absorbed.map(({ id, at, key }): Moment => {
    const to = addressAt(person, at);
    const part = truth.person(id);
    const ofPart = addressesAt(part, at, truth);
    const addresses = new Set([to, ...ofPart]);
    const before = backs.filter((back) => addresses.has(back.address) && back.at < at).map((back) => back.at);
    const isTold = truth.heard.has(key);
    const happens = (table: Table) => {
      const brought = ofPart.flatMap((address) =>
        standingAt(address, table)
          .filter((word) => isKnownTo(id, word, address, truth))
          // A form from before a merge that nobody told passes for one from after it (docs/decisions/0010-simulation.md).
          .filter(
            (word) => isTold || (isFoundBy(address, word, person, truth) && !before.some((back) => back > word.at)),
          )
          .map((word) => ({ at: isTold ? Math.max(word.at, ...before) : word.at, contact: person.id })),
      );
      table.set(to, [...standingAt(to, table), ...brought]);
    };
    return { at, order: ORDER.merges, happens };
  });
}

/** The primary address that a contact had at a moment, and the additional ones that merges had brought. */
function addressesAt(person: Person, at: number, truth: Truth): string[] {
  const additional = person.absorbed
    .filter((part) => part.at < at && part.id !== person.id)
    .flatMap((part) =>
      addressesAt(truth.person(part.id), part.at, truth).filter((one) => one !== addressAt(person, part.at)),
    );
  return [...new Set([addressAt(person, at), ...additional])];
}

/** A merge that no webhook told is found by the address. */
function isFoundBy(address: string, { contact }: Standing, person: Person, truth: Truth): boolean {
  return truth.isKnownAs(contact, address) && truth.isKnownAs(person.id, address);
}

/** Whether a contact can know of a "no" of its address: by its own ledger, or by the index of addresses. */
function isKnownTo(id: string, { contact }: Standing, address: string, truth: Truth): boolean {
  return contact === id || (truth.isKnownAs(contact, address) && truth.isKnownAs(id, address));
}
