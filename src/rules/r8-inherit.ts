import type { Change } from './decision.ts';
import { type CompanyState, type ContactState, companyState, isOptedOut, type Return } from './state.ts';

/**
 * What a contact takes over from another ledger of the same address (re-created, restored, changed address): its standing
 * opt-outs at their own times. A later return of this contact by the same owner stays one (R9); `isOwners` tells whether the
 * address submitted was that one, since nobody else can undo its "no" (R5): such an opt-out counts as if said after them.
 * `until`: when this contact was last known to hold the address (ms); what was said of it afterwards is its next holder's.
 */
export function inheritedByAddress(
  state: ContactState,
  other: ContactState,
  until = Number.POSITIVE_INFINITY,
  isOwners: (back: Return) => boolean = () => true,
): Change[] {
  return Object.entries(other.companies).flatMap(([company, { optOut, returns }]): Change[] => {
    if (optOut === undefined || !isOptedOut({ optOut, returns, awaiting: [], prior: {}, grace: {} })) return [];
    const ours = companyState(state, company);
    if (optOut.at > until || optOut.at <= (ours.optOut?.at ?? -1)) return [];
    const others = ours.returns.filter((back) => !isOwners(back));
    const at = Math.max(optOut.at, ...others.map((back) => back.at));
    return [{ type: 'company-opt-out', companies: [company], ...optOut, at }];
  });
}

/** What a merge brings: the strictest of both wins, even over a later return of the one of them (R8). `mergedAt` in ms. */
export function inheritedByMerge(state: ContactState, other: ContactState, mergedAt: number): Change[] {
  const optOuts = Object.entries(other.companies).flatMap(([company, theirs]): Change[] => {
    if (theirs.optOut === undefined || !isOptedOut(theirs)) return [];
    const ours = companyState(state, company);
    const at = strictest(theirs.optOut.at, ours, mergedAt);
    if (at <= (ours.optOut?.at ?? -1)) return [];
    return [{ type: 'company-opt-out', companies: [company], at, source: theirs.optOut.source }];
  });
  const ownNos = Object.entries(other.ownNo).flatMap(([control, at]): Change[] =>
    at > (state.ownNo[control] ?? -1) ? [{ type: 'own-no', control, at }] : [],
  );
  return [...optOuts, ...ownNos];
}

/** The time at which an opt-out counts that a merge brought: no submission from before the merge beats it. */
export function strictest(at: number, { returns, awaiting }: CompanyState, mergedAt: number): number {
  return Math.max(at, ...[...returns, ...awaiting].map((back) => back.at).filter((one) => one <= mergedAt));
}
