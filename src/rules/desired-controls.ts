import type { ControlKey } from '../registry/control.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import { closed, type Desired } from './desired.ts';
import { controlsOf, openedByName } from './moved-brand.ts';
import { lifted } from './r6-restore.ts';
import { type ContactState, companyState, isLiftDue, isOptedOut } from './state.ts';

/** The desired state of every control on which the ledger has a say; all others stay as they are. */
export function desiredControls(state: ContactState, registry: Registry): Map<ControlKey, Desired> {
  const desired = new Map<ControlKey, Desired>();
  for (const company of new Set([...registry.companies.keys(), ...Object.keys(state.companies)])) {
    for (const control of controlsOf(company, state, registry)) {
      const wish = wishOf(company, control, state);
      // A brand that moved may be a matter of two companies: closed is stricter.
      if (wish !== undefined && desired.get(control.key)?.to !== 'closed') desired.set(control.key, wish);
    }
  }
  return desired;
}

function wishOf(key: string, control: PlacedControl, state: ContactState): Desired | undefined {
  const company = companyState(state, key);
  if (!isOptedOut(company)) return isLiftDue(company) ? lifted(state, company, control) : undefined;
  const opened = openedByName(company, control, state);
  return opened === 'unnamed' ? closed(company, control) : opened;
}
