import { type ControlKey, closedValue, UNSEEN } from '../registry/control.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import type { AppliedEntry, Placed } from './entry.ts';
import { companyHolding } from './moved-brand.ts';
import { mayBeOfAnotherPass } from './own-write.ts';
import { priorKey } from './r6-restore.ts';
import { type ContactState, companyState, isOptedOut } from './state.ts';

/** What the controls held before a fan-out closed them: what R6 restores from. */

/** Keeps the first value seen under a standing opt-out: that is the value from before the fan-out. `address`: keyed hash. */
export function rememberPrior(
  state: ContactState,
  { before, placed }: Pick<AppliedEntry, 'before' | 'placed'>,
  address: string | undefined,
  registry: Registry,
): ContactState {
  const companies = { ...state.companies };
  for (const [control, value] of Object.entries(before)) {
    const closing = companyClosing(control, placed, state, registry);
    const company = closing && companies[closing.company];
    const name = priorKey(control, address);
    if (closing === undefined || company === undefined || name in company.prior) continue;
    // What an audit found closed may have been closed for years by the opt-out itself: its earlier value is unknown.
    const isFoundClosed = company.optOut?.source.channel === 'audit' && value === closedValue(closing.control.control);
    const isUnknown = isFoundClosed || value === UNSEEN;
    companies[closing.company] = { ...company, prior: { ...company.prior, [name]: isUnknown ? null : value } };
  }
  return { ...state, companies };
}

type Closing = { control: PlacedControl; company: string };

/** The company for whose opt-out a control was closed: a brand may have belonged to another company when the entry was written. */
function companyClosing(
  key: ControlKey,
  placed: Placed | undefined,
  state: ContactState,
  registry: Registry,
): Closing | undefined {
  const control = registry.controls.get(key);
  if (control === undefined) return undefined;
  const then = placed?.[key];
  const company = then === undefined || then === control.company ? companyHolding(control, state) : then;
  return company !== undefined && isOptedOut(companyState(state, company)) ? { control, company } : undefined;
}

/** What a control held before its company was closed is unknown, unless that was seen already: somebody opened the control against the rules. */
export function forgetPrior(state: ContactState, key: ControlKey, registry: Registry): ContactState {
  const holding = companyClosing(key, undefined, state, registry);
  const company = holding && state.companies[holding.company];
  const name = priorKey(key, state.address);
  if (holding === undefined || company === undefined || name in company.prior) return state;
  const prior = { ...company.prior, [name]: null };
  return { ...state, companies: { ...state.companies, [holding.company]: { ...company, prior } } };
}

/**
 * A control that is closed now, though we found it open and wrote nothing, was closed by somebody else meanwhile (HubSpot answered
 * our closing with NO_STATUS_CHANGE): closed is what a lift goes back to. Where another pass of ours may have been quicker, HubSpot's
 * status tells before a lift (R2, `unheardOwnNos`). `address`: keyed hash.
 */
export function closedByOthers(
  state: ContactState,
  { before, after, written, placed }: AppliedEntry,
  address: string | undefined,
  registry: Registry,
): ContactState {
  const companies = { ...state.companies };
  for (const [key, value] of Object.entries(after)) {
    const closing = companyClosing(key, placed, state, registry);
    const company = closing && companies[closing.company];
    if (closing?.control.brand === undefined || company === undefined) continue;
    const isOurs = key in written || before[key] === value || mayBeOfAnotherPass(state.written[key]);
    if (isOurs || value !== closedValue(closing.control.control)) continue;
    companies[closing.company] = { ...company, prior: { ...company.prior, [priorKey(key, address)]: value } };
  }
  return { ...state, companies };
}
