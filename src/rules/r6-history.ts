import type { HubSpotTime } from '../clocks.ts';
import { type ControlValue, closedValue } from '../registry/control.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import { controlsOf } from './moved-brand.ts';
import { isNews } from './order.ts';
import { priorKey } from './r6-restore.ts';
import type { Sight } from './sight.ts';
import { type CompanyState, type ContactState, companyState, isLiftDue, type Written } from './state.ts';

/**
 * What a property held before its company was closed, and whether anybody closed the property since: before a lift HubSpot's history of the property
 * is asked. Where the history does not tell what no fan-out of ours saw, the property stays closed (R6).
 */

/**
 * A property that a lift may open, and the moment of which its value is asked for. `found`: what the fan-out found, if it saw that. `ours`: our own
 * time around each of our closings, also of those of which nobody knows whether they landed.
 */
export type AskedPrior = {
  control: PlacedControl;
  at: HubSpotTime;
  found: ControlValue | undefined;
  ours: readonly Pick<Written, 'from' | 'until'>[];
};

/**
 * Properties that a lift may open: nobody knows what they held before, or the fan-out found them open, and somebody may have closed them since. What
 * passed for the echo of a closing of ours may have been the person's own "no" (R2), and the webhook of a "no" may have been lost.
 */
export function askedPriors(state: ContactState, registry: Registry): AskedPrior[] {
  return Object.keys(state.companies).flatMap((company) => askedIn(company, state, registry));
}

function askedIn(key: string, state: ContactState, registry: Registry): AskedPrior[] {
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
    .map((control) => ({ control, at, found: foundBy(control, company, state), ours: ourClosings(control, state) }))
    .filter(({ control: { control }, found }) => found !== closedValue(control));
}

/** What the fan-out found; undefined where nobody saw that. */
function foundBy({ key }: PlacedControl, { prior }: CompanyState, { address }: ContactState): ControlValue | undefined {
  return prior[priorKey(key, address)] ?? undefined;
}

function ourClosings({ key }: PlacedControl, { written }: ContactState): AskedPrior['ours'] {
  return (written[key]?.closed ?? []).map(({ from, until }) => ({ from, until }));
}

/** Whether a closing of ours that was never confirmed may have hidden the person's own. */
function mayBeEcho({ key }: PlacedControl, { written }: ContactState): boolean {
  return written[key]?.closed?.some(({ planned }) => planned) === true;
}

/**
 * The state with the earlier values that HubSpot's history shows. A property that somebody else may have closed stays closed; where HubSpot tells no
 * history, so does one of which the ledger cannot tell.
 */
export function withHistory(state: ContactState, { earlier }: Sight, registry: Registry): ContactState {
  const companies = { ...state.companies };
  for (const [key, company] of Object.entries(state.companies)) {
    const changed = askedIn(key, state, registry).flatMap(({ control, found }) => {
      const value = earlier?.[control.key];
      const isOpen = found !== undefined && earlier === undefined && !mayBeEcho(control, state);
      if (isOpen || value === found) return [];
      return [[priorKey(control.key, state.address), value ?? null] as const];
    });
    if (changed.length > 0)
      companies[key] = { ...company, prior: { ...company.prior, ...Object.fromEntries(changed) } };
  }
  return { ...state, companies };
}
