import {
  type ControlKey,
  type ControlValue,
  closedValue,
  isPropertyKey,
  NEVER_SET,
  openValue,
} from '../registry/control.ts';
import type { PlacedControl } from '../registry/registry.ts';
import { closed, type Desired } from './desired.ts';
import { noWins } from './order.ts';
import { type CompanyState, type ContactState, closedFrom, isUnlifted, type Return } from './state.ts';

/**
 * R6: a return restores, it does not subscribe. The ledger keeps each control's value from before the fan-out closed it, and a
 * lift goes back to that value and never more open.
 */

/** What R6 demands of a control of a company to which the owner came back; undefined: the control stays as it is. */
export function lifted(state: ContactState, company: CompanyState, control: PlacedControl): Desired | undefined {
  const returns = company.returns.filter(({ at }) => !noWins(company.optOut?.at, at));
  const newest = returns.at(-1);
  if (newest === undefined) return undefined;
  const ownNo = state.ownNo[control.key];

  const isLifted = company.liftedOptOut === company.optOut?.at;
  const naming = returns.findLast(
    (back) => names(back, control) && (!isLifted || isUnlifted(back, company)) && isBy(back, state.address),
  );
  if (naming !== undefined) {
    // R9: the person's own "no" to this very control, not older than the form, wins.
    if (noWins(ownNo, naming.at)) return undefined;
    return { to: 'subscribed', control, value: openValue(control.control), by: naming };
  }
  // After the lift a later form opens what it names, and restores nothing again.
  if (isLifted) return undefined;
  // The person's own "no" since the company was closed outlives the lift, also when a second opt-out followed that "no"; so does a "no" of the
  // very moment, as when somebody closes several types at once (R9).
  const closedSince = closedFrom(company);
  const isStanding = ownNo !== undefined && (closedSince === undefined || noWins(ownNo, closedSince));
  const staysClosed = control.newsletter !== undefined || isStanding;
  const value = staysClosed ? undefined : valueToRestore(state, company, control);
  // R5: what somebody opened against the opt-out does not stay so, though the owner came back since.
  const isOpened = company.openedUnheard?.includes(control.key) === true;
  if (value === undefined) return isOpened ? closed(company, control) : undefined;
  const exactly = isOpened && value === NEVER_SET && { exactly: true as const };
  return { to: 'restored', control, value, by: newest, ...exactly };
}

/**
 * A return goes along when its record gets another address, since it ended the "no" that goes along; the next address, perhaps somebody else's, was
 * named in no form and is subscribed to nothing (R4).
 */
const isBy = ({ by }: Return, address: string | undefined): boolean =>
  by === undefined || address === undefined || by === address;

/** The brand and the newsletter that a form names become subscribed, and so does the company's own type. */
export function names(back: Pick<Return, 'brand' | 'newsletter'>, control: PlacedControl): boolean {
  if (control.brand === undefined) return true;
  return control.brand === back.brand && (control.newsletter === undefined || control.newsletter === back.newsletter);
}

/** Where the earlier value is unknown, a control stays as it is: never more open than the owner left it. */
function valueToRestore(state: ContactState, company: CompanyState, { key, control }: PlacedControl) {
  const prior = company.prior[priorKey(key, state.address)];
  return prior === null || prior === closedValue(control) ? undefined : prior;
}

/**
 * The name of a control's prior value. Subscription values are stored per address (keyed hash); a value read for one address says
 * nothing about another.
 */
export function priorKey(control: ControlKey, address: string | undefined): string {
  return address === undefined || isPropertyKey(control) ? control : `${control} of ${address}`;
}

/** The state with other earlier values of some companies' controls, by {@link priorKey}. */
export function withPriors(
  state: ContactState,
  priorsOf: (key: string, company: CompanyState) => readonly (readonly [name: string, value: ControlValue | null])[],
): ContactState {
  const companies = { ...state.companies };
  for (const [key, company] of Object.entries(state.companies)) {
    const priors = priorsOf(key, company);
    if (priors.length > 0) companies[key] = { ...company, prior: { ...company.prior, ...Object.fromEntries(priors) } };
  }
  return { ...state, companies };
}

/** The control and the address (keyed hash) that {@link priorKey} put together. */
export function partsOfPriorKey(name: string): { control: ControlKey; address: string | undefined } {
  const [, control = name, address] = /^(.*?) of (.*)$/.exec(name) ?? [];
  return { control, address };
}
