import type { HubSpotTime, OurTime } from '../clocks.ts';
import { closedValue } from '../registry/control.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import { controlsOf } from './moved-brand.ts';
import { isNews } from './order.ts';
import { priorKey } from './r6-restore.ts';
import type { Sight } from './sight.ts';
import { type CompanyState, type ContactState, companyState, isLiftDue } from './state.ts';

/**
 * What a property held before its company was closed, where no fan-out of ours saw that: before a lift HubSpot's history of the property is
 * asked. Where the history does not tell, the property stays closed (R6).
 */

/**
 * A property whose earlier value is unknown, and the moment of which its value is asked for. `ours`: our own time around each of our closings,
 * also of those of which nobody knows whether they landed.
 */
export type UnknownPrior = {
  control: PlacedControl;
  at: HubSpotTime;
  ours: readonly { from: OurTime; until: OurTime }[];
};

/**
 * Properties of which nobody knows what they held before, or whose closing we planned and HubSpot never confirmed: what passed for the echo of
 * such a closing may have been the person's own "no" (R2).
 */
export function unknownPriors(state: ContactState, registry: Registry): UnknownPrior[] {
  return Object.keys(state.companies).flatMap((company) => unknownIn(company, state, registry));
}

function unknownIn(key: string, state: ContactState, registry: Registry): UnknownPrior[] {
  const company = companyState(state, key);
  const at = company.closedSince ?? company.optOut?.at;
  // A lift that was made is not made again: later forms open only what they name.
  const isFirstLift = isLiftDue(company) && company.liftedOptOut !== company.optOut?.at;
  if (at === undefined || !isFirstLift) return [];
  return controlsOf(key, state, registry)
    .filter(({ key: control, control: { kind }, newsletter }) => {
      const ownNo = state.ownNo[control];
      const isOwnNo = ownNo !== undefined && isNews(ownNo, at);
      return kind === 'property' && newsletter === undefined && !isOwnNo;
    })
    .filter((control) => !isKnown(control, company, state) || mayBeEcho(control, company, state))
    .map((control) => ({
      control,
      at,
      ours: (state.written[control.key]?.closed ?? []).map(({ from, until }) => ({ from, until })),
    }));
}

function isKnown({ key }: PlacedControl, { prior }: CompanyState, { address }: ContactState): boolean {
  return (prior[priorKey(key, address)] ?? null) !== null;
}

/** Whether a closing of ours that was never confirmed may have hidden the person's own, on a property that a lift would open. */
function mayBeEcho(
  { key, control }: PlacedControl,
  { prior }: CompanyState,
  { written, address }: ContactState,
): boolean {
  const isPlanned = written[key]?.closed?.some(({ planned }) => planned) === true;
  return isPlanned && prior[priorKey(key, address)] !== closedValue(control);
}

/** The state with the earlier values that HubSpot's history shows. Where the history does not tell, the property stays closed. */
export function withHistory(state: ContactState, { earlier = {} }: Sight, registry: Registry): ContactState {
  const companies = { ...state.companies };
  for (const [key, company] of Object.entries(state.companies)) {
    const found = unknownIn(key, state, registry).flatMap(({ control }) => {
      const value = earlier[control.key];
      // What the fan-out saw stays, unless somebody may have closed the property since.
      if (isKnown(control, company, state) === (value !== undefined)) return [];
      return [[priorKey(control.key, state.address), value ?? null] as const];
    });
    if (found.length > 0) companies[key] = { ...company, prior: { ...company.prior, ...Object.fromEntries(found) } };
  }
  return { ...state, companies };
}
