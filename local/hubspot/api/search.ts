import type { Context } from 'hono';
import { compareIds } from '../ids.ts';
import type { Portal } from '../portal/portal.ts';
import type { PortalContact } from '../portal/types.ts';
import type { ApiOptions } from './account.ts';
import { error } from './answers.ts';
import { contactBody } from './contact-body.ts';

type Filter = { propertyName: string; operator: string; value?: string; values?: string[] };
type FilterGroup = { filters: Filter[] };
type SearchBody = { filterGroups?: FilterGroup[]; properties?: string[]; limit?: number; after?: string };

/** HubSpot's page size when none is asked for, its largest pages of search and list, and the end of any search. */
const USUAL_PAGE = 10;
const LARGEST_PAGE = 200;
const LARGEST_LIST = 100;
const LAST_RESULT = 10_000;
/** HubSpot refuses a longer search body. */
const LONGEST_BODY = 3_000;

/** Contact search: groups of filters, of which one must fit, page by page in the order of the ids. */
export async function searchContacts(c: Context, options: ApiOptions): Promise<Response> {
  const { portal, behaviour } = options;
  const text = await c.req.text();
  if (text.length > LONGEST_BODY) {
    return error(c, 400, 'VALIDATION_ERROR', `a search body has at most ${LONGEST_BODY} characters`);
  }
  const body = JSON.parse(text) as SearchBody;
  const limit = Math.min(body.limit ?? USUAL_PAGE, LARGEST_PAGE);
  const after = Number(body.after ?? 0);
  if (after + limit > LAST_RESULT) return error(c, 400, 'VALIDATION_ERROR', 'search ends at 10,000 results');
  const { searchEndsAfter: last } = behaviour;
  const found = [...portal.contacts.values()]
    .filter((contact) => !contact.archived && fits(contact, body.filterGroups ?? [], portal))
    .filter(({ id }) => last === undefined || compareIds(id, last) <= 0)
    .sort((a, b) => compareIds(a.id, b.id));
  const wanted = { properties: body.properties ?? [], history: [] };
  const size = Math.max(1, limit - behaviour.pagesShortBy);
  const results = found.slice(after, after + size).map((contact) => contactBody(options, contact, wanted));
  const next = after + size < found.length ? { paging: { next: { after: String(after + size) } } } : {};
  return c.json({ total: found.length, results, ...next });
}

function fits(contact: PortalContact, groups: FilterGroup[], portal: Portal): boolean {
  if (groups.length === 0) return true;
  const held = (name: string) => (name === 'hs_object_id' ? contact.id : (portal.property(contact, name) ?? ''));
  return groups.some(({ filters }) =>
    filters.every((filter) => operators[filter.operator]?.(held(filter.propertyName), filter)),
  );
}

/** HubSpot's filter operators, as far as anybody here uses them. An operator that is not known fits nothing. */
const operators: Record<string, (held: string, filter: Filter) => boolean> = {
  EQ: (held, { value }) => held === value,
  NEQ: (held, { value }) => held !== value,
  HAS_PROPERTY: (held) => held !== '',
  NOT_HAS_PROPERTY: (held) => held === '',
  GT: (held, { value }) => compare(held, value) > 0,
  GTE: (held, { value }) => compare(held, value) >= 0,
  LT: (held, { value }) => compare(held, value) < 0,
  LTE: (held, { value }) => compare(held, value) <= 0,
  IN: (held, { values = [] }) => values.includes(held),
};

/** Compares numbers; whole ones exactly, however large. NaN where either is none. */
function compare(held: string, value = ''): number {
  const isWhole = (text: string) => /^\d+$/.test(text);
  return isWhole(held) && isWhole(value) ? compareIds(held, value) : Number(held) - Number(value);
}

/** HubSpot's list of contacts, page by page: the cursor is the id where the next page begins. */
export function listContacts(c: Context, options: ApiOptions): Response {
  const { portal, behaviour } = options;
  const from = c.req.query('after') ?? '0';
  // Whoever goes on from the last id sees that contact again: a page of one would lead nowhere.
  const size = Math.max(2, Math.min(Number(c.req.query('limit') ?? USUAL_PAGE), LARGEST_LIST) - behaviour.pagesShortBy);
  const found = [...portal.contacts.values()]
    .filter(({ id, archived }) => !archived && compareIds(id, from) >= 0)
    .sort((a, b) => compareIds(a.id, b.id));
  const properties = (c.req.query('properties') ?? '').split(',').filter((name) => name !== '');
  const results = found.slice(0, size).map((contact) => contactBody(options, contact, { properties, history: [] }));
  const [next] = found.slice(size);
  return c.json({ results, ...(next !== undefined && { paging: { next: { after: next.id } } }) });
}
