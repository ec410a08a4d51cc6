import * as z from 'zod/mini';
import { type HubSpotTime, hubspotTime } from '../clocks.ts';
import { askHistories } from './contacts.ts';
import { readable } from './listing.ts';
import type { Send } from './transport.ts';

const Version = z.looseObject({ value: z.nullish(z.string()), timestamp: z.string() });
const Contact = z.looseObject({
  id: z.string(),
  propertiesWithHistory: z.nullish(z.record(z.string(), z.nullish(z.array(Version)))),
});

/** What a property was set to, and when. */
export type PropertyVersion = { value: string; at: HubSpotTime };

/** The versions of some properties of contacts, newest first (`POST …/contacts/batch/read`), by contact and property. What HubSpot does not tell is left out. */
export async function readVersions(
  send: Send,
  contacts: readonly string[],
  properties: readonly string[],
): Promise<Map<string, ReadonlyMap<string, readonly PropertyVersion[]>>> {
  const answer = await askHistories(send, contacts, properties);
  return new Map(
    readable(answer.results, Contact).entries.map(({ id, propertiesWithHistory }) => [
      id,
      new Map(
        Object.entries(propertiesWithHistory ?? {}).map(([name, versions]) => [name, versionsOf(versions ?? [])]),
      ),
    ]),
  );
}

function versionsOf(versions: readonly z.infer<typeof Version>[]): PropertyVersion[] {
  return versions.flatMap(({ value, timestamp }) => {
    const at = Date.parse(timestamp);
    return Number.isNaN(at) ? [] : [{ value: value ?? '', at: hubspotTime(at) }];
  });
}
