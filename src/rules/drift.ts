import type { HubSpotTime, OurTime } from '../clocks.ts';
import { type ControlKey, closedValue, NEVER_SET, watchedProperty, watchedPropertyOf } from '../registry/control.ts';
import {
  ADDRESS_PROPERTIES,
  CONFIRMATION_PROPERTY,
  companyOf,
  type PlacedControl,
  PORTAL_WIDE,
  PORTAL_WIDE_PROPERTY,
  type Registry,
} from '../registry/registry.ts';
import { type Dossier, foresee } from './next-step.ts';
import { noWins } from './order.ts';
import type { SeenAddress, Sight } from './sight.ts';
import { type ContactState, companyState, isLiftDue, isOptedOut } from './state.ts';

/** Everything an audit can find, in the order in which an operator wants to see it. */
export const FINDINGS = [
  'opt-out-unheard',
  'opt-out-of-address',
  'open-under-opt-out',
  'lift-unapplied',
  'return-unheard',
  'return-proved-late',
  'return-without-effect',
  'protected-closed',
] as const;

/** What only people in HubSpot can mend stays found for as long as they do not: the report lists it, no alarm. */
export const ONLY_REPORTED: readonly string[] = ['protected-closed', 'return-without-effect'];

/**
 * - `opt-out-unheard`: HubSpot holds a company's (or the portal-wide) opt-out that no webhook ever told.
 * - `opt-out-of-address`: an address of the contact was opted out as another contact, or the contact's own opt-out has not
 *   reached one of its addresses (R8); a creation, a merge or a new address was never told.
 * - `open-under-opt-out`: a control is open although the ledger says that its company was opted out of.
 * - `lift-unapplied`: the owner came back, and HubSpot does not hold it yet.
 * - `return-unheard`: HubSpot's list shows a return by form that no workflow told; applied with `policy.recoverReturns` only.
 * - `return-proved-late`: the same, and an event told of it when no opt-out was known, or before the list showed it; or the owner's click on the link of
 *   the confirmation mail was not told (R7); applied.
 * - `return-without-effect`: the owner came back, and still gets no mail: HubSpot refused to open the company's type, "unsubscribed
 *   from all" from before the return stands, or the record has another address since, which no form named. Only a person in HubSpot, or the owner,
 *   can mend that.
 * - `protected-closed`: somebody closed buyer service mail; reported, never written.
 */
export type FindingKind = (typeof FINDINGS)[number];
/** `control`: a control's key, or `portal-wide`. */
export type Finding = { kind: FindingKind; contact: string; control: ControlKey | typeof PORTAL_WIDE };

/** The contact properties that an audit reads: they show whether a control is closed, without asking for statuses. */
export function auditedProperties(registry: Registry): string[] {
  return [
    PORTAL_WIDE_PROPERTY,
    ...ADDRESS_PROPERTIES,
    ...([...registry.forms.values()].some(({ doubleOptIn }) => doubleOptIn) ? [CONFIRMATION_PROPERTY] : []),
    ...[...registry.controls.values()].map(({ control }) => watchedProperty(control)),
    ...[...registry.protectedControls].map(watchedPropertyOf),
  ];
}

/** A contact as the search shows it. `others`: its other addresses, with the statuses that were read of them. */
export type Shown = {
  properties: Readonly<Record<string, string>>;
  others: readonly SeenAddress[];
  /** Since when "unsubscribed from all" is set, where HubSpot tells. */
  portalWideAt?: HubSpotTime;
};

/** Whether HubSpot's "unsubscribed from all" is set; its time then has to be read as well. */
export function isPortalWide(properties: Readonly<Record<string, string>>): boolean {
  return properties[PORTAL_WIDE_PROPERTY] === 'true';
}

/** Compares what a contact's properties show with what its ledger demands. Pure. */
export function findDrift(dossier: Dossier, shown: Shown, registry: Registry, now: OurTime): Finding[] {
  const { contact, state } = dossier;
  const found = (kind: FindingKind) => (control: string) => ({ kind, contact, control });
  const next = foresee(dossier, sightOf(shown, registry), registry, now);
  const { plan, also } = next.do === 'write' ? next : { plan: { writes: [] }, also: [] };
  const portalWide = companiesUnderPortalWideNo(state, shown, registry);

  const open = plan.writes.filter(({ direction }) => direction === 'closed').map(({ control }) => control.key);
  const perCompany = [...registry.companies].flatMap(([key, { own }]): Finding[] => {
    const company = companyState(state, key);
    if (isOptedOut(company) || portalWide.includes(key)) return [];
    if (isLiftDue(company)) return [found('lift-unapplied')(own.key)];
    if (!isShownClosed(own, shown.properties)) return [];
    // Whether somebody closed the type since, only the time of its status tells.
    const isLeft = state.leftClosed?.includes(own.key) === true;
    return [...(isLeft ? [found('return-without-effect')(own.key)] : []), found('opt-out-unheard')(own.key)];
  });
  const closedProtected = [...registry.protectedControls].filter(
    (key) => shown.properties[watchedPropertyOf(key)] === 'true',
  );
  const openElsewhere = new Set(also.map(({ write }) => write.control.key));
  return [
    ...open.map(found('open-under-opt-out')),
    ...perCompany,
    ...(portalWide.length > 0 ? [found('opt-out-unheard')(PORTAL_WIDE)] : []),
    ...(isReturnUnderFlag(state, shown, registry) ? [found('return-without-effect')(PORTAL_WIDE)] : []),
    ...closedProtected.map(found('protected-closed')),
    ...[...openElsewhere].map(found('open-under-opt-out')),
  ];
}

/**
 * The companies for which "unsubscribed from all" is an opt-out that nobody told. Where HubSpot tells no time of it, an owner's
 * return counts as newer: while the flag stands HubSpot itself sends nothing.
 */
function companiesUnderPortalWideNo(state: ContactState, { properties, portalWideAt }: Shown, registry: Registry) {
  if (!isPortalWide(properties)) return [];
  return [...registry.companies.keys()].filter((key) => {
    const company = companyState(state, key);
    if (isOptedOut(company)) return false;
    return company.optOut === undefined || company.returns.every(({ at }) => noWins(portalWideAt, at));
  });
}

/** Whether the owner came back to a company, and the older "unsubscribed from all" still keeps HubSpot from mailing. */
function isReturnUnderFlag(state: ContactState, shown: Shown, registry: Registry): boolean {
  if (!isPortalWide(shown.properties)) return false;
  const unheard = companiesUnderPortalWideNo(state, shown, registry);
  return [...registry.companies.keys()].some((key) => {
    const company = companyState(state, key);
    return !isOptedOut(company) && !isLiftDue(company) && !unheard.includes(key);
  });
}

/** What the properties show, as far as they do: a type is closed or not, at no known time. */
function sightOf({ properties, others }: Shown, registry: Registry): Sight {
  const actual = [...registry.controls.values()].map(({ key, control }) => {
    const value = properties[watchedProperty(control)] ?? '';
    if (control.kind === 'property') return [key, value];
    return [key, value === 'true' ? closedValue(control) : NEVER_SET];
  });
  return { exists: true, others, actual: Object.fromEntries(actual) as Sight['actual'] };
}

/** The controls that repairing a contact's findings closes, as `company/brand` (the company's own type: `company`). */
export function closingsOf(
  findings: readonly Finding[],
  properties: Readonly<Record<string, string>>,
  registry: Registry,
): string[] {
  const open = (company: string) =>
    companyOf(registry, company).controls.filter((placed) => !isShownClosed(placed, properties));
  return findings.flatMap(({ kind, control }) => {
    const placed = registry.controls.get(control);
    if (kind === 'open-under-opt-out') return placed === undefined ? [] : [placeOf(placed)];
    if (kind !== 'opt-out-unheard' && kind !== 'opt-out-of-address') return [];
    const ofOne = placed === undefined ? [] : [placed.company];
    const companies = control === PORTAL_WIDE ? [...registry.companies.keys()] : ofOne;
    return companies.flatMap(open).map(placeOf);
  });
}

function placeOf({ company, brand }: PlacedControl): string {
  return brand === undefined ? company : `${company}/${brand}`;
}

function isShownClosed({ control }: PlacedControl, properties: Readonly<Record<string, string>>): boolean {
  const shown = properties[watchedProperty(control)] ?? '';
  return shown === (control.kind === 'subscription' ? 'true' : closedValue(control));
}
