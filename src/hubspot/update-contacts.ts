import * as z from 'zod/mini';
import { asHubSpotTime, type HubSpotTime, hubspotTime, type Now } from '../clocks.ts';
import { reasonOf } from '../errors.ts';
import { propertyKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import { mayBeWritten, PROTECTED } from '../rules/r3-protected.ts';
import { postBatches, refusedWithAll } from './batch.ts';
import { type NotTaken, notTaken, VALIDATION_ERROR } from './refusal.ts';
import { API_VERSION, type Send } from './transport.ts';

const Updated = z.looseObject({ id: z.string(), updatedAt: z.nullish(z.string()) });

/** HubSpot's time of the write, or why HubSpot did not take it. */
export type Update = { at: HubSpotTime } | NotTaken;
/** What became of a contact's update, as a whole; `except`: of properties of which something else became. */
export type UpdateOutcome = Update & { except?: Readonly<Record<string, Update>> };

export type ContactUpdate = { id: string; properties: Record<string, string> };
type Outcomes = Map<string, UpdateOutcome>;

/**
 * Updates contacts in batches (`POST …/contacts/batch/update`). HubSpot refuses a contact as a whole for one property (an option was
 * renamed, the property deleted, a rule demands another one): then each property is written alone, so that a refusal costs only
 * that property. Returns the outcome per contact.
 */
export async function updateContacts(
  send: Send,
  updates: readonly ContactUpdate[],
  now: Now,
  registry: Pick<Registry, 'protectedControls'>,
): Promise<Outcomes> {
  const isAllowed = ({ properties }: ContactUpdate) =>
    Object.keys(properties).every((name) => mayBeWritten(propertyKey(name), registry));
  const allowed = updates.filter(isAllowed);
  const outcomes = await update(send, allowed, now);
  const refused = allowed.filter(({ id }) => isRefused(outcomes.get(id)));
  for (const [id, outcome] of await updateSingly(send, refused, now)) outcomes.set(id, outcome);
  for (const one of updates) if (!isAllowed(one)) outcomes.set(one.id, { refused: PROTECTED });
  return outcomes;
}

const REFUSED_WITH_ALL = refusedWithAll(400);

function isRefused(outcome: UpdateOutcome | undefined): boolean {
  if (outcome === undefined || 'at' in outcome) return false;
  return 'refused' in outcome || outcome.failed === REFUSED_WITH_ALL;
}

async function update(send: Send, updates: readonly ContactUpdate[], now: Now): Promise<Outcomes> {
  const outcomes: Outcomes = new Map();
  const answer = await postBatches(send, updates, {
    request: (inputs) => ({
      method: 'POST',
      path: `/crm/objects/${API_VERSION}/contacts/batch/update`,
      body: { inputs },
    }),
    contextOf: ({ id }) => ({ ids: [id] }),
  });
  for (const { id, updatedAt } of z.array(Updated).parse(answer.results)) {
    const at = Date.parse(updatedAt ?? '');
    outcomes.set(id, { at: Number.isNaN(at) ? asHubSpotTime(now()) : hubspotTime(at) });
  }
  for (const { category, context } of answer.errors) {
    for (const id of [...(context['ids'] ?? []), ...(context['id'] ?? [])]) outcomes.set(id, notTaken(category));
  }
  return outcomes;
}

/** A property that needs another one is taken once that other one is written: so often all is gone through. */
const PASSES = 2;

/** Writes the properties of refused contacts one by one, each property for all contacts together. */
async function updateSingly(send: Send, updates: readonly ContactUpdate[], now: Now): Promise<Outcomes> {
  const names = [...new Set(updates.flatMap(({ properties }) => Object.keys(properties)))];
  if (names.length < 2) return new Map();
  const byProperty = new Map<string, Outcomes>(names.map((name) => [name, new Map()]));
  for (let pass = 0; pass < PASSES; pass++) {
    for (const [name, known] of byProperty) {
      const open = updates.filter(({ id, properties }) => name in properties && isOpen(known.get(id)));
      for (const [id, outcome] of await updateOne(send, open, { name, now })) known.set(id, outcome);
    }
  }
  const someWereTaken = [...byProperty.values()].some((known) => [...known.values()].some((one) => 'at' in one));
  return new Map(
    updates.map(({ id, properties }) => {
      const parts = Object.keys(properties).map((name): [string, Update] => {
        const outcome = byProperty.get(name)?.get(id) ?? notTaken(undefined);
        // The endpoint takes other properties: what all contacts are refused for is the property.
        const isProperty = someWereTaken && 'failed' in outcome && outcome.failed === REFUSED_WITH_ALL;
        return [name, isProperty ? notTaken(VALIDATION_ERROR) : outcome];
      });
      return [id, together(parts)];
    }),
  );
}

const isOpen = (outcome: UpdateOutcome | undefined) => outcome === undefined || isRefused(outcome);

async function updateOne(
  send: Send,
  updates: readonly ContactUpdate[],
  { name, now }: { name: string; now: Now },
): Promise<Outcomes> {
  const ofName = updates.map(({ id, properties }) => ({ id, properties: { [name]: properties[name] ?? '' } }));
  try {
    return await update(send, ofName, now);
  } catch (error) {
    // What was written before stays known.
    return new Map(updates.map(({ id }) => [id, { failed: reasonOf(error) }]));
  }
}

function together(parts: readonly [string, Update][]): UpdateOutcome {
  const main = parts.find(([, one]) => 'at' in one)?.[1] ?? parts[0]?.[1] ?? notTaken(undefined);
  const others = parts.filter(([, one]) => 'at' in one !== 'at' in main || !('at' in main));
  return { ...main, ...(others.length > 0 && { except: Object.fromEntries(others) }) };
}
