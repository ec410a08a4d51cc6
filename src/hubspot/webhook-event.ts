import { asHubSpotTime, type HubSpotTime, type OurTime } from '../clocks.ts';
import {
  ADDRESS_PROPERTIES,
  CONFIRMATION_PROPERTY,
  type PlacedControl,
  PORTAL_WIDE,
  type Registry,
} from '../registry/registry.ts';
import type { LifecycleSignal, Signal, SignalSource } from '../signals/signal.ts';
import { withId } from '../signals/signal-id.ts';
import { parseEvent, type WebhookEvent } from './event-format.ts';

/** Why an event queues nothing: a small closed set, for a metric's dimension. */
export type Ignored = 'unreadable' | 'unknown-type' | 'other-portal' | 'unwatched-property';

/** What one event of an app webhook says, or why no rule needs it. */
export function signalOfWebhook(input: unknown, registry: Registry, receivedAt: OurTime): Signal | Ignored {
  const event = parseEvent(input);
  if (event === undefined) return 'unreadable';
  const type = TYPES.get(event.subscriptionType ?? event.eventType ?? '');
  if (type === undefined || (type.format === 'object' && event.objectTypeId !== '0-1')) return 'unknown-type';
  if (event.portalId === undefined) return 'unreadable';
  if (event.portalId !== String(registry.portal)) return 'other-portal';

  const source: SignalSource = { channel: 'webhook' };
  if (event.changeSource) source.change = event.changeSource;
  if (event.sourceId) source.id = sourceIdWithoutPerson(event.sourceId);
  // An event without a time of its own counts from when the event arrived.
  const occurredAt = event.occurredAt ?? asHubSpotTime(receivedAt);
  const base = { v: 1, portal: registry.portal, occurredAt, receivedAt, source } as const;
  if (type.what === 'merge') return mergeSignal(event, base);
  if (event.objectId === undefined) return 'unreadable';
  const common = { ...base, contact: event.objectId };
  if (type.what === 'propertyChange') return propertySignal(event, common, registry);
  return withId({ ...common, kind: 'lifecycle', event: type.what });
}

type Base = { v: 1; portal: number; occurredAt: HubSpotTime; receivedAt: OurTime; source: SignalSource };

type What = 'propertyChange' | 'merge' | LifecycleSignal['event'];

/** HubSpot's names of what the rules need to hear of, and what each is to us. */
const WHAT: Readonly<Record<string, What>> = {
  propertyChange: 'propertyChange',
  merge: 'merge',
  creation: 'created',
  deletion: 'deleted',
  restore: 'restored',
  privacyDeletion: 'erased',
};

/** Every event type in both formats; those of the generic format may be of another object than a contact. */
const TYPES: ReadonlyMap<string, { format: 'contact' | 'object'; what: What }> = new Map(
  Object.entries(WHAT).flatMap(([name, what]) =>
    (['contact', 'object'] as const).map((format) => [`${format}.${name}`, { format, what }] as const),
  ),
);

/** The merged contact may have a new id or the primary's; all named ids are one person. */
function mergeSignal(
  { objectId, primaryObjectId, mergedObjectIds = [], newObjectId }: WebhookEvent,
  base: Base,
): Signal | Ignored {
  const contact = newObjectId ?? primaryObjectId ?? objectId;
  if (contact === undefined) return 'unreadable';
  const named = [primaryObjectId, objectId, ...mergedObjectIds].filter((one) => one !== undefined);
  const others = [...new Set(named)].filter((one) => one !== contact);
  return others.length === 0 ? 'unreadable' : withId({ ...base, contact, kind: 'merge', others });
}

function propertySignal(
  { propertyName, propertyValue, occurredAt }: WebhookEvent,
  common: Base & { contact: string },
  registry: Registry,
): Signal | Ignored {
  if (propertyName === undefined) return 'unreadable';
  if (ADDRESS_PROPERTIES.some((name) => name === propertyName)) {
    return withId({ ...common, kind: 'lifecycle', event: 'address-changed' });
  }
  // A confirmation without a time of its own confirms nothing.
  if (propertyName === CONFIRMATION_PROPERTY && occurredAt === undefined) return 'unreadable';
  if (propertyName !== CONFIRMATION_PROPERTY && !registry.watched.has(propertyName)) return 'unwatched-property';
  const unclear = withId({ ...common, kind: 'lifecycle', event: 'unclear', property: propertyName });
  // HubSpot leaves out the value of a sensitive or hidden property (developer docs, sensitive data): HubSpot is asked.
  if (propertyValue === undefined || propertyValue === null || propertyValue === WITHHELD) return unclear;
  return signalOfValue(propertyName, propertyValue, common, registry) ?? unclear;
}

/** What HubSpot says instead of a sensitive property's value (developer docs, sensitive data). */
const WITHHELD = 'REDACTED';

/** What a property's new value says; undefined where the registry knows no such value. */
export function signalOfValue(
  property: string,
  value: string | number | boolean,
  common: Base & { contact: string },
  registry: Registry,
): Signal | undefined {
  if (property === CONFIRMATION_PROPERTY)
    return withId({ ...common, kind: 'confirmation', value: String(value).trim() });
  const watched = registry.watched.get(property);
  const to = watched && directionOf(watched, value);
  if (watched === undefined || to === undefined) return undefined;
  return withId({ ...common, kind: 'control', control: watched === PORTAL_WIDE ? PORTAL_WIDE : watched.key, to });
}

/** HubSpot's opt-out properties read "true" when opted out; "false" and "" both mean that no opt-out is known. */
function directionOf(
  watched: PlacedControl | typeof PORTAL_WIDE,
  told: string | number | boolean,
): 'closed' | 'open' | undefined {
  const value = String(told).trim();
  const own = watched !== PORTAL_WIDE && watched.control.kind === 'property' ? watched.control : undefined;
  const is = (other: string) => value.toLowerCase() === other.toLowerCase();
  const closed = own?.blocked ?? 'true';
  if (value === closed || is(closed)) return 'closed';
  return ['', 'false', own?.open ?? ''].some(is) ? 'open' : undefined;
}

/** Older portals put the user's e-mail address into sourceId; the address is not ours to keep in queues and logs. */
function sourceIdWithoutPerson(sourceId: string): string {
  return sourceId.includes('@') ? 'user (address withheld)' : sourceId;
}
