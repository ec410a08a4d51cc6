import { type ControlKey, closedValue } from '../registry/control.ts';
import {
  ADDRESS_PROPERTIES,
  type PlacedControl,
  PORTAL_WIDE,
  PORTAL_WIDE_PROPERTY,
  type Registry,
} from '../registry/registry.ts';
import { type ContactState, companyState, isLiftDue, isOptedOut } from './state.ts';

/** Everything an audit can find, in the order in which an operator wants to see it. */
export const FINDINGS = [
  'opt-out-unheard',
  'opt-out-of-address',
  'open-under-opt-out',
  'lift-unapplied',
  'protected-closed',
] as const;

/**
 * - `opt-out-unheard`: HubSpot holds a company's (or the portal-wide) opt-out that no webhook ever told.
 * - `opt-out-of-address`: an address of the contact was opted out as another contact, or the contact's own opt-out has not
 *   reached one of its addresses (R8); a creation, a merge or a new address was never told.
 * - `open-under-opt-out`: a control is open although the ledger says that its company was opted out of.
 * - `lift-unapplied`: the owner came back, and HubSpot does not hold it yet.
 * - `protected-closed`: somebody closed buyer service mail; reported, never written.
 */
export type FindingKind = (typeof FINDINGS)[number];
/** `control`: a control's key, or `portal-wide`. */
export type Finding = { kind: FindingKind; contact: string; control: ControlKey | typeof PORTAL_WIDE };

/** The contact property that shows whether a control is closed, without asking for the address's statuses. */
function shownBy({ control }: PlacedControl): string {
  return control.kind === 'subscription' ? `hs_email_optout_${control.id}` : control.name;
}

/** The contact properties that an audit reads. */
export function auditedProperties(registry: Registry): string[] {
  return [
    PORTAL_WIDE_PROPERTY,
    ...ADDRESS_PROPERTIES,
    ...[...registry.controls.values()].map(shownBy),
    ...[...registry.protectedControls].map(propertyOfProtected),
  ];
}

/** Whether HubSpot's "unsubscribed from all" is set; its time then has to be read as well. */
export function isPortalWide(properties: Readonly<Record<string, string>>): boolean {
  return properties[PORTAL_WIDE_PROPERTY] === 'true';
}

/**
 * Compares what a contact's properties show with what its ledger demands. Pure; `now` and `portalWideAt` in ms.
 * Where HubSpot tells no time of a portal-wide opt-out, an owner's return counts as newer: while the flag stands HubSpot
 * itself sends nothing.
 */
export function findDrift(
  contact: string,
  properties: Readonly<Record<string, string>>,
  state: ContactState,
  registry: Registry,
  now: number,
  portalWideAt = 0,
): Finding[] {
  const findings: Finding[] = [];
  const find = (kind: FindingKind, control: string) => findings.push({ kind, contact, control });
  const isClosed = (placed: PlacedControl) => shownClosed(placed, properties);
  let portalWideUnheard = false;

  for (const [key, { own, controls }] of registry.companies) {
    const company = companyState(state, key);
    if (isOptedOut(company)) {
      for (const placed of controls) {
        const waits = (company.grace[placed.key]?.until ?? 0) > now;
        if (!isClosed(placed) && !waits) find('open-under-opt-out', placed.key);
      }
      continue;
    }
    const newest = Math.max(0, ...company.returns.map(({ at }) => at));
    if (isPortalWide(properties) && (company.optOut === undefined || portalWideAt >= newest)) portalWideUnheard = true;
    else if (isLiftDue(company)) find('lift-unapplied', own.key);
    else if (isClosed(own)) find('opt-out-unheard', own.key);
  }
  if (portalWideUnheard) find('opt-out-unheard', PORTAL_WIDE);
  for (const key of registry.protectedControls) {
    if (properties[propertyOfProtected(key)] === 'true') find('protected-closed', key);
  }
  return findings;
}

function propertyOfProtected(key: ControlKey): string {
  const [kind = '', name = ''] = key.split(/:(.*)/s);
  return kind === 'subscription' ? `hs_email_optout_${name}` : name;
}

/** The controls that repairing a contact's findings closes, as `company/brand` (the company's own type: `company`). */
export function closingsOf(
  findings: readonly Finding[],
  properties: Readonly<Record<string, string>>,
  registry: Registry,
): string[] {
  const place = ({ company, brand }: PlacedControl) => (brand === undefined ? company : `${company}/${brand}`);
  const open = (company: string) =>
    (registry.companies.get(company)?.controls ?? []).filter((placed) => !shownClosed(placed, properties));
  return findings.flatMap(({ kind, control }) => {
    if (kind === 'open-under-opt-out')
      return [registry.controls.get(control)].flatMap((one) => (one ? [place(one)] : []));
    if (kind !== 'opt-out-unheard' && kind !== 'opt-out-of-address') return [];
    const company = registry.controls.get(control)?.company;
    const companies = control === PORTAL_WIDE ? [...registry.companies.keys()] : company === undefined ? [] : [company];
    return companies.flatMap(open).map(place);
  });
}

function shownClosed(placed: PlacedControl, properties: Readonly<Record<string, string>>): boolean {
  const shown = properties[shownBy(placed)];
  return shown === (placed.control.kind === 'subscription' ? 'true' : closedValue(placed.control));
}
