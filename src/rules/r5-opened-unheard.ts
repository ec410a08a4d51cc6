import { byTime, type HubSpotTime, latest, shifted } from '../clocks.ts';
import { type ControlKey, type ControlValue, isPropertyKey, openValue, UNSEEN } from '../registry/control.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import type { Desired } from './desired.ts';
import { controlsOf } from './moved-brand.ts';
import { noWins } from './order.ts';
import { slowWriteOf } from './own-write.ts';
import { priorKey } from './r6-restore.ts';
import { TOLD_IN_MS, writeThatSet } from './set-by-us.ts';
import { type Sight, statusShowing } from './sight.ts';
import { type CompanyState, type ContactState, closedFrom, companyState } from './state.ts';

/**
 * R5 for openings of which no webhook told in time: somebody opened a control of a company while the company's opt-out stood, and HubSpot shows when.
 * What was opened so is no earlier state (R6), and a lift does not leave the control open.
 */

/** While an opt-out of a company stood for a control: until the owner's first return, if the owner came back. */
export type Stood = { from: HubSpotTime; until: HubSpotTime | undefined };

/** The state with the controls that somebody else opened while their company's opt-out stood, as far as HubSpot shows that. */
export function withOpenedUnheard(state: ContactState, sight: Sight, registry: Registry): ContactState {
  const companies = { ...state.companies };
  for (const [key, company] of Object.entries(state.companies)) {
    const opened = controlsOf(key, state, registry)
      .filter((control) => isOpenedUnheard(control, company, { state, sight, registry }))
      .map((control) => control.key);
    if (opened.length > 0) companies[key] = { ...company, openedUnheard: opened };
  }
  return { ...state, companies };
}

type Seen = { state: ContactState; sight: Sight; registry: Registry };

function isOpenedUnheard(placed: PlacedControl, company: CompanyState, { state, sight, registry }: Seen): boolean {
  const { key, brand, control } = placed;
  const stood = stoodFor(placed, company, state);
  if (brand === undefined || stood === undefined) return false;
  if (control.kind === 'property') return sight.openedSince?.includes(key) === true;
  const status = statusShowing(sight.address, control.id, openValue(control));
  if (status?.at === undefined || !isWithin(status.at, stood)) return false;
  const told = { control: key, to: 'open', occurredAt: status.at } as const;
  const ours = writeThatSet(state, { ...told, status }, registry.policy.echoWindowMs) ?? slowWriteOf(state, told);
  return ours === undefined;
}

/**
 * While a company's opt-out stood for a control; undefined without an opt-out. What was opened before the record held the address, before another
 * record brought the opt-out or the property, or while the brand was another company's, was not opened against this opt-out. A fan-out that closed the control
 * for this very address shows that the opt-out stood for the address before the records became one.
 */
export function stoodFor(
  { key, formerly = [] }: Pick<PlacedControl, 'key' | 'formerly'>,
  company: CompanyState,
  { address, holdings, mergedAt }: Pick<ContactState, 'address' | 'holdings' | 'mergedAt'>,
): Stood | undefined {
  const { optOut, returns, prior } = company;
  if (optOut === undefined) return undefined;
  const heldFrom = holdings.length > 1 ? holdings.at(-1)?.from : undefined;
  const isOfAddress = !isPropertyKey(key) && (optOut.taken !== true || priorKey(key, address) in prior);
  const moments = [closedFrom(company), heldFrom, ...formerly.map(({ until }) => until)];
  const from = latest([...moments, isOfAddress ? undefined : mergedAt]);
  const counting = returns.filter(({ at }) => !noWins(optOut.at, at));
  const [until] = counting.map(({ at, confirmedAt = at }) => confirmedAt).sort(byTime);
  return { from: from ?? optOut.at, until };
}

/** Whether something was surely done while an opt-out stood. */
export function isWithin(at: HubSpotTime, { from, until }: Stood): boolean {
  return at > from && (until === undefined || shifted(at, TOLD_IN_MS) < until);
}

/** What was found of controls. Of one that was opened against the opt-out nobody knows what the control held before (R6). */
export function withoutOpenedUnheard(
  actual: Readonly<Record<ControlKey, ControlValue>>,
  state: ContactState,
  desired: ReadonlyMap<ControlKey, Desired>,
): Record<ControlKey, ControlValue> {
  const opened = Object.keys(state.companies).flatMap((key) => companyState(state, key).openedUnheard ?? []);
  const closed = opened.filter((key) => desired.get(key)?.to === 'closed');
  return { ...actual, ...Object.fromEntries(closed.map((key) => [key, UNSEEN])) };
}
