import { asHubSpotTime, type HubSpotTime, latest } from '../clocks.ts';
import { applyChanges } from './apply-changes.ts';
import type { Change, Decision } from './decision.ts';
import type { LedgerEntry } from './entry.ts';
import { isNews, noWins } from './order.ts';
import type { Sight } from './sight.ts';
import { type CompanyState, type ContactState, companyState, isOptedOut, type Return } from './state.ts';

/** R8: what a contact takes over from other contacts' ledgers: of contacts that became part of it, and of its addresses. */

/** Another contact's ledger that speaks of addresses which this contact has or had. */
export type OtherLedger = {
  contact: string;
  state: ContactState;
  /** The keyed hashes of those addresses. */
  hashes: ReadonlySet<string>;
  /** When this contact was last known to hold one of those addresses; undefined: it holds one now. */
  heldUntil?: HubSpotTime;
};

/**
 * The addresses (keyed hashes) that a contact has by `sight`, or had by its own ledger, each with the time when the contact was
 * last known to hold the address: undefined for those that it holds now. What was said of an address afterwards is its next
 * holder's. Of former addresses our own clock tells the time, where seconds decide nothing.
 */
export function heldAddresses(
  entries: readonly LedgerEntry[],
  sight: Pick<Sight, 'address' | 'others'>,
): Map<string, HubSpotTime | undefined> {
  const held = new Map<string, HubSpotTime | undefined>();
  for (const { addressHash, recordedAt } of entries) {
    if (addressHash !== undefined) held.set(addressHash, asHubSpotTime(recordedAt));
  }
  for (const { hash } of addressesOf(sight)) held.set(hash, undefined);
  return held;
}

export function addressesOf({ address, others }: Pick<Sight, 'address' | 'others'>) {
  return address === undefined ? others : [address, ...others];
}

/** What a contact takes over because other ledgers speak of its addresses: re-created, restored, or its address changed. */
export function inheritedDecisions(
  state: ContactState,
  entries: readonly LedgerEntry[],
  others: readonly OtherLedger[],
): Decision[] {
  const submittedAs = hashesOfSubmissions(entries);
  const decisions: Decision[] = [];
  let current = state;
  for (const other of others) {
    const isOwners = ({ form, at }: Return) => other.hashes.has(submittedAs.get(submissionName(form, at)) ?? '');
    const changes = inheritedByAddress(current, other, isOwners);
    if (changes.length === 0) continue;
    const reason = `the address was opted out as contact ${other.contact}; the opt-out belongs to the address`;
    const linked: Change = { type: 'linked', contacts: [other.contact] };
    decisions.push({ rule: 'R8', outcome: 'inherited', reason, changes: [linked, ...changes] });
    current = applyChanges(current, changes);
  }
  return decisions;
}

const submissionName = (form: string, at: HubSpotTime) => `${form} ${at}`;

/** The hash of the address that each submission named, by form and time. */
function hashesOfSubmissions(entries: readonly LedgerEntry[]): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const { addressHash, body } of entries) {
    if (addressHash === undefined || body.kind !== 'decision') continue;
    for (const { form, at } of body.changes.flatMap(submissionOf)) hashes.set(submissionName(form, at), addressHash);
  }
  return hashes;
}

function submissionOf(change: Change): Return[] {
  if (change.type === 'return') return [change.return];
  return change.type === 'awaiting' ? [change.awaiting] : [];
}

/**
 * The standing opt-outs of another ledger of the same address, at their own times. A later return of this contact by the same
 * owner stays a return (R9). Nobody else's return can undo the owner's "no" (R5): after such a return the opt-out counts as if it
 * were said at the same moment. `isOwners`: whether a return was made with the address in question.
 */
export function inheritedByAddress(
  state: ContactState,
  { state: other, heldUntil }: Pick<OtherLedger, 'state' | 'heldUntil'>,
  isOwners: (back: Return) => boolean,
): Change[] {
  return Object.entries(other.companies).flatMap(([company, theirs]): Change[] => {
    const { optOut } = theirs;
    const ours = companyState(state, company);
    if (optOut === undefined || !isOptedOut(theirs) || !isNews(optOut.at, ours.optOut?.at)) return [];
    if (heldUntil !== undefined && optOut.at > heldUntil) return [];
    const strangers = ours.returns.filter((back) => !isOwners(back)).map(({ at }) => at);
    const at = latest([optOut.at, ...strangers]) ?? optOut.at;
    return [{ type: 'company-opt-out', companies: [company], ...optOut, at }];
  });
}

/** What a merge brings: the strictest of both wins, even over a later return of one of them from before the merge. */
export function inheritedByMerge(state: ContactState, other: ContactState, mergedAt: HubSpotTime): Change[] {
  const optOuts = Object.entries(other.companies).flatMap(([company, theirs]): Change[] => {
    if (theirs.optOut === undefined || !isOptedOut(theirs)) return [];
    const ours = companyState(state, company);
    const at = strictest(theirs.optOut.at, ours, mergedAt);
    if (!isNews(at, ours.optOut?.at)) return [];
    return [{ type: 'company-opt-out', companies: [company], at, source: theirs.optOut.source }];
  });
  const ownNos = Object.entries(other.ownNo).flatMap(([control, at]): Change[] =>
    isNews(at, state.ownNo[control]) ? [{ type: 'own-no', control, at }] : [],
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
