import * as z from 'zod/mini';
import { counted } from '../counted.ts';
import { id, orNothing } from './fields.ts';
import { readAll } from './listing.ts';
import { API_VERSION, type Send } from './transport.ts';
import { type Part, type Unseen, unlessUnseen } from './unseen.ts';

/** Path of the subscription types (definitions) of communication preferences. */
export const DEFINITIONS = `/communication-preferences/${API_VERSION}/definitions`;
const PROPERTIES = `/crm/properties/${API_VERSION}/contacts`;
/** Forms exist only as a beta of this version, which may change or go. */
const FORMS = `/marketing/forms/${API_VERSION}-beta?limit=100`;
const EMAILS = `/marketing/emails/${API_VERSION}?isPublished=true&limit=100`;

/** Of an entry only its name or id is needed to be read; whatever else is missing or odd counts as missing. */
const name = orNothing(z.string());
const Definition = z.looseObject({ id, name, isActive: orNothing(z.boolean()), businessUnitId: orNothing(id) });
const Property = z.looseObject({
  name: z.string(),
  options: orNothing(z.array(z.looseObject({ value: z.string() }))),
  modificationMetadata: orNothing(z.looseObject({ readOnlyValue: orNothing(z.boolean()) })),
});
const Form = z.looseObject({
  id: z.string(),
  name,
  archived: orNothing(z.boolean()),
  isPublished: orNothing(z.boolean()),
  legalConsentOptions: orNothing(
    z.looseObject({
      type: orNothing(z.string()),
      communicationsCheckboxes: orNothing(z.array(z.looseObject({ subscriptionTypeId: id }))),
      subscriptionTypeIds: orNothing(z.array(id)),
    }),
  ),
});
const Email = z.looseObject({
  id: z.pipe(
    z.union([z.string(), z.number()]),
    z.transform((value: number | string) => String(value)),
  ),
  name,
  isPublished: orNothing(z.boolean()),
  subscriptionDetails: orNothing(z.looseObject({ subscriptionId: orNothing(id) })),
});

/** What a portal has; a part that HubSpot does not show is undefined, and `unseen` tells why. */
export type PortalInfo = {
  /** `brand`: HubSpot's businessUnitId; 0 is the account's own. */
  types: { id: number; name: string; active: boolean; brand: number }[] | undefined;
  /** `readOnly`: nobody can write the property's values. */
  properties: { name: string; options: string[]; readOnly?: true }[] | undefined;
  /** `subscriptions`: types that the form's consent is about. `consent`: HubSpot's legalConsentOptions.type. */
  forms: { id: string; name: string; published: boolean; consent: string; subscriptions: number[] }[] | undefined;
  /** Published marketing e-mails, and the type they are sent under. */
  emails: { id: string; name: string; subscription: number }[] | undefined;
  unseen: Unseen[];
};

/**
 * Reads subscription types, contact properties, forms and published e-mails. The paths of forms and e-mails are HubSpot's newest known
 * ones. A part that HubSpot does not show costs no other part. @throws RetryableError when HubSpot as such is in trouble.
 */
export async function readPortalInfo(send: Send): Promise<PortalInfo> {
  const unseen: Unseen[] = [];
  const read = async <T extends z.ZodMiniType>(part: Part, path: string, entry: T) => {
    const outcome = await unlessUnseen(part, () => readAll(send, path, entry));
    if ('unseen' in outcome) {
      unseen.push(outcome.unseen);
      return undefined;
    }
    const { entries, unreadable } = outcome.seen;
    if (unreadable > 0) unseen.push({ part, why: unknownShape(unreadable) });
    // Where no entry can be read nobody knows what the portal has.
    return entries.length === 0 && unreadable > 0 ? undefined : entries;
  };
  const types = await read('types', DEFINITIONS, Definition);
  const properties = await read('properties', PROPERTIES, Property);
  const forms = await read('forms', FORMS, Form);
  const emails = await read('emails', EMAILS, Email);
  return {
    types: types?.map(typeOf),
    properties: properties?.map(propertyOf),
    forms: forms?.map(formOf),
    emails: emails?.flatMap(emailOf),
    unseen,
  };
}

const unknownShape = (count: number) => `${counted(count, 'entry has', 'entries have')} an unknown shape`;

function typeOf({ id: type, name: called = '', isActive, businessUnitId = '0' }: z.output<typeof Definition>) {
  return { id: Number(type), name: called, active: isActive ?? true, brand: Number(businessUnitId) };
}

function propertyOf({ name: called, options, modificationMetadata }: z.output<typeof Property>) {
  return {
    name: called,
    options: (options ?? []).map(({ value }) => value),
    ...(modificationMetadata?.readOnlyValue && { readOnly: true as const }),
  };
}

function formOf({ id: form, name: called = '', legalConsentOptions, ...shown }: z.output<typeof Form>) {
  const { type = 'none', communicationsCheckboxes = [], subscriptionTypeIds = [] } = legalConsentOptions ?? {};
  const ids = [...communicationsCheckboxes.map(({ subscriptionTypeId }) => subscriptionTypeId), ...subscriptionTypeIds];
  const published = shown.isPublished !== false && shown.archived !== true;
  return { id: form.toLowerCase(), name: called, published, consent: type, subscriptions: ids.map(Number) };
}

function emailOf({ id: email, name: called = '', isPublished, subscriptionDetails }: z.output<typeof Email>) {
  const { subscriptionId } = subscriptionDetails ?? {};
  if (isPublished === false || subscriptionId === undefined) return [];
  return [{ id: email, name: called, subscription: Number(subscriptionId) }];
}
