import type { HubSpotTime } from '../clocks.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import { controlsOf } from './moved-brand.ts';
import { isNews } from './order.ts';
import { priorKey } from './r6-restore.ts';
import type { Sight } from './sight.ts';
import { type ContactState, companyState, isLiftDue } from './state.ts';

/**
 * What a property held before its company was closed, where no fan-out of ours saw that: before a lift HubSpot's history of the property is
 * asked. Where the history does not tell, the property stays closed (R6).
 */

/** A property whose earlier value is unknown, and the moment of which its value is asked for. */
export type UnknownPrior = { control: PlacedControl; at: HubSpotTime };

/** Properties that a lift would leave closed only because nobody knows what they held before. */
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
      const isKnown = (company.prior[priorKey(control, state.address)] ?? null) !== null;
      return kind === 'property' && newsletter === undefined && !isOwnNo && !isKnown;
    })
    .map((control) => ({ control, at }));
}

/** The state with the earlier values that HubSpot's history shows. */
export function withHistory(state: ContactState, { earlier = {} }: Sight, registry: Registry): ContactState {
  const companies = { ...state.companies };
  for (const [key, company] of Object.entries(state.companies)) {
    const found = unknownIn(key, state, registry).flatMap(({ control }) => {
      const value = earlier[control.key];
      return value === undefined ? [] : [[priorKey(control.key, state.address), value]];
    });
    if (found.length > 0) companies[key] = { ...company, prior: { ...company.prior, ...Object.fromEntries(found) } };
  }
  return { ...state, companies };
}
