import { type HubSpotTime, latest } from '../clocks.ts';
import { openValue } from '../registry/control.ts';
import type { PlacedControl, RegisteredForm, Registry } from '../registry/registry.ts';
import type { Desired } from './desired.ts';
import { noWins } from './order.ts';
import { names, priorKey } from './r6-restore.ts';
import { type CompanyState, type ContactState, closedFrom, companyState, isOptedOut, type Return } from './state.ts';

/**
 * A brand that moved to another company stays closed for everybody who had opted out of the former one while the brand was that one's:
 * what became of the company is no word of the person's. A return to the former company restores the brand; so does a form of the
 * present one that names the brand (docs/decisions/0080-registry-changes.md).
 */

/** The controls on which a company's opt-out has a say: the company's own, and those of brands that were its own. */
export function controlsOf(company: string, state: ContactState, registry: Registry): PlacedControl[] {
  const present = registry.companies.get(company)?.controls ?? [];
  return [...present, ...movedAway(company, state, registry)];
}

/** The company whose standing opt-out holds a control closed: the control's own, or one that it belonged to. */
export function companyHolding(control: PlacedControl, state: ContactState): string | undefined {
  if (isOptedOut(companyState(state, control.company))) return control.company;
  return Object.keys(state.companies).find((company) => holds(company, control, state));
}

/** The newest opt-out of a former company that holds a brand closed which a form names; undefined: none does. */
export function heldOfNamed(form: RegisteredForm, state: ContactState, registry: Registry): HubSpotTime | undefined {
  const controls = (registry.companies.get(form.company)?.controls ?? []).filter(
    (control) => control.brand !== undefined && names(form, control),
  );
  const former = Object.keys(state.companies).filter((company) =>
    controls.some((control) => holds(company, control, state)),
  );
  return latest(former.map((company) => companyState(state, company).optOut?.at));
}

/**
 * What a form of the present company demands of a brand that a former company's opt-out holds closed: what the fan-out closed is
 * opened. 'unnamed': no such form names the brand.
 */
export function openedByName(
  former: CompanyState,
  control: PlacedControl,
  state: ContactState,
): Desired | 'unnamed' | undefined {
  const naming = namedSince(former, control, state);
  if (naming === undefined) return 'unnamed';
  const { closed: closings, open: openings } = state.written[control.key] ?? {};
  const closing = closings?.at(-1);
  const opening = openings?.at(-1);
  const isClosedByUs = closing !== undefined && (opening === undefined || opening.at < closing.at);
  if (!isClosedByUs || noWins(closing.at, naming.at)) return undefined;
  return { to: 'subscribed', control, value: openValue(control.control), by: naming };
}

/** The owner's form of the brand's present company that names the brand, later than the former company's opt-out. */
function namedSince(former: CompanyState, control: PlacedControl, state: ContactState): Return | undefined {
  return companyState(state, control.company).returns.find(
    (back) => names(back, control) && !noWins(former.optOut?.at, back.at) && !noWins(state.ownNo[control.key], back.at),
  );
}

function holds(former: string, control: PlacedControl, state: ContactState): boolean {
  const company = companyState(state, former);
  const isHeld = isOptedOut(company) && hasMovedAway(control, former, state);
  return isHeld && namedSince(company, control, state) === undefined;
}

function movedAway(company: string, state: ContactState, registry: Registry): PlacedControl[] {
  return [...registry.controls.values()].filter((control) => hasMovedAway(control, company, state));
}

/** By the ledger, which knows what the company's fan-out found; by the registry, where this ledger knows nothing of the brand. */
function hasMovedAway(
  { key, company: present, formerly = [] }: PlacedControl,
  company: string,
  state: ContactState,
): boolean {
  const former = companyState(state, company);
  const since = closedFrom(former);
  if (present === company || since === undefined) return false;
  const isKnown = priorKey(key, state.address) in former.prior;
  return isKnown || formerly.some((place) => place.company === company && since < place.until);
}
