import * as z from 'zod/mini';
import { type HubSpotTime, millis } from '../clocks.ts';
import { askHistories } from './contacts.ts';
import { readable } from './listing.ts';
import type { Send } from './transport.ts';
import { unlessUnseen } from './unseen.ts';

const Version = z.looseObject({ value: z.nullish(z.string()), timestamp: z.string() });
const Contact = z.looseObject({
  propertiesWithHistory: z.nullish(z.record(z.string(), z.nullish(z.array(Version)))),
});

/** So far an event's time and the time of the version of which the event tells may be apart, ms: HubSpot may tell whole seconds. */
const TOLD_IN_MS = 1000;

/**
 * What a contact's property was set to at a moment, by HubSpot's history of the property (`POST …/contacts/batch/read`); undefined where the history
 * tells of no change at that moment, or HubSpot shows none. @throws RetryableError when HubSpot as such is in trouble.
 */
export async function readValueThen(
  send: Send,
  contact: string,
  property: string,
  at: HubSpotTime,
): Promise<string | undefined> {
  const outcome = await unlessUnseen('history', () => askHistories(send, [contact], [property]));
  if ('unseen' in outcome) return undefined;
  const versions = readable(outcome.seen.results, Contact).entries.flatMap(
    ({ propertiesWithHistory }) => propertiesWithHistory?.[property] ?? [],
  );
  const distance = ({ timestamp }: z.infer<typeof Version>) => Math.abs(Date.parse(timestamp) - millis(at));
  const [nearest] = versions.filter((one) => distance(one) < TOLD_IN_MS).toSorted((a, b) => distance(a) - distance(b));
  return nearest === undefined ? undefined : (nearest.value ?? '');
}
