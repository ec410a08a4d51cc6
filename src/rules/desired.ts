import type { HubSpotTime, OurTime } from '../clocks.ts';
import type { ControlValue } from '../registry/control.ts';
import type { PlacedControl } from '../registry/registry.ts';
import type { Return } from './state.ts';

/** What a control must hold: closed (R1), or on a return a value to go back to (R6) or to be subscribed to. */
export type Desired =
  /** `notBefore`: the end of a grace (R5). */
  | { to: 'closed'; control: PlacedControl; optOutAt: HubSpotTime; notBefore?: OurTime }
  | { to: 'restored'; control: PlacedControl; value: ControlValue; by: Return }
  | { to: 'subscribed'; control: PlacedControl; value: ControlValue; by: Return };
