import type { HubSpotTime, OurTime } from '../clocks.ts';
import type { ControlValue } from '../registry/control.ts';
import type { PlacedControl } from '../registry/registry.ts';
import type { CompanyState, Return } from './state.ts';

/** What a control must hold: closed (R1), or on a return a value to go back to (R6) or to be subscribed to. */
export type Desired =
  /** `notBefore`: the end of a grace (R5). */
  | { to: 'closed'; control: PlacedControl; optOutAt: HubSpotTime; notBefore?: OurTime }
  /** `exactly`: what is more open than the value is not left so. */
  | { to: 'restored'; control: PlacedControl; value: ControlValue; by: Return; exactly?: true }
  | { to: 'subscribed'; control: PlacedControl; value: ControlValue; by: Return };

/** What R1 demands of a control of a company whose opt-out stands. While a grace runs (R5), not before the grace ends. */
export function closed({ optOut, grace }: CompanyState, control: PlacedControl): Desired | undefined {
  if (optOut === undefined) return undefined;
  const notBefore = grace[control.key]?.until;
  return { to: 'closed', control, optOutAt: optOut.at, ...(notBefore !== undefined && { notBefore }) };
}
