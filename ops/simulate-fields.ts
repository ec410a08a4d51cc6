import * as z from 'zod/mini';

/** A field of an event that cannot be read: the real workers would ask HubSpot, a simulation can only say so. */
export type Unreadable = { place: string; field: string; why: string };

const id = z.union([z.int(), z.string().check(z.regex(/^\d{1,20}$/))]);
const ms = z.union([z.int(), z.string().check(z.regex(/^\d{9,14}$/))]);

/** What a simulation has to know of an event, by field: its form, and what is expected in words. */
const EXPECTED: Record<string, [z.ZodMiniType, string]> = {
  subscriptionType: [z.string(), 'a type such as contact.propertyChange'],
  portalId: [id, 'the account’s id'],
  objectId: [id, 'a contact’s id'],
  contactId: [id, 'a contact’s id'],
  vid: [id, 'a contact’s id'],
  occurredAt: [ms, 'milliseconds since 1970, or in CSV a date such as 2026-01-05T10:00:00Z'],
  submittedAt: [ms, 'milliseconds since 1970'],
  propertyName: [z.string().check(z.minLength(1)), 'the name of a contact property'],
  propertyValue: [z.union([z.string(), z.boolean(), z.number()]), 'the property’s new value'],
  formId: [z.string().check(z.minLength(1)), 'the form’s GUID'],
  status: [z.enum(['opted-out', 'opted-in']), 'opted-out or opted-in'],
  subscriptionId: [id, 'a subscription type’s id'],
};

/** The fields of an event that must be there and cannot be read. */
export function unreadableFields(event: unknown, place: string): Unreadable[] {
  if (typeof event !== 'object' || event === null) return [{ place, field: 'the event', why: 'is no object' }];
  const fields = event as Record<string, unknown>;
  return neededOf(fields).flatMap((field): Unreadable[] => {
    const [schema = z.unknown(), words = ''] = EXPECTED[field] ?? [];
    if (schema.safeParse(fields[field]).success) return [];
    const found = fields[field] === undefined ? 'is missing' : `is ${JSON.stringify(fields[field])}`;
    return [{ place, field, why: `${found}; expected ${words}` }];
  });
}

function neededOf(fields: Record<string, unknown>): string[] {
  if ('vid' in fields) return ['vid'];
  if (fields['event'] === 'form-submission') return ['contactId', 'formId', 'submittedAt'];
  if (fields['event'] === 'subscription-change') return ['contactId', 'subscriptionId', 'status', 'occurredAt'];
  const always = ['subscriptionType', 'portalId', 'occurredAt'];
  const type = String(fields['subscriptionType'] ?? '');
  if (type.endsWith('.merge')) return always;
  return type.endsWith('.propertyChange')
    ? [...always, 'objectId', 'propertyName', 'propertyValue']
    : [...always, 'objectId'];
}
