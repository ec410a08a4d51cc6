import { ADDRESS_PROPERTIES, CONFIRMATION_PROPERTY, type Registry } from '../src/registry/registry.ts';

/** HubSpot's developer platform version that the project files are for. */
export const PLATFORM_VERSION = '2026.09';

/** The editions of Marketing Hub, as far as the scopes of an app differ: only Enterprise can grant the batch scopes. */
export type Edition = 'enterprise' | 'any';

/**
 * Scopes that an installation has to grant; an app with static auth can define no others. `content` shows the published e-mails, `forms` the
 * forms to the audit.
 */
const SCOPES = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'communication_preferences.read_write',
  'forms',
  'content',
];
const BATCH_SCOPES = [
  'communication_preferences.statuses.batch.read',
  'communication_preferences.statuses.batch.write',
];

/**
 * The files of a HubSpot project app, by path, so that `hs project upload` subscribes exactly the properties the rules
 * need. Formats: HubSpot's hubspot-project-components templates and the docs page "configure webhooks".
 * `publicUrl`: base URL of the webhooks, without a trailing slash. `edition`: of the account that installs the app.
 */
export function projectFiles(registry: Registry, publicUrl: string, edition: Edition): Map<string, string> {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const properties = [...registry.watched.keys(), CONFIRMATION_PROPERTY, ...ADDRESS_PROPERTIES].toSorted((a, b) =>
    a < b ? -1 : 1,
  );
  return new Map([
    ['hsproject.json', json({ name: 'widerruf', srcDir: 'src', platformVersion: PLATFORM_VERSION })],
    [
      'src/app/app-hsmeta.json',
      json({
        uid: 'widerruf_app',
        type: 'app',
        config: {
          name: 'Widerruf',
          description: 'Makes a person’s withdrawal of e-mail consent stick',
          distribution: 'private',
          auth: {
            type: 'static',
            requiredScopes: edition === 'enterprise' ? [...SCOPES, ...BATCH_SCOPES] : SCOPES,
            optionalScopes: [],
            conditionallyRequiredScopes: [],
          },
          permittedUrls: { fetch: ['https://api.hubapi.com'], iframe: [], img: [] },
        },
      }),
    ],
    [
      'src/app/webhooks/webhooks-hsmeta.json',
      json({
        uid: 'widerruf_webhooks',
        type: 'webhooks',
        config: {
          settings: { targetUrl: `${publicUrl}/webhooks/hubspot`, maxConcurrentRequests: 10 },
          subscriptions: {
            crmObjects: [
              ...properties.map((propertyName) => ({
                subscriptionType: 'object.propertyChange',
                objectType: 'contact',
                propertyName,
                active: true,
              })),
              ...['creation', 'deletion', 'merge', 'restore'].map((what) => ({
                subscriptionType: `object.${what}`,
                objectType: 'contact',
                active: true,
              })),
            ],
            hubEvents: [{ subscriptionType: 'contact.privacyDeletion', active: true }],
          },
        },
      }),
    ],
  ]);
}
