import * as z from 'zod/mini';
import { successOf } from './batch.ts';
import { API_VERSION, type Send } from './transport.ts';

/** Path of the subscription types (definitions) of communication preferences. */
export const DEFINITIONS = `/communication-preferences/${API_VERSION}/definitions`;

const Definitions = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.string(),
      name: z.optional(z.string()),
      isActive: z.optional(z.boolean()),
      isInternal: z.optional(z.boolean()),
      businessUnitId: z.optional(z.nullable(z.union([z.int(), z.string()]))),
    }),
  ),
});
const Properties = z.looseObject({
  results: z.array(
    z.looseObject({
      name: z.string(),
      type: z.optional(z.string()),
      options: z.nullish(z.array(z.looseObject({ value: z.string() }))),
      modificationMetadata: z.nullish(z.looseObject({ readOnlyValue: z.nullish(z.boolean()) })),
    }),
  ),
});
const Forms = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.string(),
      name: z.optional(z.string()),
      archived: z.optional(z.boolean()),
      isPublished: z.optional(z.boolean()),
      legalConsentOptions: z.optional(
        z.looseObject({
          type: z.optional(z.string()),
          communicationsCheckboxes: z.optional(
            z.array(z.looseObject({ subscriptionTypeId: z.union([z.int(), z.string()]) })),
          ),
          subscriptionTypeIds: z.optional(z.array(z.union([z.int(), z.string()]))),
        }),
      ),
    }),
  ),
  paging: z.optional(z.looseObject({ next: z.optional(z.looseObject({ after: z.string() })) })),
});
const Emails = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.string(),
      name: z.optional(z.string()),
      isPublished: z.optional(z.boolean()),
      subscriptionDetails: z.optional(
        z.nullable(z.looseObject({ subscriptionId: z.optional(z.nullable(z.union([z.int(), z.string()]))) })),
      ),
    }),
  ),
});

/** What a portal has; a part is undefined where the token may not see that part. */
export type PortalInfo = {
  /** `brand`: HubSpot's businessUnitId; 0 is the account's own. */
  types: { id: number; name: string; active: boolean; brand: number }[];
  /** `readOnly`: nobody can write the property's values. */
  properties: { name: string; options: string[]; readOnly?: true }[] | undefined;
  /** `subscriptions`: types that the form's consent is about. `consent`: HubSpot's legalConsentOptions.type. */
  forms: { id: string; name: string; published: boolean; consent: string; subscriptions: number[] }[] | undefined;
  /** Published marketing e-mails, and the type they are sent under. */
  emails: { id: string; name: string; subscription: number }[] | undefined;
};

/**
 * Reads subscription types, contact properties, forms and published e-mails. The paths of forms and e-mails are HubSpot's
 * newest known ones. A part whose path is missing or not allowed stays unseen.
 */
export async function readPortalInfo(send: Send): Promise<PortalInfo> {
  const definitions = successOf(await send({ method: 'GET', path: DEFINITIONS }), Definitions);
  const properties = await seen(send, `/crm/properties/${API_VERSION}/contacts`, Properties);
  const emails = await seen(send, `/marketing/emails/${API_VERSION}?isPublished=true&limit=100`, Emails);
  return {
    types: definitions.results.map(({ id, name = '', isActive, businessUnitId }) => ({
      id: Number(id),
      name,
      active: isActive ?? true,
      brand: Number(businessUnitId ?? 0),
    })),
    properties: properties?.results.map(({ name, options, modificationMetadata }) => ({
      name,
      options: (options ?? []).map(({ value }) => value),
      ...(modificationMetadata?.readOnlyValue && { readOnly: true as const }),
    })),
    forms: await readForms(send),
    emails: emails?.results.flatMap(({ id, name = '', isPublished, subscriptionDetails }) => {
      const subscription = Number(subscriptionDetails?.subscriptionId ?? Number.NaN);
      return isPublished === false || Number.isNaN(subscription) ? [] : [{ id, name, subscription }];
    }),
  };
}

async function readForms(send: Send): Promise<PortalInfo['forms']> {
  const forms: NonNullable<PortalInfo['forms']> = [];
  for (let after = ''; ; ) {
    const page = await seen(send, `/marketing/forms/${API_VERSION}-beta?limit=100${after && `&after=${after}`}`, Forms);
    if (page === undefined) return undefined;
    for (const { id, name = '', legalConsentOptions, ...form } of page.results) {
      const { type = 'none', communicationsCheckboxes = [], subscriptionTypeIds = [] } = legalConsentOptions ?? {};
      const ids = [
        ...communicationsCheckboxes.map(({ subscriptionTypeId }) => subscriptionTypeId),
        ...subscriptionTypeIds,
      ];
      const published = form.isPublished !== false && form.archived !== true;
      forms.push({ id: id.toLowerCase(), name, published, consent: type, subscriptions: ids.map(Number) });
    }
    after = page.paging?.next?.after ?? '';
    if (after === '') return forms;
  }
}

/** The answer, or undefined where the token may not see it or HubSpot has no such path. */
async function seen<T extends z.ZodMiniType>(send: Send, path: string, schema: T): Promise<z.output<T> | undefined> {
  const response = await send({ method: 'GET', path });
  return response.status === 403 || response.status === 404 ? undefined : successOf(response, schema);
}
