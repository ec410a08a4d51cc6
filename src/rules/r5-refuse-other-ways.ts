import { iso, type OurTime, shifted } from '../clocks.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import type { ControlSignal } from '../signals/signal.ts';
import type { Case, Clause } from './clause.ts';
import { type Change, type Decision, ignored, recorded } from './decision.ts';
import { companyHolding } from './moved-brand.ts';
import { noWins } from './order.ts';
import { lastTime } from './r5-repeated.ts';
import { type CompanyState, type ContactState, companyState, isOptedOut } from './state.ts';

/**
 * R5: any other way back than R4 is refused: the controls are closed again, and the ledger records who tried, when and by what.
 * R5 never asks who did it; R5 asks for the form submission.
 */

/** `holder`: the company whose opt-out holds the control; the control's own where none does. */
type Place = { placed: PlacedControl; holder: string; company: CompanyState };

/** Where the opened control stands. `decide` asks only about registered controls here. */
function placeOf({ state, signal, facts: { registry } }: Case<ControlSignal>): Place | undefined {
  const placed = registry.controls.get(signal.control);
  if (placed === undefined) return undefined;
  const holder = companyHolding(placed, state) ?? placed.company;
  return { placed, holder, company: companyState(state, holder) };
}

/** Without a standing opt-out anybody may open a control. */
export const nothingStands: Clause<ControlSignal> = (given) => {
  const place = placeOf(given);
  return place !== undefined && isOptedOut(place.company) ? undefined : ignored('already-so');
};

/** R9: an opening that is not later than the opt-out says nothing. HubSpot may hold something open all the same: it is compared. */
export const openedNoLater: Clause<ControlSignal> = (given) => {
  if (!noWins(placeOf(given)?.company.optOut?.at, given.signal.occurredAt)) return undefined;
  const reason = 'not later than the standing opt-out: the "no" wins';
  return recorded({ rule: 'R9', outcome: 'stale', reason, changes: [] });
};

/** Where the owner may have done this (R4's self service, R7's confirmation), convergence looks at the source of the status. */
export const ownerMayHave: Clause<ControlSignal> = (given) => {
  const { acceptSelfService, ownerConfirmationSources } = given.facts.registry.policy;
  const place = placeOf(given);
  if (place === undefined || place.placed.brand !== undefined) return undefined;
  const mayConfirm = place.company.awaiting.length > 0 && ownerConfirmationSources.length > 0;
  if (!acceptSelfService && !mayConfirm) return undefined;
  const reason = 'the source of the new status decides whether the owner did this';
  return recorded({ rule: 'R5', outcome: 'noted', reason, changes: [] });
};

/** An opt-in that HubSpot ascribes to a form may come before its form-submission event: the opt-in gets a grace. */
export const waitsForForm: Clause<ControlSignal> = (given) => {
  const { signal, facts } = given;
  const { policy } = facts.registry;
  const place = placeOf(given);
  if (place === undefined || !policy.formSources.includes(signal.source.change ?? '')) return undefined;
  const { key } = place.placed;
  const running = place.company.grace[key];
  if (running !== undefined && running.until > facts.now) return ignored('already-so');
  // A sync that repeats would else keep the control open for ever, one grace after the other.
  if (place.company.graced?.includes(key)) return undefined;
  const until = shifted(facts.now, policy.reOptInGraceMs);
  const { occurredAt: at, source } = signal;
  const change: Change = { type: 'grace', company: place.holder, control: key, at, until, source };
  const reason = `HubSpot ascribes it to a form; its submission event may come until ${iso(until)}`;
  return recorded({ rule: 'R5', outcome: 'awaiting-form', reason, changes: [change] });
};

export const refuse: Clause<ControlSignal> = (given) => {
  const place = placeOf(given);
  if (place === undefined) return undefined;
  const name = given.facts.registry.companies.get(place.holder)?.name ?? place.holder;
  const before = lastTime(given.state, given.signal);
  const { key } = place.placed;
  const reason =
    before === undefined
      ? `the opt-out of ${name} stands and no form submission of the owner came; ${key} is closed again`
      : `the opt-out of ${name} stands and no form submission of the owner came; ${key} is closed again; closed ${before.closings} times since ${iso(before.since)}`;
  return recorded({ rule: 'R5', outcome: 'refused', reason, changes: [] });
};

/** The end of "unsubscribed from all" is nobody's return to a company: each stays as its own type and the ledger say. */
export const portalWideEnded: Clause<ControlSignal> = ({ state, facts }) => {
  const standing = [...facts.registry.companies.keys()].filter((key) => isOptedOut(companyState(state, key)));
  if (standing.length === 0) return ignored('already-so');
  const reason = `"unsubscribed from all" was lifted; the opt-out of ${standing.join(', ')} stands`;
  return recorded({ rule: 'R5', outcome: 'noted', reason, changes: [] });
};

/** The graces of a company that have ended without a form submission. */
export function endedGraces(company: string, state: ContactState, registry: Registry, now: OurTime): Decision[] {
  const current = companyState(state, company);
  if (!isOptedOut(current)) return [];
  const name = registry.companies.get(company)?.name ?? company;
  return Object.entries(current.grace)
    .filter(([, { until }]) => until <= now)
    .map(([control, { source }]): Decision => {
      const who = [source.change, source.id].filter(Boolean).join(' ') || 'unknown source';
      const reason = `no form submission followed the opt-in to ${name} by ${who}; ${control} is closed again`;
      return { rule: 'R5', outcome: 'refused', reason, changes: [{ type: 'grace-expired', company, control }] };
    });
}
