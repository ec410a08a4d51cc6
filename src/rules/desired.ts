import { type ControlKey, type ControlValue, closedValue, openValue } from '../registry/control.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import {
  type CompanyState,
  type ContactState,
  companyState,
  isLiftDue,
  isOptedOut,
  priorKey,
  type Return,
} from './state.ts';

/** What a control must hold: closed, or (on a return) a value to go back to. */
export type Desired =
  | {
      to: 'closed';
      control: PlacedControl;
      optOutAt: number /** not before this time, ms (R5's grace) */;
      notBefore?: number;
    }
  | { to: 'restored'; control: PlacedControl; value: ControlValue; by: Return }
  | { to: 'subscribed'; control: PlacedControl; value: ControlValue; by: Return };

/** The desired state of every control on which the ledger has a say; all others stay as they are. */
export function desiredControls(state: ContactState, registry: Registry): Map<ControlKey, Desired> {
  const desired = new Map<ControlKey, Desired>();
  for (const [key, { controls }] of registry.companies) {
    const company = companyState(state, key);
    for (const control of controls) {
      const wish = isOptedOut(company)
        ? closed(company, control)
        : isLiftDue(company)
          ? lifted(state, company, control)
          : undefined;
      if (wish !== undefined) desired.set(control.key, wish);
    }
  }
  return desired;
}

/** R6: the types of an address (keyed hash) that was never looked at are left as they are; another one's say nothing of them. */
export function restorableAt(
  address: string | undefined,
  desired: ReadonlyMap<ControlKey, Desired>,
  state: ContactState,
): Map<ControlKey, Desired> {
  const isKnown = ({ to, control }: Desired) =>
    to !== 'restored' || control.control.kind === 'property' || address === state.address;
  return new Map([...desired].filter(([, wish]) => isKnown(wish)));
}

/** R1: a company opt-out closes every marketing control of the company. */
function closed(company: CompanyState, control: PlacedControl): Desired {
  const notBefore = company.grace[control.key]?.until;
  const optOutAt = company.optOut?.at ?? 0;
  return { to: 'closed', control, optOutAt, ...(notBefore !== undefined && { notBefore }) };
}

/** R6: a return restores, it does not subscribe. */
function lifted(state: ContactState, company: CompanyState, control: PlacedControl): Desired | undefined {
  const optOutAt = company.optOut?.at ?? 0;
  const returns = company.returns.filter(({ at }) => at > optOutAt);
  const newest = returns.at(-1);
  if (newest === undefined) return undefined;

  const naming = returns.findLast((back) => isNamedBy(back, control));
  if (naming !== undefined) {
    // R9: the person's own "no" to this very control, not older than the form, wins.
    if ((state.ownNo[control.key] ?? -1) >= naming.at) return undefined;
    return { to: 'subscribed', control, value: openValue(control.control), by: naming };
  }
  // The person's own "no" since the fan-out outlives the lift, also when a second opt-out followed it.
  const closedSince = company.closedSince ?? optOutAt;
  if (control.newsletter !== undefined || (state.ownNo[control.key] ?? -1) > closedSince) return undefined;
  const prior = company.prior[priorKey(control.key, state.address)];
  // R6: where the earlier state is unknown, a property opens and a subscription type is left as it is.
  if (prior === null && control.control.kind === 'property') {
    return { to: 'restored', control, value: openValue(control.control), by: newest };
  }
  if (prior === undefined || prior === null || prior === closedValue(control.control)) return undefined;
  return { to: 'restored', control, value: prior, by: newest };
}

function isNamedBy(back: Return, control: PlacedControl): boolean {
  if (control.brand === undefined) return true;
  return control.brand === back.brand && (control.newsletter === undefined || control.newsletter === back.newsletter);
}
