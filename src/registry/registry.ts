import { type HubSpotTime, hubspotTime } from '../clocks.ts';
import {
  type ControlKey,
  controlKey,
  formerKeys,
  propertyKey,
  subscriptionKey,
  watchedProperty,
  watchedPropertyOf,
} from './control.ts';
import { milliseconds } from './duration.ts';
import type { Control, RegistryFile } from './schema.ts';

/** HubSpot's "unsubscribed from all", which stands above every company. */
export const PORTAL_WIDE = 'portal-wide';
/** Contact properties of HubSpot's own that are always watched. */
export const PORTAL_WIDE_PROPERTY = 'hs_email_optout';
/** What that property holds while a contact is "unsubscribed from all". */
export const PORTAL_WIDE_SET = { property: PORTAL_WIDE_PROPERTY, values: ['true'] } as const;
/** Shows the owner's click on the link of a confirmation mail (R7). */
export const CONFIRMATION_PROPERTY = 'hs_emailconfirmationstatus';
/** A contact's addresses: the opt-out belongs to each of them (R8). */
export const ADDRESS_PROPERTIES = ['email', 'hs_additional_emails'] as const;

/** A company that a brand belonged to until a moment. */
export type FormerPlace = { company: string; until: HubSpotTime };

/**
 * A control and its place: no brand for the company's own type, no newsletter for a whole brand's control. `formerly`: the companies
 * that the brand belonged to before.
 */
export type PlacedControl = {
  key: ControlKey;
  control: Control;
  company: string;
  brand?: string;
  newsletter?: string;
  formerly?: readonly FormerPlace[];
};

/** Names of earlier registries, and what stands for them now (docs/decisions/0080-registry-changes.md). */
export type FormerNames = {
  /** By the former key of a company; `until`: the day from which a return to the company of today ends the former one's opt-out, too. */
  companies: ReadonlyMap<string, { company: string; until?: HubSpotTime }>;
  controls: ReadonlyMap<ControlKey, ControlKey>;
};

/** `formerly`: the companies that the form's brand belonged to before; the form went with the brand. */
export type RegisteredForm = RegistryFile['forms'][number] & { formerly?: readonly FormerPlace[] };

export type Policy = {
  reOptInGraceMs: number;
  confirmationTimeoutMs: number;
  echoWindowMs: number;
  formSources: string[];
  acceptSelfService: boolean;
  ownerConfirmationSources: string[];
  confirmedValues: string[];
  /** Undefined: by whether the form demands double opt-in. */
  unverifiedSubmissions?: 'refuse' | 'accept' | undefined;
  submissionsMayLagMs: number;
  recoverReturns: boolean;
};

/** The registry, arranged for looking up. */
export type Registry = {
  portal: number;
  policy: Policy;
  companies: ReadonlyMap<string, { name: string; own: PlacedControl; controls: readonly PlacedControl[] }>;
  controls: ReadonlyMap<ControlKey, PlacedControl>;
  /** What a change of this contact property is about. */
  watched: ReadonlyMap<string, PlacedControl | typeof PORTAL_WIDE>;
  forms: ReadonlyMap<string, RegisteredForm>;
  protectedControls: ReadonlySet<ControlKey>;
  former: FormerNames;
  /** The test contact whose daily opt-out must come back as a webhook. */
  canary?: { contact: string; subscription: number };
};

export function arrangeRegistry(file: RegistryFile): Registry {
  const former = formerCompanies(file);
  const companies = new Map(
    Object.entries(file.companies).map(([key, company]) => {
      const controls = placedControls(key, company, former);
      return [key, { name: company.name, own: controls[0], controls }] as const;
    }),
  );
  const controls = [...companies.values()].flatMap((company) => company.controls);
  return {
    portal: file.portal,
    policy: {
      ...file.policy,
      reOptInGraceMs: milliseconds(file.policy.reOptInGrace),
      confirmationTimeoutMs: milliseconds(file.policy.confirmationTimeout),
      submissionsMayLagMs: milliseconds(file.policy.submissionsMayLag),
      echoWindowMs: milliseconds(file.policy.echoWindow),
    },
    companies,
    controls: new Map(controls.map((placed) => [placed.key, placed])),
    watched: watchedProperties(file, controls),
    forms: new Map(file.forms.map((form) => [form.id, placedForm(form, file, former)])),
    protectedControls: new Set([
      ...file.protected.subscriptions.map(({ id }) => subscriptionKey(id)),
      ...file.protected.properties.map(propertyKey),
    ]),
    former: { companies: former, controls: formerControls(controls) },
    ...(file.canary !== undefined && { canary: file.canary }),
  };
}

type CompanyInFile = RegistryFile['companies'][string];
type BrandInFile = CompanyInFile['brands'][string];

/** A company's controls, its own type first. */
function placedControls(
  company: string,
  { subscription, brands }: CompanyInFile,
  former: FormerNames['companies'],
): [PlacedControl, ...PlacedControl[]] {
  const { property: _, ...type } = subscription;
  const own = placed({ kind: 'subscription', ...type }, { company });
  const ofBrands = Object.entries(brands).flatMap(([brand, { controls, newsletters, formerly }]) => {
    const before = formerPlaces(formerly, former);
    const place = { company, brand, ...(before.length > 0 && { formerly: before }) };
    return [
      ...controls.map((control) => placed(control, place)),
      ...newsletters.map(({ key: newsletter, ...control }) => placed(control, { ...place, newsletter })),
    ];
  });
  return [own, ...ofBrands];
}

function formerPlaces(told: BrandInFile['formerly'] = [], former: FormerNames['companies']): FormerPlace[] {
  return told.map(({ company, until }) => ({
    company: former.get(company)?.company ?? company,
    until: startOf(until),
  }));
}

function placedForm(
  form: RegistryFile['forms'][number],
  { companies }: RegistryFile,
  former: FormerNames['companies'],
): RegisteredForm {
  const told = companies[form.company]?.brands[form.brand ?? '']?.formerly;
  const formerly = formerPlaces(told, former);
  return { ...form, ...(formerly.length > 0 && { formerly }) };
}

const placed = (control: Control, place: Omit<PlacedControl, 'key' | 'control'>): PlacedControl => ({
  key: controlKey(control),
  control,
  ...place,
});

const startOf = (day: string) => hubspotTime(Date.parse(day));

/** Properties of controls that have another one's place by now are watched on: what is told late counts. */
function watchedProperties(file: RegistryFile, controls: readonly PlacedControl[]): Registry['watched'] {
  const watched = new Map<string, PlacedControl | typeof PORTAL_WIDE>([[PORTAL_WIDE_PROPERTY, PORTAL_WIDE]]);
  for (const one of controls) {
    for (const key of formerKeys(one.control)) watched.set(watchedPropertyOf(key), one);
  }
  for (const one of controls) {
    const copied = one.brand === undefined ? file.companies[one.company]?.subscription.property : undefined;
    watched.set(copied ?? watchedProperty(one.control), one);
  }
  return watched;
}

function formerCompanies({ companies }: RegistryFile): FormerNames['companies'] {
  return new Map(
    Object.entries(companies).flatMap(([company, { formerly = [] }]) =>
      formerly.map(
        ({ key, until }) => [key, { company, ...(until !== undefined && { until: startOf(until) }) }] as const,
      ),
    ),
  );
}

function formerControls(controls: readonly PlacedControl[]): FormerNames['controls'] {
  return new Map(controls.flatMap(({ key, control }) => formerKeys(control).map((old) => [old, key] as const)));
}

/** A company's entry; a key that came from the registry itself is always there. */
export function companyOf(registry: Registry, company: string) {
  const found = registry.companies.get(company);
  if (found === undefined) throw new RangeError(`company ${company} is not in the registry`);
  return found;
}

/** The control that a control of an old registry is in a new one; undefined: none. */
export function controlIn(key: ControlKey, to: Registry): PlacedControl | undefined {
  return to.controls.get(to.former.controls.get(key) ?? key);
}
