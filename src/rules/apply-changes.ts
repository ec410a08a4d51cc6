import type { Change } from './decision.ts';
import { type CompanyState, type ContactState, companyState, isLiftDue, isOptedOut, type Return } from './state.ts';

/** The state after a decision's changes. */
export function applyChanges(state: ContactState, changes: readonly Change[]): ContactState {
  return changes.reduce(applyChange, state);
}

function applyChange(state: ContactState, change: Change): ContactState {
  switch (change.type) {
    case 'company-opt-out':
      return change.companies.reduce(
        (before, company) => update(before, company, (current) => optOut(current, change)),
        state,
      );
    case 'return':
      return update(state, change.company, (current) => ({
        ...current,
        returns: byTime([...current.returns, change.return]),
        awaiting: current.awaiting.filter(({ at }) => at > change.return.at),
        grace: {},
      }));
    case 'awaiting':
      return update(state, change.company, (current) => ({
        ...current,
        awaiting: [...current.awaiting, change.awaiting],
      }));
    case 'awaiting-expired':
      return update(state, change.company, (current) => ({
        ...current,
        awaiting: current.awaiting.filter(({ at }) => at !== change.at),
      }));
    case 'grace':
      return update(state, change.company, (current) => ({
        ...current,
        grace: {
          ...current.grace,
          [change.control]: { at: change.at, until: change.until, source: change.source },
        },
      }));
    case 'grace-expired':
      return update(state, change.company, (current) => {
        const { [change.control]: _, ...grace } = current.grace;
        return { ...current, grace };
      });
    case 'own-no': {
      const newest = Math.max(change.at, state.ownNo[change.control] ?? 0);
      return { ...state, ownNo: { ...state.ownNo, [change.control]: newest } };
    }
    case 'merged-into':
      return { ...state, mergedInto: change.contact };
    case 'gone':
      return { ...state, gone: change.gone };
    case 'erased':
      return { ...state, erased: true };
    case 'linked':
      if (change.mergedAt === undefined) return state;
      return { ...state, mergedAt: Math.max(change.mergedAt, state.mergedAt ?? 0) };
    case 'confirmed':
      return { ...state, confirmedAt: Math.max(change.at, state.confirmedAt ?? 0) };
  }
}

/** Oldest first, whatever order they were heard of in. */
function byTime(returns: Return[]): Return[] {
  return returns.sort((a, b) => a.at - b.at || (a.form < b.form ? -1 : 1));
}

function update(state: ContactState, company: string, change: (current: CompanyState) => CompanyState): ContactState {
  return { ...state, companies: { ...state.companies, [company]: change(companyState(state, company)) } };
}

function optOut(current: CompanyState, { at, source }: { at: number; source: CompanyStateSource }): CompanyState {
  if (current.optOut !== undefined && at <= current.optOut.at) return current;
  // Controls that an unapplied lift has not reopened still hold what the fan-out wrote: their prior values stay valid.
  const stillClosed = isOptedOut(current) || isLiftDue(current);
  const later = <T extends { at: number }>(item: T) => item.at > at;
  return {
    ...current,
    optOut: { at, source },
    returns: current.returns.filter(later),
    awaiting: current.awaiting.filter(later),
    grace: Object.fromEntries(Object.entries(current.grace).filter(([, grace]) => later(grace))),
    prior: stillClosed ? current.prior : {},
    closedSince: stillClosed ? (current.closedSince ?? at) : at,
  };
}

type CompanyStateSource = NonNullable<CompanyState['optOut']>['source'];
