import type { Behaviour } from '../behaviour.ts';
import { idNumber } from '../ids.ts';
import type { PortalEvent } from '../portal/types.ts';

/** A webhook event as HubSpot writes it in the array of a request's body. */
export type WireEvent = Record<string, unknown>;

const APP_ID = 54_321;
/** The subscription of the app by which every event is sent; the twin needs only one. */
const APP_SUBSCRIPTION = 7;
/** HubSpot's numbers are arbitrary. */
const FIRST_EVENT_ID = 1000;

/** Writes events in the format that the account is set up for: `contact.*`, `object.*`, or both. `portal`: account id. */
export function wireEventsOf(portal: number, behaviour: Behaviour): (event: PortalEvent) => WireEvent[] {
  let eventId = FIRST_EVENT_ID;
  return (event) => {
    const body = bodyOf(event, portal, behaviour);
    const write = (kind: 'contact' | 'object', rest: object): WireEvent => ({
      eventId: eventId++,
      subscriptionType: `${kind}.${event.type}`,
      ...body,
      ...rest,
    });
    return formatsOf(event, behaviour).map((kind) =>
      kind === 'contact' ? write(kind, {}) : write(kind, { objectTypeId: '0-1', isSensitive: false }),
    );
  };
}

/** Deletion for privacy is told in the old format only. */
function formatsOf({ type }: PortalEvent, { eventFormat }: Behaviour): ('contact' | 'object')[] {
  if (type === 'privacyDeletion' || eventFormat === 'classic') return ['contact'];
  return eventFormat === 'generic' ? ['object'] : ['contact', 'object'];
}

function bodyOf(event: PortalEvent, portalId: number, { hidesValues }: Behaviour): WireEvent {
  const { type, occurredAt, actor, propertyName, propertyValue } = event;
  const isHidden = hidesValues && propertyName?.startsWith('hs_email_optout') === true;
  return {
    subscriptionId: APP_SUBSCRIPTION,
    portalId,
    appId: APP_ID,
    occurredAt,
    changeSource: actor.changeSource,
    ...(actor.sourceId !== undefined && { sourceId: actor.sourceId }),
    ...idsOf(event),
    ...(propertyName !== undefined && { propertyName, ...(!isHidden && { propertyValue }) }),
    ...(type === 'creation' && { changeFlag: 'NEW' }),
    ...(type === 'deletion' && { changeFlag: 'DELETED' }),
  };
}

/** A merge names every contact that took part in it; any other event names the one that it is about. */
function idsOf({ contact, merge }: PortalEvent): WireEvent {
  if (merge === undefined) return { objectId: idNumber(contact) };
  return {
    primaryObjectId: idNumber(merge.primary),
    mergedObjectIds: merge.merged.map(idNumber),
    newObjectId: idNumber(merge.result),
    numberOfPropertiesMoved: 1,
  };
}
