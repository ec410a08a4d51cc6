import type { Behaviour } from '../../local/hubspot/behaviour.ts';
import type { Spelling } from './people/spelling.ts';
import { type Random, sourceOf } from './random.ts';

/** HubSpot as it is: what goes on while the storm does. Spans: in every `everyMs` the first `ms`. */
export type Odd = {
  /** A property that HubSpot refuses to write. */
  refusedProperty?: string;
  /** A property whose options were renamed: HubSpot takes the value that opens it, and no longer the one that blocks. */
  renamedOption?: string;
  /** A property that the portal demands of each contact, and that none has. */
  demanded?: string;
  /** A contact with whom every batch is answered 409. */
  conflictOf?: string;
  /** A contact with whom the batches of certain endpoints (a part of their path) are answered otherwise. */
  spoiled?: { contact: string; status: number; path: string };
  /** In every `everyMs` each call of `ms` is answered 500. */
  bursts?: Span;
  /** In every `everyMs` the calls for statuses in batches of `ms` are answered 403: the token lacks the scope, or is barred for another reason. */
  forbidden?: Span & { category: 'MISSING_SCOPES' | 'BANNED' };
  /** So long after each change of ours a workflow tells of the change, as of the moment of the telling, ms; and how it spells the status. */
  echoAfterMs?: number;
  echoSpelt?: 'as usual' | 'oddly';
  /** What becomes of a call for a form's submissions. */
  submissionLists?: Behaviour['submissionLists'];
  /** An endpoint that Widerruf can do without, and what becomes of the calls of it, from the first to the last. */
  optional?: { path: string; answers: OddAnswer };
  /** So long a portal's workflow takes to copy an opt-out of the museum into a property of its own, which is watched instead, ms. */
  copiedAfterMs?: number;
  /** How HubSpot spells the addresses of this play; default: plainly. */
  spelling?: Spelling;
};
/** A status, or a body of another shape than HubSpot's description says. */
export type OddAnswer = 400 | 403 | 404 | 410 | 500 | 'another shape' | 'odd entries' | 'no list';
export type Span = { everyMs: number; ms: number };

export const isWithin = (now: number, { everyMs, ms }: Span): boolean => now % everyMs < ms;

const PROPERTIES = ['block_gallery', 'block_library'];
/** By the twin's usual ids. */
const CONTACTS = ['101', '102', '103'];
const OPTIONAL = ['/crm/properties/', '/marketing/forms/', '/marketing/emails/', '/definitions', '/contacts/search'];
const ODD_ANSWERS = [400, 403, 404, 410, 500, 'another shape', 'odd entries', 'no list'] as const;
/** Over 2^53: no JavaScript number holds such an id and its neighbours apart. */
const LARGE_IDS = ['9007199254740993', '9223372036854770001'];
const BATCHES = [
  'contacts/batch/read',
  'contacts/batch/update',
  'statuses/batch/write',
  'statuses/batch/read',
  '/batch/',
];

export function oddOf(seed: number): Odd {
  const { chance, int, pick } = sourceOf(seed, 'odd');
  return {
    ...(chance(0.2) && { refusedProperty: pick(PROPERTIES) }),
    ...(chance(0.2) && { conflictOf: pick(CONTACTS) }),
    ...(chance(0.2) && { bursts: { everyMs: int(20_000, 600_000), ms: int(500, 15_000) } }),
    ...(chance(0.3) && { echoAfterMs: pick([int(2000, 10_000), int(10_000, 300_000)]) }),
    ...drawn(seed, 'renamedOption', 0.1, ({ pick }) => pick(PROPERTIES)),
    ...drawn(seed, 'demanded', 0.1, () => 'salutation'),
    ...drawn(seed, 'spoiled', 0.2, ({ pick }) => ({
      contact: pick(CONTACTS),
      status: pick([404, 408, 422, 500]),
      path: pick(BATCHES),
    })),
    ...drawn(seed, 'forbidden', 0.15, ({ int, pick }) => ({
      everyMs: int(20_000, 600_000),
      ms: int(100, 15_000),
      category: pick(['MISSING_SCOPES', 'MISSING_SCOPES', 'BANNED'] as const),
    })),
    ...drawn(seed, 'echoSpelt', 0.3, () => 'oddly' as const),
    ...drawn(seed, 'submissionLists', 0.1, ({ pick }) => pick(['forbidden', 'gone', 'unknown shape'] as const)),
    ...drawn(seed, 'optional', 0.12, ({ pick }) => ({ path: pick(OPTIONAL), answers: pick(ODD_ANSWERS) })),
    ...drawn(seed, 'spelling', 0.12, ({ pick }) => pick(['umlaut', 'decomposed', 'capitals'] as const)),
  };
}

/** HubSpot's ways that have no end: they go on in the calm, too. */
export function lastingWaysOf(seed: number): Partial<Behaviour> {
  return {
    ...drawn(seed, 'statusTimesInSeconds', 0.2, () => true),
    ...drawn(seed, 'readableAfterMs', 0.2, ({ pick }) => pick([2000, 6000, 20_000])),
    ...drawn(seed, 'unknownAddresses', 0.25, () => 'left out' as const),
    ...drawn(seed, 'closingAgain', 0.2, () => 'refused' as const),
    ...drawn(seed, 'optOutPropertyLagMs', 0.2, ({ pick }) => pick([500, 3000, 8000, 20_000])),
    ...drawn(seed, 'statusLagMs', 0.2, ({ pick }) => pick([500, 3000, 8000])),
    ...drawn(seed, 'workflowSpelling', 0.3, ({ pick }) =>
      pick(['bare form id', 'seconds', 'date', 'no contact id'] as const),
    ),
    ...drawn(seed, 'hidesValues', 0.1, () => true),
    ...drawn(seed, 'keepsOptOutVersions', 0.3, () => false),
    ...drawn(seed, 'spellsAnswers', 0.25, () => 'in one form' as const),
    ...drawn(seed, 'explicitNulls', 0.1, () => true),
    ...drawn(seed, 'firstId', 0.08, ({ pick }) => pick(LARGE_IDS)),
  };
}

/** A way of HubSpot's, drawn or left out: each has a source of chance of its own, so that a new one changes no other. */
function drawn<Name extends string, T>(
  seed: number,
  name: Name,
  probability: number,
  draw: (random: Random) => T,
): { [N in Name]?: T } {
  const random = sourceOf(seed, `way ${name}`);
  return random.chance(probability) ? ({ [name]: draw(random) } as { [N in Name]?: T }) : {};
}
