import * as z from 'zod/mini';
import { hubspotTime, millis, type OurTime, ourTime } from '../clocks.ts';
import { SignalSchema } from '../signals/signal.ts';
import { writeBody } from './write-body.ts';

/** A message on the convergence queue: the message only names a contact; what to do is read anew each time. Times in ms. */
export const ConvergenceRequestSchema = z.object({
  v: z.literal(1),
  portal: z.int(),
  contact: z.string(),
  /** When the cause happened in HubSpot: how long propagation took is measured from here. */
  occurredAt: z.pipe(z.int(), z.transform(hubspotTime)),
  /** Set on a message that waits for a moment (the end of a grace window) rather than for work now. */
  wakeAt: z.optional(z.pipe(z.int(), z.transform(ourTime))),
  /** Set where the cause can only open something (a form, a confirmation): closings go first. */
  lifts: z.optional(z.boolean()),
  /** What caused this request and many others at once (an import, an audit); missing: a person. */
  crowd: z.optional(z.string()),
  /** Whether to look for other ledgers of the contact's addresses first (R8). */
  identify: z.optional(z.boolean()),
  /** A submission that nobody can judge yet: it is decided anew when this message comes. */
  again: z.optional(SignalSchema),
});
export type ConvergenceRequest = z.infer<typeof ConvergenceRequestSchema>;

/** SQS cannot delay a message for longer (SQS API reference, SendMessage). What is later than this, no message waits for. */
export const LONGEST_DELAY_MS = 15 * 60_000;

/** Seconds by which a request is to be delayed. */
export function delaySeconds({ wakeAt }: ConvergenceRequest, now: OurTime): number {
  if (wakeAt === undefined) return 0;
  const ms = Math.min(LONGEST_DELAY_MS, Math.max(0, millis(wakeAt) - millis(now)));
  return Math.ceil(ms / 1000);
}

/**
 * The message of a request. Its group makes the queue a fair one: SQS gives the groups that have little in hand first, so that a person
 * does not wait behind the rows of an import
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html). A standard queue keeps no order within a group.
 */
export function messageOf(request: ConvergenceRequest, now: OurTime) {
  const group = (request.crowd ?? request.contact).replaceAll(/[^\w:.-]/g, '_').slice(0, LONGEST_GROUP);
  return { MessageBody: writeBody(request), DelaySeconds: delaySeconds(request, now), MessageGroupId: group };
}

/** SQS API reference, SendMessage: letters, digits and punctuation. */
const LONGEST_GROUP = 128;
