import type { Change } from './decision.ts';
import { type ContactState, companyState, isOptedOut } from './state.ts';

/**
 * What a contact takes over from another ledger of the same address (re-created, restored, changed address): its standing
 * opt-outs at their own times. A later return of this contact by the same owner stays one (R9).
 */
export function inheritedByAddress(state: ContactState, other: ContactState): Change[] {
  return Object.entries(other.companies).flatMap(([company, { optOut, returns }]): Change[] => {
    if (optOut === undefined || !isOptedOut({ optOut, returns, awaiting: [], prior: {}, grace: {} })) return [];
    if (optOut.at <= (companyState(state, company).optOut?.at ?? -1)) return [];
    return [{ type: 'company-opt-out', companies: [company], ...optOut }];
  });
}

/** What a merge brings: the strictest of both wins, even over a later return of the one of them (R8). */
export function inheritedByMerge(state: ContactState, other: ContactState): Change[] {
  const optOuts = Object.entries(other.companies).flatMap(([company, theirs]): Change[] => {
    if (theirs.optOut === undefined || !isOptedOut(theirs)) return [];
    const ours = companyState(state, company);
    const at = Math.max(theirs.optOut.at, ...ours.returns.map((back) => back.at));
    if (at <= (ours.optOut?.at ?? -1)) return [];
    return [{ type: 'company-opt-out', companies: [company], at, source: theirs.optOut.source }];
  });
  const ownNos = Object.entries(other.ownNo).flatMap(([control, at]): Change[] =>
    at > (state.ownNo[control] ?? -1) ? [{ type: 'own-no', control, at }] : [],
  );
  return [...optOuts, ...ownNos];
}
