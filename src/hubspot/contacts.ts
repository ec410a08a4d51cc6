import * as z from 'zod/mini';
import { type HubSpotTime, hubspotTime } from '../clocks.ts';
import { type BatchAnswer, postBatches, successOf, UNKNOWN_SHAPE, UnusableAnswerError } from './batch.ts';
import { readable } from './listing.ts';
import { listOf, MERGED, mergedIds } from './merged.ts';
import { API_VERSION, type Send } from './transport.ts';

const Contact = z.looseObject({
  id: z.string(),
  properties: z.record(z.string(), z.nullish(z.string())),
  createdAt: z.nullish(z.unknown()),
  updatedAt: z.nullish(z.unknown()),
});

/**
 * A contact as HubSpot shows it. Read under the id of a record that was merged away, HubSpot answers with the record that came out of the
 * merge, whose `id` is another one. `additional`: addresses besides the primary one (`hs_additional_emails`, separated by semicolons).
 */
export type Contact = {
  id: string;
  email?: string;
  additional: string[];
  properties: Record<string, string>;
} & Changed;

/** When a record was created and last changed, where HubSpot tells. */
export type Changed = { createdAt?: HubSpotTime; updatedAt?: HubSpotTime };

/** Whether a record may have been changed since it was created: one that was not has the address that it began with. */
export function wasChanged({ createdAt, updatedAt }: Changed): boolean {
  return createdAt === undefined || updatedAt === undefined || updatedAt > createdAt;
}

/**
 * Contacts by the id that was asked for. `unread`: how many HubSpot could not give for another reason than that HubSpot does not know them;
 * `refused`: which of these are known by name.
 */
export type FoundContacts = { contacts: Map<string, Contact>; unread: number; refused: ReadonlySet<string> };

/** Reads contacts (`POST …/contacts/batch/read`). A contact that HubSpot does not know is left out. */
export async function readContacts(
  send: Send,
  ids: readonly string[],
  properties: readonly string[],
): Promise<Map<string, Contact>> {
  return (await findContacts(send, ids, properties)).contacts;
}

/** Like {@link readContacts}, and tells how many could not be read. */
export function findContacts(
  send: Send,
  ids: readonly string[],
  properties: readonly string[],
): Promise<FoundContacts> {
  return readBatches(send, ids, { path: BATCH_READ, properties });
}

/** Reads deleted contacts, which HubSpot keeps for 90 days unless they were deleted for privacy. */
export async function readDeletedContacts(send: Send, ids: readonly string[]): Promise<Map<string, Contact>> {
  return (await readBatches(send, ids, { path: `${BATCH_READ}?archived=true`, properties: [] })).contacts;
}

export const BATCH_READ = `/crm/objects/${API_VERSION}/contacts/batch/read`;
/** HubSpot takes so many inputs where it is asked for the history of properties. */
export const WITH_HISTORY = 50;

async function readBatches(
  send: Send,
  ids: readonly string[],
  { path, properties }: { path: string; properties: readonly string[] },
): Promise<FoundContacts> {
  const answer = await postBatches(send, ids, {
    request: (part) => ({
      method: 'POST',
      path,
      body: {
        inputs: part.map((id) => ({ id })),
        properties: ['email', 'hs_additional_emails', ...MERGED, ...properties],
        propertiesWithHistory: [],
      },
    }),
    contextOf: (id) => ({ ids: [id] }),
  });
  const { entries, unreadable } = readable(answer.results, Contact);
  // Where nothing can be read HubSpot's format has changed, and nobody may be taken for unknown.
  const isUnknown = unreadable > 0 || answer.errors.some(({ category }) => category === UNKNOWN_SHAPE);
  if (entries.length === 0 && isUnknown) throw new UnusableAnswerError(UNKNOWN_SHAPE);
  const contacts = await byAskedId(send, ids, entries.map(contactOf));
  const refused = refusedIn(answer).flatMap(({ context }) => context['ids'] ?? []);
  return { contacts, unread: unreadable + unreadOf(answer), refused: new Set(refused) };
}

function contactOf({ id, properties: values, createdAt, updatedAt }: z.output<typeof Contact>): Contact {
  const known = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? '']));
  const additional = listOf(known['hs_additional_emails']);
  return {
    id,
    ...(known['email'] && { email: known['email'] }),
    additional,
    properties: known,
    ...momentOf('createdAt', createdAt),
    ...momentOf('updatedAt', updatedAt),
  };
}

function momentOf<N extends string>(name: N, told: unknown): { [K in N]?: HubSpotTime } {
  const at = typeof told === 'string' ? Date.parse(told) : Number.NaN;
  return Number.isNaN(at) ? {} : ({ [name]: hubspotTime(at) } as { [K in N]: HubSpotTime });
}

/** Contacts by the ids that were asked for: what is answered under another id is what came out of a merge. */
async function byAskedId(send: Send, ids: readonly string[], found: readonly Contact[]): Promise<Map<string, Contact>> {
  const byId = new Map(found.map((contact) => [contact.id, contact]));
  const asked = new Set(ids);
  const isForeign = byId.size < found.length || found.some(({ id }) => !asked.has(id));
  const contacts = new Map<string, Contact>();
  for (const id of asked) {
    const contact = byId.get(id) ?? found.find((one) => mergedIds(one).has(id));
    if (contact !== undefined) contacts.set(id, contact);
    // Somebody's survivor is among the answers, and does not say whose: HubSpot says it of one id at a time.
    else if (isForeign) {
      const survivor = byId.get((await survivorOfOne(send, id)) ?? '');
      if (survivor !== undefined) contacts.set(id, survivor);
    }
  }
  return contacts;
}

/** The id under which HubSpot answers a single read (`GET …/contacts/{id}`); undefined where HubSpot knows no such contact. */
async function survivorOfOne(send: Send, id: string): Promise<string | undefined> {
  const path = `/crm/objects/${API_VERSION}/contacts/${id}?properties=hs_object_id`;
  const response = await send({ method: 'GET', path });
  return response.status === 404 ? undefined : successOf(response, z.looseObject({ id: z.string() })).id;
}

function unreadOf(answer: BatchAnswer): number {
  return refusedIn(answer).length;
}

function refusedIn({ errors }: BatchAnswer): BatchAnswer['errors'] {
  return errors.filter(({ category }) => category !== 'OBJECT_NOT_FOUND');
}

const WithHistory = z.looseObject({
  id: z.string(),
  propertiesWithHistory: z.nullish(
    z.record(z.string(), z.array(z.looseObject({ value: z.nullish(z.string()), timestamp: z.string() }))),
  ),
});

/** Asks for the histories of some properties of contacts (`POST …/contacts/batch/read`). */
export function askHistories(send: Send, ids: readonly string[], properties: readonly string[]): Promise<BatchAnswer> {
  return postBatches(send, ids, {
    most: WITH_HISTORY,
    request: (part) => ({
      method: 'POST',
      path: BATCH_READ,
      body: { inputs: part.map((id) => ({ id })), properties: [], propertiesWithHistory: properties },
    }),
    contextOf: (id) => ({ ids: [id] }),
  });
}

/** When a property was set to what it holds now, by contact. `unread`: of how many contacts HubSpot could not tell. */
export type TimesSet = { times: Map<string, HubSpotTime>; unread: number };

/** Reads when a property was set to the value that it holds now. Contacts whose property holds none of `values` are left out. */
export async function readTimesSet(
  send: Send,
  ids: readonly string[],
  { property, values }: { property: string; values: readonly string[] },
): Promise<TimesSet> {
  const answer = await askHistories(send, ids, [property]);
  const { entries, unreadable } = readable(answer.results, WithHistory);
  const times = entries.flatMap(({ id, propertiesWithHistory }) => {
    const newest = propertiesWithHistory?.[property]?.[0];
    const at = Date.parse(newest?.timestamp ?? '');
    return !values.includes(newest?.value ?? '') || Number.isNaN(at) ? [] : [[id, hubspotTime(at)] as const];
  });
  return { times: new Map(times), unread: unreadable + unreadOf(answer) };
}
