import { Hono } from 'hono';
import { type ApiOptions, VERSION } from './account.ts';
import { iso } from './answers.ts';

/** What an account was set up with: subscription types, contact properties, forms and published e-mails. */
export function portalInfoRoutes(options: ApiOptions): Hono {
  return new Hono()
    .get(`/communication-preferences/${VERSION}/definitions`, (c) => c.json({ results: definitionsOf(options) }))
    .get(`/crm/properties/${VERSION}/contacts`, (c) => c.json({ results: propertiesOf(options) }))
    .get(`/marketing/forms/${VERSION}-beta`, (c) => c.json({ results: options.forms.map(formBody) }))
    .get(`/marketing/emails/${VERSION}`, (c) => c.json({ results: options.emails.map(emailBody) }));
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
    type: 'enumeration',
    options: (behaviour.propertyOptions.get(name) ?? []).map((value) => ({ label: value, value })),
    modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyValue: false },
  }));
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
