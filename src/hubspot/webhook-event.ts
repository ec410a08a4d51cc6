import * as z from 'zod/mini';
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
import { id, note, orNothing, time } from './fields.ts';

/**
 * One event of HubSpot's app webhooks, in both formats: `contact.*` and the generic `object.*` with objectTypeId 0-1.
 * Only what the rules need is required; unknown fields are let through.
 */
const WebhookEvent = z.looseObject({
  subscriptionType: orNothing(z.string()),
  eventType: orNothing(z.string()),
  objectTypeId: note(20),
  portalId: orNothing(id),
  objectId: orNothing(id),
  occurredAt: orNothing(time),
  propertyName: orNothing(z.string()),
  // A value of another shape is none that any rule knows; turning such a value into text could throw.
  propertyValue: z.catch(z.optional(z.nullable(z.union([z.string(), z.boolean(), z.number()]))), 'no value'),
  changeSource: note(200),
  sourceId: note(200),
  primaryObjectId: orNothing(id),
  mergedObjectIds: orNothing(z.array(id)),
  newObjectId: orNothing(id),
});

/** Why an event queues nothing: a small closed set, for a metric's dimension. */
export type Ignored = 'unreadable' | 'unknown-type' | 'other-portal' | 'unwatched-property';

/** What one event of an app webhook says, or why no rule needs it. */
export function signalOfWebhook(input: unknown, registry: Registry, receivedAt: OurTime): Signal | Ignored {
  const parsed = WebhookEvent.safeParse(input);
  if (!parsed.success) return 'unreadable';
  const event = parsed.data;
  const type = event.subscriptionType ?? event.eventType ?? '';
  const isContact = type.startsWith('contact.') || (type.startsWith('object.') && event.objectTypeId === '0-1');
  if (!isContact) return 'unknown-type';
  const what = type.slice(type.indexOf('.') + 1);
  if (what !== 'propertyChange' && what !== 'merge' && !LIFECYCLE.has(what)) return 'unknown-type';
  if (event.portalId === undefined) return 'unreadable';
  if (event.portalId !== String(registry.portal)) return 'other-portal';

  const source: SignalSource = {
    channel: 'webhook',
    ...(event.changeSource && { change: event.changeSource }),
    ...(event.sourceId && { id: sourceIdWithoutPerson(event.sourceId) }),
  };
  // An event without a time of its own counts from when the event arrived.
  const occurredAt = event.occurredAt ?? asHubSpotTime(receivedAt);
  const base = { v: 1, portal: registry.portal, occurredAt, receivedAt, source } as const;
  if (what === 'merge') return mergeSignal(event, base);
  if (event.objectId === undefined) return 'unreadable';
  const common = { ...base, contact: event.objectId };
  const lifecycle = LIFECYCLE.get(what);
  if (lifecycle !== undefined) return withId({ ...common, kind: 'lifecycle', event: lifecycle });
  return propertySignal(event, common, registry);
}

type Event = z.output<typeof WebhookEvent>;
type Base = { v: 1; portal: number; occurredAt: HubSpotTime; receivedAt: OurTime; source: SignalSource };

/** Event types about the record itself, and what they are to us. */
const LIFECYCLE = new Map<string, LifecycleSignal['event']>([
  ['creation', 'created'],
  ['deletion', 'deleted'],
  ['restore', 'restored'],
  ['privacyDeletion', 'erased'],
]);

/** The merged contact may have a new id or the primary's; all named ids are one person. */
function mergeSignal(
  { objectId, primaryObjectId, mergedObjectIds = [], newObjectId }: Event,
  base: Base,
): Signal | Ignored {
  const contact = newObjectId ?? primaryObjectId ?? objectId;
  if (contact === undefined) return 'unreadable';
  const named = [primaryObjectId, objectId, ...mergedObjectIds].filter((one) => one !== undefined);
  const others = [...new Set(named)].filter((one) => one !== contact);
  return others.length === 0 ? 'unreadable' : withId({ ...base, contact, kind: 'merge', others });
}

function propertySignal(
  { propertyName, propertyValue, occurredAt }: Event,
  common: Base & { contact: string },
  registry: Registry,
): Signal | Ignored {
  if (propertyName === undefined) return 'unreadable';
  if (ADDRESS_PROPERTIES.some((name) => name === propertyName)) {
    return withId({ ...common, kind: 'lifecycle', event: 'address-changed' });
  }
  if (propertyName === CONFIRMATION_PROPERTY) {
    // A confirmation without a time of its own confirms nothing.
    const value = String(propertyValue ?? '').trim();
    return occurredAt === undefined ? 'unreadable' : withId({ ...common, kind: 'confirmation', value });
  }
  const watched = registry.watched.get(propertyName);
  if (watched === undefined) return 'unwatched-property';
  // HubSpot leaves out the value of a sensitive or hidden property (developer docs, sensitive data): what HubSpot holds now says more.
  const to = propertyValue === undefined || propertyValue === null ? undefined : directionOf(watched, propertyValue);
  if (to === undefined) return withId({ ...common, kind: 'lifecycle', event: 'unclear' });
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
  if (is(own?.blocked ?? 'true')) return 'closed';
  return ['', 'false', own?.open ?? ''].some(is) ? 'open' : undefined;
}

/** Older portals put the user's e-mail address into sourceId; the address is not ours to keep in queues and logs. */
function sourceIdWithoutPerson(sourceId: string): string {
  return sourceId.includes('@') ? 'user (address withheld)' : sourceId;
}
