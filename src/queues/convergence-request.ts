import * as z from 'zod/mini';
import { hubspotTime, millis, type OurTime, ourTime } from '../clocks.ts';
import { SignalSchema } from '../signals/signal.ts';

/** A message on the convergence queue: the message only names a contact; what to do is read anew each time. Times in ms. */
export const ConvergenceRequestSchema = z.object({
  v: z.literal(1),
  portal: z.int(),
  contact: z.string(),
  /** When the cause happened in HubSpot: how long propagation took is measured from here. */
  occurredAt: z.pipe(z.int(), z.transform(hubspotTime)),
  /** Set on a message that waits for a moment (the end of a grace window) rather than for work now. */
  wakeAt: z.optional(z.pipe(z.int(), z.transform(ourTime))),
  /** Whether to look for other ledgers of the contact's addresses first (R8). */
  identify: z.optional(z.boolean()),
  /** A submission that nobody can judge yet: it is decided anew when this message comes. */
  again: z.optional(SignalSchema),
});
export type ConvergenceRequest = z.infer<typeof ConvergenceRequestSchema>;

/** SQS cannot delay a message for longer; a later moment is waited for in several steps. */
const LONGEST_DELAY_S = 900;

/** Seconds by which a request is to be delayed. */
export function delaySeconds({ wakeAt }: ConvergenceRequest, now: OurTime): number {
  return wakeAt === undefined
    ? 0
    : Math.min(LONGEST_DELAY_S, Math.max(0, Math.ceil((millis(wakeAt) - millis(now)) / 1000)));
}
