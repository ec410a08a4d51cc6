import { type Context, Hono } from 'hono';
import { type ApiOptions, VERSION } from './account.ts';
import { completed, iso } from './answers.ts';
import { formBody } from './form-body.ts';

/** HubSpot's page size when none is asked for. */
const USUAL_PAGE = 10;

/** What an account was set up with: subscription types, contact properties, forms and published e-mails. */
export function portalInfoRoutes(options: ApiOptions): Hono {
  return new Hono()
    .get(`/communication-preferences/${VERSION}/definitions`, (c) =>
      c.json(completed(definitionsOf(options), options.clock())),
    )
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

function propertiesOf({ properties = [], behaviour }: ApiOptions) {
  return properties.map((name) => ({
    name,
    label: name,
    description: '',
    groupName: 'contactinformation',
    type: 'enumeration',
    fieldType: 'booleancheckbox',
    options: (behaviour.propertyOptions.get(name) ?? []).map((value, displayOrder) => ({
      label: value,
      value,
      displayOrder,
      hidden: false,
    })),
    createdAt: iso(0),
    updatedAt: iso(0),
    archived: false,
    calculated: false,
    hubspotDefined: false,
    modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyValue: false, readOnlyOptions: false },
  }));
}

function emailBody({ id, name, subscription }: ApiOptions['emails'][number]) {
  return {
    id,
    name,
    subject: name,
    type: 'BATCH_EMAIL',
    state: 'PUBLISHED',
    isAb: false,
    isPublished: true,
    isTransactional: false,
    archived: false,
    language: 'de',
    createdAt: iso(0),
    updatedAt: iso(0),
    publishedAt: iso(0),
    publishDate: iso(0),
    from: { fromName: 'twin', replyTo: 'twin@example.com' },
    to: { contactLists: { include: [], exclude: [] }, limitSendFrequency: false, suppressGraymail: true },
    subscriptionDetails: { subscriptionId: String(subscription), subscriptionName: String(subscription) },
  };
}
