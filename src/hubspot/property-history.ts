import * as z from 'zod/mini';
import { hubspotTime, shifted } from '../clocks.ts';
import { type ControlKey, type ControlValue, closedValue } from '../registry/control.ts';
import { isNearCall } from '../rules/own-write.ts';
import { isWithin } from '../rules/r5-opened-unheard.ts';
import type { AskedPrior } from '../rules/r6-history.ts';
import { askHistories } from './contacts.ts';
import type { Send } from './transport.ts';
import { unlessUnseen } from './unseen.ts';

const Version = z.looseObject({
  value: z.nullish(z.string()),
  timestamp: z.string(),
  sourceType: z.nullish(z.string()),
});
type Version = z.infer<typeof Version>;
const Contact = z.looseObject({
  id: z.string(),
  propertiesWithHistory: z.nullish(z.record(z.string(), z.nullish(z.array(Version)))),
});

/** What the histories of a contact's properties tell. What they do not tell is left out. */
type Earlier = {
  /** What each property that is asked for held at its moment. */
  values: Readonly<Record<ControlKey, ControlValue>>;
  /** Properties that somebody else opened while the opt-out stood. */
  openedSince: readonly ControlKey[];
};
export type EarlierValues = ReadonlyMap<string, Earlier>;

/**
 * Reads what properties held at a moment. HubSpot may refuse to tell histories (a scope, an endpoint that is gone): then nothing is known.
 * @throws RetryableError when HubSpot as such is in trouble.
 */
export async function readEarlierValues(
  send: Send,
  asked: ReadonlyMap<string, readonly AskedPrior[]>,
): Promise<EarlierValues> {
  const ids = [...asked].filter(([, priors]) => priors.length > 0).map(([id]) => id);
  if (ids.length === 0) return new Map();
  const outcome = await unlessUnseen('history', () => readHistories(send, ids, asked));
  return 'seen' in outcome ? outcome.seen : new Map();
}

async function readHistories(
  send: Send,
  ids: readonly string[],
  asked: ReadonlyMap<string, readonly AskedPrior[]>,
): Promise<EarlierValues> {
  const properties = [...new Set(ids.flatMap((id) => (asked.get(id) ?? []).map(nameOf)))];
  const answer = await askHistories(send, ids, properties);
  return new Map(
    z
      .array(Contact)
      .parse(answer.results)
      .map(({ id, propertiesWithHistory }) => {
        const versionsOf = (prior: AskedPrior) => propertiesWithHistory?.[nameOf(prior)] ?? [];
        const priors = asked.get(id) ?? [];
        const values = priors.flatMap((prior) => {
          const value = valueAt(prior, versionsOf(prior));
          return value === undefined ? [] : [[prior.control.key, value] as const];
        });
        const opened = priors.filter((prior) => isOpenedSince(prior, versionsOf(prior)));
        return [id, { values: Object.fromEntries(values), openedSince: opened.map(({ control }) => control.key) }];
      }),
  );
}

const nameOf = ({ control: { control } }: AskedPrior) => (control.kind === 'property' ? control.name : '');

/** How many versions of a property HubSpot shows is not documented for this API: a history as long as this is taken to have lost its beginning. */
const WHOLE_BELOW = 20;

/**
 * So soon a portal's own workflow reacts to an opt-out, ms; and HubSpot's words for a workflow. What was closed later,
 * or by anybody else, may be the person's own "no" (R2).
 */
const REACTION_MS = 15 * 60_000;
const WORKFLOWS = ['WORKFLOWS', 'AUTOMATION_PLATFORM'];

/** HubSpot's words for what is written by the API (help, "HubSpot's change sources in property history"). */
const BY_API = ['INTEGRATION', 'API', 'BATCH_UPDATE'];

/** So far HubSpot's clock and ours may be apart, ms. */
const CLOCKS_APART_MS = 2000;

const timeOf = ({ timestamp }: Version) => hubspotTime(Date.parse(timestamp));

/** Whether a version is a write of ours in a direction. */
function isOurs({ ours }: AskedPrior, direction: 'closed' | 'open', version: Version): boolean {
  return (
    BY_API.includes(version.sourceType ?? '') &&
    ours[direction].some((call) => isNearCall(timeOf(version), call, CLOCKS_APART_MS))
  );
}

/**
 * The value at a moment, by what the fan-out found or else by versions, of which HubSpot names the newest first; undefined where the history may begin too late, or somebody has
 * closed the property since: other than a workflow that reacted at once, or we.
 */
function valueAt(prior: AskedPrior, versions: readonly Version[]): ControlValue | undefined {
  const { at, control, found } = prior;
  const closed = closedValue(control.control);
  const isReaction = (version: Version) =>
    timeOf(version) <= shifted(at, REACTION_MS) && WORKFLOWS.includes(version.sourceType ?? '');
  const since = versions.filter((version) => timeOf(version) > at);
  const closings = since.filter(({ value }) => value === closed);
  if (!closings.every((version) => isReaction(version) || isOurs(prior, 'closed', version))) return undefined;
  const before = versions.find((version) => timeOf(version) <= at && !isOurs(prior, 'closed', version));
  // What somebody else opened before the fan-out looked was closed when the person opted out (R5).
  const wasOpenedByUs = since.some((version) => isOurs(prior, 'open', version));
  if (found !== undefined) return before?.value === closed && !wasOpenedByUs ? closed : found;
  if (before !== undefined) return before.value ?? '';
  return versions.length > 0 && versions.length < WHOLE_BELOW ? '' : undefined;
}

/** Whether somebody else opened the property while the opt-out stood, and nobody has closed it since (R5). */
function isOpenedSince(prior: AskedPrior, versions: readonly Version[]): boolean {
  const newestClosing = versions.findIndex(({ value }) => value === closedValue(prior.control.control));
  const opening = versions[newestClosing - 1];
  return opening !== undefined && isWithin(timeOf(opening), prior.stood) && !isOurs(prior, 'open', opening);
}
