import type { HubSpotTime } from '../clocks.ts';
import { type ControlValue, closedValue } from '../registry/control.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import { controlsOf } from './moved-brand.ts';
import { isNews } from './order.ts';
import { type Stood, stoodFor } from './r5-opened-unheard.ts';
import { priorKey, withPriors } from './r6-restore.ts';
import type { Sight } from './sight.ts';
import { type CompanyState, type ContactState, closedFrom, companyState, isLiftDue, type Written } from './state.ts';

/**
 * What a property held before its company was closed, and whether anybody closed the property since: before a lift HubSpot's history of the property
 * is asked. Where the history does not tell what no fan-out of ours saw, the property stays closed (R6).
 */

/**
 * A property that a lift may open, and the moment of which its value is asked for. `stood`: while the opt-out stood. `found`: what the fan-out found, if
 * it saw that. `ours`: our own time around each of our writes, also of those of which nobody knows whether they landed.
 */
export type AskedPrior = {
  control: PlacedControl;
  at: HubSpotTime;
  stood: Stood;
  found: ControlValue | undefined;
  ours: Readonly<Record<'closed' | 'open', readonly Pick<Written, 'from' | 'until'>[]>>;
};

/**
 * The properties of a company that a lift is about to restore. Nobody may know what they held before, or somebody may have closed them since: what passed
 * for the echo of a closing of ours may have been the person's own "no" (R2), and the webhook of a "no" may have been lost. And somebody may have
 * opened them against the opt-out (R5), of which no webhook told.
 */
export function askedPriors(state: ContactState, registry: Registry): AskedPrior[] {
  return Object.keys(state.companies).flatMap((company) => askedIn(company, state, registry));
}

function askedIn(key: string, state: ContactState, registry: Registry): AskedPrior[] {
  const company = companyState(state, key);
  const at = closedFrom(company);
  // A lift that was made is not made again: later forms open only what they name.
  const isFirstLift = isLiftDue(company) && company.liftedOptOut !== company.optOut?.at;
  if (at === undefined || !isFirstLift) return [];
  return controlsOf(key, state, registry).flatMap((control) => {
    const stood = stoodFor(control, company, state);
    if (control.control.kind !== 'property' || stood === undefined) return [];
    return [{ control, at, stood, found: foundBy(control, company, state), ours: ourWrites(control, state) }];
  });
}

/** A lift may open the property: no newsletter, nothing that the fan-out found closed, and no "no" of the person's own since. */
function mayBeRestored({ control, at, found }: AskedPrior, { ownNo }: ContactState): boolean {
  const said = ownNo[control.key];
  const isOwnNo = said !== undefined && isNews(said, at);
  return control.newsletter === undefined && found !== closedValue(control.control) && !isOwnNo;
}

/** What the fan-out found; undefined where nobody saw that. */
function foundBy({ key }: PlacedControl, { prior }: CompanyState, { address }: ContactState): ControlValue | undefined {
  return prior[priorKey(key, address)] ?? undefined;
}

function ourWrites({ key }: PlacedControl, { written }: ContactState): AskedPrior['ours'] {
  const spansOf = (writes: readonly Written[] = []) => writes.map(({ from, until }) => ({ from, until }));
  return { closed: spansOf(written[key]?.closed), open: spansOf(written[key]?.open) };
}

/**
 * Whether a closing of ours that was never confirmed may have hidden the person's own. A later one that was confirmed found the property open: nobody
 * had closed the property before.
 */
function mayBeEcho({ key }: PlacedControl, { written }: ContactState): boolean {
  return written[key]?.closed?.at(-1)?.planned === true;
}

/**
 * The state with the earlier values that HubSpot's history shows. A property that somebody else may have closed stays closed; where HubSpot tells no
 * history, so does one of which the ledger cannot tell.
 */
export function withHistory(state: ContactState, { earlier }: Sight, registry: Registry): ContactState {
  return withPriors(state, (key) => {
    const asked = askedIn(key, state, registry).filter((prior) => mayBeRestored(prior, state));
    return asked.flatMap(({ control, found }) => {
      const value = earlier?.[control.key];
      const isOpen = found !== undefined && earlier === undefined && !mayBeEcho(control, state);
      if (isOpen || value === found) return [];
      return [[priorKey(control.key, state.address), value ?? null] as const];
    });
  });
}
