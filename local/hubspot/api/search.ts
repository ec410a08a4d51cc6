import type { Context } from 'hono';
import type { Portal } from '../portal/portal.ts';
import type { PortalContact } from '../portal/types.ts';
import { error } from './answers.ts';
import { contactBody } from './contact-body.ts';

type Filter = { propertyName: string; operator: string; value?: string; values?: string[] };
type FilterGroup = { filters: Filter[] };
type SearchBody = { filterGroups?: FilterGroup[]; properties?: string[]; limit?: number; after?: string };

/** HubSpot's page size when none is asked for, its largest page, and the end of any search. */
const USUAL_PAGE = 10;
const LARGEST_PAGE = 200;
const LAST_RESULT = 10_000;

/** Contact search: groups of filters, of which one must fit, page by page in the order of the ids. */
export async function searchContacts(c: Context, portal: Portal): Promise<Response> {
  const body = await c.req.json<SearchBody>();
  const limit = Math.min(body.limit ?? USUAL_PAGE, LARGEST_PAGE);
  const after = Number(body.after ?? 0);
  if (after + limit > LAST_RESULT) return error(c, 400, 'VALIDATION_ERROR', 'search ends at 10,000 results');
  const found = [...portal.contacts.values()]
    .filter((contact) => !contact.archived && fits(contact, body.filterGroups ?? [], portal))
    .sort((a, b) => Number(a.id) - Number(b.id));
  const wanted = { properties: body.properties ?? [], history: [] };
  const results = found.slice(after, after + limit).map((contact) => contactBody(portal, contact, wanted));
  const next = after + limit < found.length ? { paging: { next: { after: String(after + limit) } } } : {};
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
  GT: (held, { value }) => Number(held) > Number(value),
  GTE: (held, { value }) => Number(held) >= Number(value),
  LT: (held, { value }) => Number(held) < Number(value),
  LTE: (held, { value }) => Number(held) <= Number(value),
  IN: (held, { values = [] }) => values.includes(held),
};
