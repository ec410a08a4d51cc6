import { type ControlKey, controlKey, propertyKey, subscriptionKey, watchedProperty } from './control.ts';
import { milliseconds } from './duration.ts';
import type { Control, RegistryFile } from './schema.ts';

/** HubSpot's "unsubscribed from all", which stands above every company. */
export const PORTAL_WIDE = 'portal-wide';
/** Contact properties of HubSpot's own that are always watched. */
export const PORTAL_WIDE_PROPERTY = 'hs_email_optout';
export const CONFIRMATION_PROPERTY = 'hs_emailconfirmationstatus';
/** A contact's addresses: the opt-out belongs to each of them (R8). */
export const ADDRESS_PROPERTIES = ['email', 'hs_additional_emails'] as const;

/** A control and its place: no brand for the company's own type, no newsletter for a whole brand's control. */
export type PlacedControl = { key: ControlKey; control: Control; company: string; brand?: string; newsletter?: string };

export type RegisteredForm = RegistryFile['forms'][number];

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
  /** The test contact whose daily opt-out must come back as a webhook. */
  canary?: { contact: string; subscription: number };
};

export function arrangeRegistry(file: RegistryFile): Registry {
  const companies = new Map<string, { name: string; own: PlacedControl; controls: PlacedControl[] }>();
  const watched = new Map<string, PlacedControl | typeof PORTAL_WIDE>([[PORTAL_WIDE_PROPERTY, PORTAL_WIDE]]);

  for (const [company, { name, subscription, brands }] of Object.entries(file.companies)) {
    const ownControl: Control = { kind: 'subscription', id: subscription.id };
    const own: PlacedControl = { key: controlKey(ownControl), control: ownControl, company };
    watched.set(subscription.property ?? watchedProperty(ownControl), own);
    const controls = [own];
    for (const [brand, { controls: ofBrand, newsletters }] of Object.entries(brands)) {
      for (const control of ofBrand) controls.push({ key: controlKey(control), control, company, brand });
      for (const { key: newsletter, ...control } of newsletters) {
        controls.push({ key: controlKey(control), control, company, brand, newsletter });
      }
    }
    for (const placed of controls.slice(1)) watched.set(watchedProperty(placed.control), placed);
    companies.set(company, { name, own, controls });
  }
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
    controls: new Map(
      [...companies.values()].flatMap(({ controls }) => controls).map((placed) => [placed.key, placed]),
    ),
    watched,
    forms: new Map(file.forms.map((form) => [form.id, form])),
    protectedControls: new Set([
      ...file.protected.subscriptions.map(({ id }) => subscriptionKey(id)),
      ...file.protected.properties.map(propertyKey),
    ]),
    ...(file.canary !== undefined && { canary: file.canary }),
  };
}

/** A company's entry; a key that came from the registry itself is always there. */
export function companyOf(registry: Registry, company: string) {
  const found = registry.companies.get(company);
  if (found === undefined) throw new RangeError(`company ${company} is not in the registry`);
  return found;
}
