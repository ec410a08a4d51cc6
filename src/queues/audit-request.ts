import * as z from 'zod/mini';

/** How many findings a report names one by one; the rest is counted. */
export const EXAMPLES = 100;

/** A message on the audit queue: where a run stands. The first one of a run, sent by the schedule, is empty but for `v`. */
export const AuditRequestSchema = z.object({
  v: z.literal(1),
  /** When the run began, ms. */
  startedAt: z.optional(z.int()),
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
