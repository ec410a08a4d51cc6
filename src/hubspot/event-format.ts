import * as z from 'zod/mini';
import { type $ZodObject, $ZodObjectJIT, safeParse } from 'zod/v4/core';
import { type HubSpotTime, hubspotTime } from '../clocks.ts';
import { id, msInRange, note, orNothing, time } from './fields.ts';

/**
 * One event of HubSpot's app webhooks, in both formats: `contact.*` and the generic `object.*` with objectTypeId 0-1.
 * Only what the rules need is required; unknown fields are let through.
 */
const AnyEvent = z.looseObject({
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

export type WebhookEvent = {
  subscriptionType?: string | undefined;
  eventType?: string | undefined;
  objectTypeId?: string | undefined;
  portalId?: string | undefined;
  objectId?: string | undefined;
  occurredAt?: HubSpotTime | undefined;
  propertyName?: string | undefined;
  propertyValue?: string | boolean | number | null | undefined;
  changeSource?: string | undefined;
  sourceId?: string | undefined;
  primaryObjectId?: string | undefined;
  mergedObjectIds?: string[] | undefined;
  newObjectId?: string | undefined;
};

const usual = {
  subscriptionType: z.string(),
  objectTypeId: z.optional(z.string()),
  portalId: z.int(),
  objectId: z.int(),
  occurredAt: msInRange,
  propertyName: z.string(),
  propertyValue: z.string(),
  changeSource: z.optional(z.string()),
  sourceId: z.optional(z.string()),
};
/**
 * A change of a property, as HubSpot nearly always sends one: nothing has to be forgiven, so that zod's compiled parser reads the event in
 * a fraction of the time. Whatever this schema does not take, {@link AnyEvent} reads; what both take, both read alike
 * (`test/hubspot/event-format.test.ts`).
 */
const UsualEvent = new $ZodObjectJIT({ type: 'object', shape: usual }) as unknown as $ZodObject<typeof usual>;

/** Reads one element of a webhook's body; undefined when the element is no object. */
export function parseEvent(input: unknown): WebhookEvent | undefined {
  const { data } = safeParse(UsualEvent, input);
  if (data === undefined || data.subscriptionType.endsWith('merge')) return AnyEvent.safeParse(input).data;
  return {
    subscriptionType: data.subscriptionType,
    objectTypeId: data.objectTypeId?.slice(0, 20),
    portalId: String(data.portalId),
    objectId: String(data.objectId),
    occurredAt: hubspotTime(data.occurredAt),
    propertyName: data.propertyName,
    propertyValue: data.propertyValue,
    changeSource: data.changeSource?.slice(0, 200),
    sourceId: data.sourceId?.slice(0, 200),
  };
}
