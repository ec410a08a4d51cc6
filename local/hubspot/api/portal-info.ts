import { type Context, Hono } from 'hono';
import { type ApiOptions, VERSION } from './account.ts';
import { iso } from './answers.ts';

/** HubSpot's page size when none is asked for. */
const USUAL_PAGE = 10;

/** What an account was set up with: subscription types, contact properties, forms and published e-mails. */
export function portalInfoRoutes(options: ApiOptions): Hono {
  return new Hono()
    .get(`/communication-preferences/${VERSION}/definitions`, (c) => c.json({ results: definitionsOf(options) }))
    .get(`/crm/properties/${VERSION}/contacts`, (c) => c.json({ results: propertiesOf(options) }))
    .get(`/marketing/forms/${VERSION}-beta`, (c) => page(c, options.forms.map(formBody)))
    .get(`/marketing/emails/${VERSION}`, (c) => page(c, options.emails.map(emailBody)));
}

/** A page of a list: as many as are asked for, and where the next page begins. */
function page(c: Context, entries: readonly object[]): Response {
  const from = Number(c.req.query('after') ?? 0);
  const until = from + Number(c.req.query('limit') ?? USUAL_PAGE);
  const next = until < entries.length ? { paging: { next: { after: String(until) } } } : {};
  return c.json({ total: entries.length, results: entries.slice(from, until), ...next });
}

function definitionsOf({ portal }: ApiOptions) {
  return portal.subscriptionTypes.map(({ id, name }) => ({
    id: String(id),
    name,
    description: name,
    purpose: 'Marketing',
    communicationMethod: 'Email',
    isActive: true,
    isDefault: false,
    isInternal: false,
    createdAt: iso(0),
    updatedAt: iso(0),
  }));
}

function propertiesOf({ properties = [] }: ApiOptions) {
  return properties.map((name) => ({ name, type: 'enumeration', options: [] }));
}

function formBody({ id, subscriptions }: ApiOptions['forms'][number]) {
  return {
    id,
    name: `form ${id.slice(-5)}`,
    legalConsentOptions: {
      type: 'explicit_consent_to_process',
      communicationsCheckboxes: subscriptions.map((subscriptionTypeId) => ({
        subscriptionTypeId,
        label: 'yes',
        required: false,
      })),
    },
  };
}

function emailBody({ id, name, subscription }: ApiOptions['emails'][number]) {
  return { id, name, isPublished: true, subscriptionDetails: { subscriptionId: String(subscription) } };
}
