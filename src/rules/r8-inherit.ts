import { asHubSpotTime, type HubSpotTime, latest } from '../clocks.ts';
import { isPropertyKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import { applyChanges } from './apply-changes.ts';
import type { Change, Decision } from './decision.ts';
import type { LedgerEntry } from './entry.ts';
import { replay } from './evolve.ts';
import { isNews, noWins } from './order.ts';
import type { Sight } from './sight.ts';
import { type CompanyState, type ContactState, companyState, isOptedOut, type Return } from './state.ts';

/** R8: what a contact takes over from other contacts' ledgers: of contacts that became part of it, and of its addresses. */

/** Another contact's ledger, read as it counts for one address (keyed hash) which this contact has or had. */
export type OtherLedger = {
  contact: string;
  hash: string;
  state: ContactState;
  /** When this contact was last known to hold the address; undefined: it holds the address now. */
  heldUntil?: HubSpotTime;
};

/**
 * The addresses (keyed hashes) that a contact has by `sight`, or had by its own ledger, each with the time when the contact was
 * last known to hold the address: undefined for those that it holds now. What was said of an address afterwards is its next
 * holder's. Where only our own clock tells the time, seconds decide nothing.
 */
export function heldAddresses(
  entries: readonly LedgerEntry[],
  { holdings }: Pick<ContactState, 'holdings'>,
  sight: Pick<Sight, 'address' | 'others'>,
): Map<string, HubSpotTime | undefined> {
  const held = new Map<string, HubSpotTime | undefined>();
  for (const { addressHash, recordedAt } of entries) {
    if (addressHash !== undefined) held.set(addressHash, asHubSpotTime(recordedAt));
  }
  for (const [i, { hash }] of holdings.entries()) held.set(hash, holdings[i + 1]?.from);
  for (const { hash } of addressesOf(sight)) held.set(hash, undefined);
  return held;
}

export function addressesOf({ address, others }: Pick<Sight, 'address' | 'others'>) {
  return address === undefined ? others : [address, ...others];
}

type Own = { entries: readonly LedgerEntry[]; state: ContactState };

/** What a contact takes over because other ledgers speak of its addresses: re-created, restored, or its address changed. */
export function inheritedDecisions(
  { entries, state }: Own,
  others: readonly OtherLedger[],
  sight: Pick<Sight, 'address' | 'others'>,
  registry: Registry,
): Decision[] {
  const primary = sight.address?.hash ?? state.address;
  const additional = new Set(sight.others.map(({ hash }) => hash));
  const views = new Map<string | undefined, ContactState>([[primary, state]]);
  const decisions: Decision[] = [];
  for (const other of others) {
    const counted = additional.has(other.hash) ? primary : other.hash;
    const ours = views.get(counted) ?? replay(entries, registry, { address: other.hash });
    const changes = additional.has(other.hash)
      ? inheritedByAdditional(ours, other, primary)
      : inheritedByAddress(ours, other, others);
    if (changes.length === 0) continue;
    decisions.push(inheriting(other, changes));
    views.set(counted, applyChanges(ours, changes));
  }
  return decisions;
}

function inheriting({ contact }: OtherLedger, changes: readonly Change[]): Decision {
  const linked: Change = { type: 'linked', contacts: [contact] };
  const reason = changes.some(({ type }) => type === 'company-opt-out')
    ? `the address was opted out as contact ${contact}; the opt-out belongs to the address`
    : `the owner of the address came back as contact ${contact}; the return belongs to the address`;
  return { rule: 'R8', outcome: 'inherited', reason, changes: [linked, ...changes] };
}

/** The opt-outs that stand for an address in another ledger, at their own times, and the returns by that address (R9). */
function inheritedByAddress(state: ContactState, other: OtherLedger, others: readonly OtherLedger[]): Change[] {
  const { hash: address, heldUntil } = other;
  const wasHeld = (at: HubSpotTime) => heldUntil === undefined || at <= heldUntil;
  return Object.entries(other.state.companies).flatMap(([company, theirs]): Change[] => {
    const ours = companyState(state, company);
    const back = newestBy(address, theirs);
    const stands = standingOptOut(ours);
    if (stands !== undefined && back !== undefined) {
      // Of all that was said before a merge the strictest wins.
      const isBeaten = noWins(stands.at, back.at) || noWins(state.mergedAt, back.at);
      if (!isBeaten) return [{ type: 'return', company, return: { ...back, by: address } }];
    }
    const said = standingOptOut(theirs);
    const optOut = countedFromMerge(said, other);
    if (said === undefined || optOut === undefined || isKnown(optOut.at, ours, address)) return [];
    const cameBack = others.some(({ hash, state: one }) => {
      const newest = hash === address ? newestBy(address, companyState(one, company)) : undefined;
      return newest !== undefined && !noWins(optOut.at, newest.at);
    });
    if (!wasHeld(said.at) || cameBack) return [];
    return [{ type: 'company-opt-out', companies: [company], ...optOut, address, ...foundBy(theirs), taken: true }];
  });
}

/**
 * Whether a contact's ledger knows as much of an address as an opt-out of another ledger tells. What the record brought along from the address that it had
 * before, an opt-out and the return that ended it, is no word of this address: no such return ends this address's own "no".
 */
function isKnown(at: HubSpotTime, ours: CompanyState, address: string): boolean {
  if (isNews(at, ours.optOut?.at)) return false;
  const back = newestBy(address, ours);
  return isOptedOut(ours) || (back !== undefined && !noWins(at, back.at));
}

/**
 * What the other contact's fan-out found of its addresses' types: this contact sees them closed by then, and a lift would leave them so (R6). What a record's
 * properties held before says nothing of another record's.
 */
function foundBy({ prior }: CompanyState): Pick<Extract<Change, { type: 'company-opt-out' }>, 'prior'> {
  const ofAddresses = Object.entries(prior).filter(([name]) => !isPropertyKey(name));
  return ofAddresses.length === 0 ? {} : { prior: Object.fromEntries(ofAddresses) };
}

/** Nothing said before a merge lifts what the merge brought, under whatever record the address lives on. */
function countedFromMerge(
  optOut: CompanyState['optOut'],
  { state: { mergedAt }, heldUntil }: Pick<OtherLedger, 'state' | 'heldUntil'>,
): CompanyState['optOut'] {
  const wasLost = mergedAt !== undefined && heldUntil !== undefined && mergedAt > heldUntil;
  if (optOut === undefined || mergedAt === undefined || wasLost) return optOut;
  return { ...optOut, at: latest([optOut.at, mergedAt]) ?? optOut.at };
}

function standingOptOut(company: CompanyState): CompanyState['optOut'] {
  return isOptedOut(company) ? company.optOut : undefined;
}

function newestBy(address: string, { returns }: CompanyState): Return | undefined {
  return returns.findLast(({ by }) => by === undefined || by === address);
}

/**
 * An opt-out of an additional address holds for the record, too. Nobody else's return can undo the owner's "no" (R5): after such a
 * return the opt-out counts as if it were said at the same moment.
 */
function inheritedByAdditional(state: ContactState, other: OtherLedger, primary: string | undefined): Change[] {
  return Object.entries(other.state.companies).flatMap(([company, theirs]): Change[] => {
    const optOut = countedFromMerge(standingOptOut(theirs), other);
    const ours = companyState(state, company);
    if (optOut === undefined || !isNews(optOut.at, ours.optOut?.at)) return [];
    const strangers = ours.returns.filter(({ by }) => by !== other.hash).map(({ at }) => at);
    const at = latest([optOut.at, ...strangers]) ?? optOut.at;
    const said = { ...optOut, at, taken: true as const, ...(primary !== undefined && { address: primary }) };
    return [{ type: 'company-opt-out', companies: [company], ...said }];
  });
}

/**
 * What a merge brings: the strictest of both wins, even over a later return of one of them from before the merge. Which address the record held
 * then may show later only: then nothing is taken for known, and no address is named.
 */
export function inheritedByMerge(state: ContactState, other: ContactState, mergedAt: HubSpotTime): Change[] {
  const [first] = state.holdings;
  const isHolderKnown = first !== undefined && first.from < mergedAt;
  const isUnknown = (at: HubSpotTime, known: HubSpotTime | undefined) => !isHolderKnown || isNews(at, known);
  const about = isHolderKnown && state.address !== undefined ? { address: state.address } : {};
  const optOuts = Object.entries(other.companies).flatMap(([company, theirs]): Change[] => {
    const optOut = standingOptOut(theirs);
    if (optOut === undefined) return [];
    const ours = companyState(state, company);
    const at = strictest(optOut.at, ours, mergedAt);
    if (!isUnknown(at, ours.optOut?.at)) return [];
    const said = { at, source: optOut.source, taken: true as const, ...about, ...foundBy(theirs) };
    return [{ type: 'company-opt-out', companies: [company], ...said }];
  });
  const ownNos = Object.entries(other.ownNo).flatMap(([control, at]): Change[] =>
    isUnknown(at, state.ownNo[control]) ? [{ type: 'own-no', control, at, ...about }] : [],
  );
  return [...optOuts, ...ownNos];
}

/** The time at which an opt-out counts that a merge brought: no submission from before the merge beats the opt-out. */
export function strictest(
  at: HubSpotTime,
  { returns, awaiting }: CompanyState,
  mergedAt: HubSpotTime | undefined,
): HubSpotTime {
  const before = [...returns, ...awaiting].map((back) => back.at).filter((one) => noWins(mergedAt, one));
  return latest([at, ...before]) ?? at;
}
