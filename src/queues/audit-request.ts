import * as z from 'zod/mini';

/** How many findings a report names one by one; the rest is counted. */
export const EXAMPLES = 100;

/**
 * A run is a chain of messages from the function to itself, one for each slice of nearly 15 minutes: so many slices are five days, and
 * a run that takes longer goes in circles.
 */
export const MOST_SLICES = 500;

/** The first message of a nightly run: two nights may fail, and nothing that was changed since is missed. */
export const NIGHTLY = { v: 1, lookBackDays: 3 } as const;

/** A message on the audit queue: where a run stands. The first one of a run is empty but for `v` and what kind of run is asked for. */
export const AuditRequestSchema = z.object({
  v: z.literal(1),
  /**
   * How long before the run a record may have been changed for its former addresses to be asked for, days; default: whenever. Of what was changed earlier an
   * earlier audit has seen all: the first audit of a portal asks for everything.
   */
  lookBackDays: z.optional(z.int()),
  /** When the run began, ms. */
  startedAt: z.optional(z.int()),
  /** How many slices there have been with this one. */
  slice: z._default(z.int(), 1),
  /** The last contact that was looked at. */
  after: z._default(z.string().check(z.regex(/^\d{1,20}$/)), '0'),
  contacts: z._default(z.int(), 0),
  counts: z._default(z.record(z.string(), z.int()), {}),
  /** Controls that a repair closes, by `company/brand`. */
  closings: z._default(z.record(z.string(), z.int()), {}),
  coverage: z._default(z.array(z.object({ kind: z.string(), what: z.string() })), []),
  /** Parts of the portal that HubSpot did not show, and why. */
  unseen: z._default(z.array(z.object({ part: z.string(), why: z.string() })), []),
  examples: z._default(z.array(z.object({ kind: z.string(), contact: z.string(), control: z.string() })), []),
});
export type AuditRequest = z.output<typeof AuditRequestSchema>;
