import * as z from 'zod/mini';
import { type HubSpotTime, hubspotTime } from '../clocks.ts';
import { postBatches } from './batch.ts';
import { API_VERSION, type Send } from './transport.ts';

const Contact = z.looseObject({ id: z.string(), properties: z.record(z.string(), z.nullish(z.string())) });

/** `additional`: addresses besides the primary one (`hs_additional_emails`, separated by semicolons). */
export type Contact = { id: string; email?: string; additional: string[]; properties: Record<string, string> };

/** Reads contacts (`POST …/contacts/batch/read`). A contact that HubSpot does not know is left out. */
export function readContacts(
  send: Send,
  ids: readonly string[],
  properties: readonly string[],
): Promise<Map<string, Contact>> {
  return readBatches(send, ids, { path: BATCH_READ, properties });
}

/** Reads deleted contacts, which HubSpot keeps for 90 days unless they were deleted for privacy. */
export function readDeletedContacts(send: Send, ids: readonly string[]): Promise<Map<string, Contact>> {
  return readBatches(send, ids, { path: `${BATCH_READ}?archived=true`, properties: [] });
}

const BATCH_READ = `/crm/objects/${API_VERSION}/contacts/batch/read`;

async function readBatches(
  send: Send,
  ids: readonly string[],
  { path, properties }: { path: string; properties: readonly string[] },
): Promise<Map<string, Contact>> {
  const answer = await postBatches(send, ids, {
    request: (part) => ({
      method: 'POST',
      path,
      body: {
        inputs: part.map((id) => ({ id })),
        properties: ['email', 'hs_additional_emails', ...properties],
        propertiesWithHistory: [],
      },
    }),
    contextOf: (id) => ({ ids: [id] }),
  });
  return new Map(
    z
      .array(Contact)
      .parse(answer.results)
      .map(({ id, properties: values }) => {
        const known = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? '']));
        const additional = (known['hs_additional_emails'] ?? '').split(';').filter((one) => one.trim() !== '');
        return [id, { id, ...(known['email'] && { email: known['email'] }), additional, properties: known }];
      }),
  );
}

const WithHistory = z.looseObject({
  id: z.string(),
  propertiesWithHistory: z.nullish(
    z.record(z.string(), z.array(z.looseObject({ value: z.nullish(z.string()), timestamp: z.string() }))),
  ),
});

/** When a property became `true`, by contact. Contacts whose property is not `true` now are left out. */
export async function readTimesOfTrue(
  send: Send,
  ids: readonly string[],
  property: string,
): Promise<Map<string, HubSpotTime>> {
  const answer = await postBatches(send, ids, {
    request: (part) => ({
      method: 'POST',
      path: BATCH_READ,
      body: { inputs: part.map((id) => ({ id })), properties: [], propertiesWithHistory: [property] },
    }),
    contextOf: (id) => ({ ids: [id] }),
  });
  return new Map(
    z
      .array(WithHistory)
      .parse(answer.results)
      .flatMap(({ id, propertiesWithHistory }) => {
        const newest = propertiesWithHistory?.[property]?.[0];
        const at = Date.parse(newest?.timestamp ?? '');
        return newest?.value !== 'true' || Number.isNaN(at) ? [] : [[id, hubspotTime(at)] as const];
      }),
  );
}
