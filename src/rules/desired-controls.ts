import type { ControlKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import type { Desired } from './desired.ts';
import { closed } from './r1-company-opt-out.ts';
import { lifted } from './r6-restore.ts';
import { type ContactState, companyState, isLiftDue, isOptedOut } from './state.ts';

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
