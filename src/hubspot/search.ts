import * as z from 'zod/mini';
import { successOf } from './batch.ts';
import { API_VERSION, type Send } from './transport.ts';

const Page = z.looseObject({
  results: z.array(z.looseObject({ id: z.string(), properties: z.record(z.string(), z.nullish(z.string())) })),
});

/** HubSpot gives 200 results a page. */
export const SEARCH_PAGE = 200;

/** Ids of the contacts that have an address as their primary one (`POST …/contacts/batch/read` by `email`). */
export async function contactsOfAddress(send: Send, address: string): Promise<string[]> {
  const response = await send({
    method: 'POST',
    path: `/crm/objects/${API_VERSION}/contacts/batch/read`,
    body: { idProperty: 'email', inputs: [{ id: address }], properties: ['email'], propertiesWithHistory: [] },
  });
  // A batch of one that HubSpot knows nothing of may be answered 404.
  if (response.status === 404) return [];
  return successOf(response, Page).results.map(({ id }) => id);
}

/**
 * The next contacts after an object id, in the order of ids (`POST …/contacts/search`). Slicing on the id instead of
 * paging keeps clear of the search's end at 10,000 results. The search lags some seconds behind writes.
 */
export async function contactsAfter(
  send: Send,
  after: string,
  properties: readonly string[],
): Promise<{ id: string; properties: Record<string, string> }[]> {
  const response = await send({
    method: 'POST',
    path: `/crm/objects/${API_VERSION}/contacts/search`,
    body: {
      filterGroups: [{ filters: [{ propertyName: 'hs_object_id', operator: 'GT', value: after }] }],
      sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
      properties,
      limit: SEARCH_PAGE,
    },
  });
  return successOf(response, Page).results.map(({ id, properties: values }) => ({
    id,
    properties: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? ''])),
  }));
}
