import { byTime, latest } from '../clocks.ts';
import { RetryableError } from '../errors.ts';
import type { Change } from './decision.ts';
import { isNews } from './order.ts';
import {
  type CompanyState,
  type ContactState,
  companyState,
  isLiftDue,
  isOptedOut,
  isUnlifted,
  type Return,
} from './state.ts';

/**
 * After a roll-back the ledger can hold what only a newer version understands. To go on without that would be to forget a "no": the contact
 * waits, its age raises the alarm, and the newer version goes on.
 */
export function ofNewerVersion(what: string): RetryableError {
  return new RetryableError(`the ledger holds ${what}, which a newer version wrote`, { afterMs: 15 * 60_000 });
}

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
        returns: withReturn(current.returns, asHeard(change.return, current)),
        awaiting: current.awaiting.filter(({ at }) => isNews(at, change.return.at)),
        ...(current.expired && { expired: current.expired.filter(({ at }) => isNews(at, change.return.at)) }),
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
        expired: [...(current.expired ?? []), ...current.awaiting.filter(({ at }) => at === change.at)],
      }));
    case 'grace':
      return update(state, change.company, (current) => ({
        ...current,
        grace: {
          ...current.grace,
          [change.control]: { at: change.at, until: change.until, source: change.source },
        },
        graced: [...(current.graced ?? []), change.control],
      }));
    case 'grace-expired':
      return update(state, change.company, (current) => {
        const { [change.control]: _, ...grace } = current.grace;
        return { ...current, grace };
      });
    case 'own-no': {
      const newest = latest([change.at, state.ownNo[change.control]]) ?? change.at;
      return { ...state, ownNo: { ...state.ownNo, [change.control]: newest } };
    }
    case 'held':
      return { ...state, holdings: change.addresses };
    case 'merged-into':
      return { ...state, mergedInto: change.contact };
    case 'gone':
      return { ...state, gone: change.gone };
    case 'erased':
      return { ...state, erased: true };
    case 'linked':
      if (change.mergedAt === undefined) return state;
      return { ...state, mergedAt: latest([change.mergedAt, state.mergedAt]) ?? change.mergedAt };
    case 'confirmed':
      return withClick(state, change);
    default:
      throw ofNewerVersion(`a change of type ${(change as { type: string }).type}`);
  }
}

/** R7: a newer click is for nobody yet; the same click told again is used for those companies, too. */
function withClick(state: ContactState, { at, companies = [] }: Extract<Change, { type: 'confirmed' }>): ContactState {
  if (isNews(at, state.confirmedAt)) return { ...state, confirmedAt: at, confirmedFor: companies };
  if (at !== state.confirmedAt) return state;
  return { ...state, confirmedFor: [...new Set([...(state.confirmedFor ?? []), ...companies])] };
}

/**
 * Oldest first, whatever order the returns were heard of in. Of one form's returns by one address to the same brand and newsletter only
 * the newest counts: whatever an older one would beat, the newest beats, too. So a long ledger is folded in linear time. What another address's
 * return names is opened at that address only (R8).
 */
function withReturn(returns: readonly Return[], one: Return): Return[] {
  const isSame = ({ form, brand, newsletter, by }: Return) =>
    form === one.form && brand === one.brand && newsletter === one.newsletter && by === one.by;
  const known = returns.find(isSame);
  if (known !== undefined && !isNews(one.at, known.at)) return [...returns];
  const all = [...returns.filter((back) => !isSame(back)), one];
  return all.sort((a, b) => byTime(a.at, b.at) || (a.form < b.form ? -1 : 1));
}

/** A submission that is heard of after the lift of a later one is still to be carried out. */
function asHeard(back: Return, company: CompanyState): Return {
  const isLifted = company.optOut !== undefined && company.liftedOptOut === company.optOut.at;
  return isLifted && !isUnlifted(back, company) ? { ...back, late: true } : back;
}

function update(state: ContactState, company: string, change: (current: CompanyState) => CompanyState): ContactState {
  return { ...state, companies: { ...state.companies, [company]: change(companyState(state, company)) } };
}

/** R7, R9: the opt-out takes away every return, waiting submission and grace that is not later than the opt-out. */
function optOut(
  current: CompanyState,
  { at, source, prior, taken }: Extract<Change, { type: 'company-opt-out' }>,
): CompanyState {
  if (!isNews(at, current.optOut?.at)) return current;
  // Controls that an unapplied lift has not reopened still hold what the fan-out wrote: their prior values stay valid.
  const stillClosed = isOptedOut(current) || isLiftDue(current);
  const isLater = <T extends { at: typeof at }>(item: T) => isNews(item.at, at);
  const { graced: _, ...before } = current;
  return {
    ...before,
    optOut: { at, source, ...(taken && { taken }) },
    returns: current.returns.filter(isLater),
    awaiting: current.awaiting.filter(isLater),
    ...(current.expired && { expired: current.expired.filter(isLater) }),
    grace: Object.fromEntries(Object.entries(current.grace).filter(([, grace]) => isLater(grace))),
    prior: { ...prior, ...(stillClosed && current.prior) },
    closedSince: stillClosed ? (current.closedSince ?? at) : at,
  };
}
