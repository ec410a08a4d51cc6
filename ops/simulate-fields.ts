import * as z from 'zod/mini';
import { type OutputTexts, outputTexts } from './texts/words.ts';

/** A field of an event that cannot be read: the real workers would ask HubSpot, a simulation can only say so. */
export type Unreadable = { place: string; field: string; why: string };

const id = z.union([z.int(), z.string().check(z.regex(/^\d{1,20}$/))]);
const ms = z.union([z.int(), z.string().check(z.regex(/^\d{9,14}$/))]);

type Expected = keyof OutputTexts['fields']['expected'];

/** What a simulation has to know of an event, by field: its form, and the name of the words that tell what is expected. */
const EXPECTED: Record<string, [z.ZodMiniType, Expected]> = {
  subscriptionType: [z.string(), 'type'],
  portalId: [id, 'account'],
  objectId: [id, 'contact'],
  contactId: [id, 'contact'],
  vid: [id, 'contact'],
  occurredAt: [ms, 'moment'],
  submittedAt: [ms, 'milliseconds'],
  propertyName: [z.string().check(z.minLength(1)), 'property'],
  propertyValue: [z.union([z.string(), z.boolean(), z.number()]), 'value'],
  formId: [z.string().check(z.minLength(1)), 'form'],
  status: [z.enum(['opted-out', 'opted-in']), 'status'],
  subscriptionId: [id, 'subscription'],
};

type Texts = OutputTexts['fields'];

/** The fields of an event that must be there and cannot be read. */
export function unreadableFields(event: unknown, place: string, t: Texts = outputTexts.en.fields): Unreadable[] {
  if (typeof event !== 'object' || event === null) return [{ place, field: t.event, why: t.noObject }];
  const fields = event as Record<string, unknown>;
  return neededOf(fields).flatMap((field): Unreadable[] => {
    const [schema, expected] = EXPECTED[field] ?? [z.unknown(), 'value'];
    if (schema.safeParse(fields[field]).success) return [];
    const found = fields[field] === undefined ? t.missing : t.is(JSON.stringify(fields[field]));
    return [{ place, field, why: `${found}; ${t.expects} ${t.expected[expected]}` }];
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
