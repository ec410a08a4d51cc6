import { asHubSpotTime, type HubSpotTime, hubspotTime } from '../../clocks.ts';
import { type Changed, findContacts } from '../../hubspot/contacts.ts';
import { contactsAfter, listedAfter, type PageOfIds } from '../../hubspot/search.ts';
import type { Send } from '../../hubspot/transport.ts';
import { type Part, type Unseen, unlessUnseen } from '../../hubspot/unseen.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import { auditedProperties } from '../../rules/drift.ts';
import type { AuditDeps } from './deps.ts';

/** A contact's properties as HubSpot shows them now. */
export type Listed = { id: string; properties: Record<string, string> } & Changed;

/** Contacts to look at, the last id that was listed, and whether there are more. */
export type Page = { contacts: Listed[]; last: string | undefined; more: boolean };

/** Keeps what a run could not see; the first reason of each part tells enough. */
export function note(run: Pick<AuditRequest, 'unseen'>, unseen: Unseen): void {
  if (!isUnseen(run, unseen.part)) run.unseen = [...run.unseen, unseen];
}

export function isUnseen({ unseen }: Pick<AuditRequest, 'unseen'>, part: Part): boolean {
  return unseen.some((one) => one.part === part);
}

/** When a run began, by HubSpot's clock as far as ours goes with it. */
export function startOf({ startedAt }: Pick<AuditRequest, 'startedAt'>, { now }: Pick<AuditDeps, 'now'>): HubSpotTime {
  return startedAt === undefined ? asHubSpotTime(now()) : hubspotTime(startedAt);
}

/**
 * The next page of a run: ids by the search, where the search cannot be used by HubSpot's list, then the contacts in batches. A run that
 * can see no contacts ends, and says so.
 */
export async function nextPage(run: AuditRequest, deps: AuditDeps): Promise<Page> {
  const { ids, more } = await nextIds(run, deps);
  const properties = [...new Set(auditedProperties(deps.registry))];
  const outcome = await unlessUnseen('contacts', () => findContacts(deps.hubspot.send, ids, properties));
  if ('unseen' in outcome) {
    note(run, outcome.unseen);
    return { contacts: [], last: undefined, more: false };
  }
  const { contacts, unread } = outcome.seen;
  // Going on without a single contact would cost a call for each contact and see nothing.
  const isBlind = unread > 0 && contacts.size === 0;
  const why = `${unread} of ${ids.length} contacts of a page cannot be read`;
  if (unread > 0) note(run, { part: isBlind ? 'contacts' : 'single contacts', why });
  // What was merged away meanwhile is looked at under the id of what came out, which is larger.
  const own = ids.flatMap((id) => {
    const contact = contacts.get(id);
    return contact?.id === id ? [contact] : [];
  });
  return { contacts: own, last: ids.at(-1), more: more && !isBlind };
}

async function nextIds(run: AuditRequest, { search, hubspot }: AuditDeps): Promise<PageOfIds> {
  if (!isUnseen(run, 'search')) {
    const found = await unlessUnseen('search', () => contactsAfter(search, run.after));
    if ('seen' in found) return found.seen.more ? found.seen : atTheEnd(found.seen, run, hubspot.send);
    note(run, found.unseen);
  }
  const listed = await unlessUnseen('contacts', () => listedAfter(hubspot.send, run.after));
  if ('seen' in listed) return listed.seen;
  note(run, listed.unseen);
  return { ids: [], more: false };
}

/**
 * A search that is broken may as well say that nothing follows: the list is asked once. A few contacts behind the search's end are new, since
 * the search lags; where the list goes on, the search is not asked any more.
 */
async function atTheEnd({ ids }: PageOfIds, run: AuditRequest, send: Send): Promise<PageOfIds> {
  const last = ids.at(-1) ?? run.after;
  const listed = await unlessUnseen('contacts', () => listedAfter(send, last));
  if ('unseen' in listed) {
    const { part, why } = listed.unseen;
    note(run, { part, why: `whether contacts follow after ${last} is unknown: ${why}` });
    return { ids, more: false };
  }
  const { ids: behind, more } = listed.seen;
  if (more) note(run, { part: 'search', why: 'the search ends before HubSpot’s list of contacts does' });
  return { ids: [...ids, ...behind], more };
}
