import * as z from 'zod/mini';
import { successOf, UnusableAnswerError } from './batch.ts';
import { API_VERSION, type Send } from './transport.ts';

const CONTACTS = `/crm/objects/${API_VERSION}/contacts`;

const Page = z.looseObject({
  results: z.array(z.looseObject({ id: z.string().check(z.regex(/^\d{1,20}$/)) })),
  total: z.nullish(z.number()),
  paging: z.nullish(z.looseObject({ next: z.nullish(z.looseObject({ after: z.nullish(z.string()) })) })),
});

/** HubSpot's largest pages, of the search and of the list. */
export const SEARCH_PAGE = 200;
const LIST_PAGE = 100;

/** Ids of contacts in ascending order, and whether there are more behind them. */
export type PageOfIds = { ids: string[]; more: boolean };

/** Ids of the contacts that have an address as their primary one (`POST …/contacts/batch/read` by `email`). */
export async function contactsOfAddress(send: Send, address: string): Promise<string[]> {
  const response = await send({
    method: 'POST',
    path: `${CONTACTS}/batch/read`,
    body: { idProperty: 'email', inputs: [{ id: address }], properties: ['email'], propertiesWithHistory: [] },
  });
  // A batch of one that HubSpot knows nothing of may be answered 404.
  if (response.status === 404) return [];
  return successOf(response, Page).results.map(({ id }) => id);
}

/**
 * The next contacts after an object id, in the order of ids (`POST …/contacts/search`). Slicing on the id instead of paging keeps clear
 * of the search's end at 10,000 results. Only ids are asked for: a search body of HubSpot's ends at 3,000 characters, which the names of
 * about a hundred properties fill. The search lags some seconds behind writes.
 * @throws UnusableAnswerError where the search cannot be used, RetryableError when HubSpot as such is in trouble.
 */
export async function contactsAfter(send: Send, after: string): Promise<PageOfIds> {
  const response = await send({
    method: 'POST',
    path: `${CONTACTS}/search`,
    body: {
      filterGroups: [{ filters: [{ propertyName: 'hs_object_id', operator: 'GT', value: after }] }],
      sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
      properties: ['hs_object_id'],
      limit: SEARCH_PAGE,
    },
  });
  return pageAfter(after, successOf(response, Page));
}

/**
 * The next contacts after an object id by HubSpot's list (`GET …/contacts`), for a portal whose search cannot be used. HubSpot's cursor
 * is the object id where the page begins (seen in practice, not documented).
 */
export async function listedAfter(send: Send, after: string): Promise<PageOfIds> {
  const path = `${CONTACTS}?limit=${LIST_PAGE}&properties=hs_object_id${after === '0' ? '' : `&after=${after}`}`;
  return pageAfter(after, successOf(await send({ method: 'GET', path }), Page));
}

/** A short page ends nothing: only HubSpot's own word that nothing follows does. */
function pageAfter(after: string, { results, total, paging }: z.output<typeof Page>): PageOfIds {
  const more = Boolean(paging?.next?.after) || (total ?? 0) > results.length;
  const ids = results.map(({ id }) => id).filter((id) => BigInt(id) > BigInt(after));
  const isAscending = ids.every((id, i) => BigInt(id) > BigInt(ids[i - 1] ?? after));
  // Out of order, or without an end in sight: by such pages contacts would be missed, or looked at for ever.
  if (!isAscending || (more && ids.length === 0)) throw new UnusableAnswerError('HubSpot’s pages are out of order');
  return { ids, more };
}
