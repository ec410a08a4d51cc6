import type { Registry } from '../src/registry/registry.ts';
import { ADDRESS_PROPERTIES, CONFIRMATION_PROPERTY } from '../src/registry/registry.ts';
import type { RegistryFile } from '../src/registry/schema.ts';
import { startTwin, type Twin, type TwinOptions } from './hubspot/twin.ts';

export const LOCAL_ACCESS_TOKEN = 'local-access-token';
export const LOCAL_CLIENT_SECRET = 'local-client-secret';

/** A twin of the portal that a registry describes. */
export function startTwinOf(file: RegistryFile, registry: Registry, options: Partial<TwinOptions> = {}): Promise<Twin> {
  return startTwin({ ...twinOptions(file, registry), ...options });
}

/** What of a portal a registry describes: its subscription types, properties, forms and app webhooks. */
export function twinOptions(file: RegistryFile, registry: Registry): TwinOptions {
  const named = Object.values(file.companies).map(({ name, subscription: { id } }) => ({ id, name }));
  const controls = [...registry.controls.values()].map(({ control, brand, newsletter }) => ({
    control,
    brand,
    newsletter,
  }));
  const ofBrands = controls.flatMap(({ control, brand, newsletter }) =>
    control.kind === 'subscription' && brand !== undefined
      ? [{ id: control.id, name: newsletter === undefined ? brand : `${brand}: ${newsletter}` }]
      : [],
  );
  const buyers = file.protected.subscriptions.map(({ id, name = String(id) }) => ({ id, name }));
  const copies = new Map(
    Object.values(file.companies).flatMap(({ subscription: { id, property } }) =>
      property === undefined ? [] : [[id, property] as const],
    ),
  );
  const typeOf = (company: string) => file.companies[company]?.subscription.id;
  return {
    portal: file.portal,
    accessToken: LOCAL_ACCESS_TOKEN,
    clientSecret: LOCAL_CLIENT_SECRET,
    subscriptionTypes: [...named, ...ofBrands, ...buyers],
    watchedProperties: [...registry.watched.keys(), CONFIRMATION_PROPERTY, ...ADDRESS_PROPERTIES],
    recordEvents: true,
    properties: [
      ...controls.flatMap(({ control }) => (control.kind === 'property' ? [control.name] : [])),
      ...file.protected.properties,
      ...copies.values(),
    ],
    copies,
    forms: file.forms.map(({ id, company, newsletter, brand }) => ({
      id,
      subscriptions: [
        typeOf(company),
        ...controls.map((one) =>
          one.newsletter !== undefined &&
          one.newsletter === newsletter &&
          one.brand === brand &&
          one.control.kind === 'subscription'
            ? one.control.id
            : undefined,
        ),
      ].filter((type) => type !== undefined),
    })),
  };
}
