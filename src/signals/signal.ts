import * as z from 'zod/mini';
import { hubspotTime, ourTime } from '../clocks.ts';

/**
 * What happened, in our terms: the body of a message on the queues of signals. One schema serves both ends of the queue.
 * `occurredAt` is HubSpot's time, `receivedAt` ours; on the wire both are milliseconds since 1970.
 */

/** Who or what caused the event, as far as HubSpot says; recorded as HubSpot wrote it, never decided on alone. */
const Source = z.object({
  /** `reading`: no event told; HubSpot's answer to a read did. */
  channel: z.enum(['webhook', 'workflow', 'audit', 'operator', 'reading']),
  change: z.optional(z.string()),
  id: z.optional(z.string()),
});

/** Stands for the contact where an event names a person by address only: whoever holds `address` in HubSpot. */
export const BY_ADDRESS = '0';

const common = {
  v: z.literal(1),
  id: z.string(),
  portal: z.int(),
  /** HubSpot's contact id, or `BY_ADDRESS`. */
  contact: z.string().check(z.regex(/^\d{1,20}$/)),
  /** The address that the event names, where it names one. */
  address: z.optional(z.string()),
  occurredAt: z.pipe(z.int().check(z.nonnegative()), z.transform(hubspotTime)),
  receivedAt: z.pipe(z.int(), z.transform(ourTime)),
  source: Source,
  /** What caused this signal and many others at once; missing: a person, or a message of an earlier version. */
  crowd: z.optional(z.string()),
};

const ControlSignal = z.object({
  ...common,
  kind: z.literal('control'),
  /** A control's key, or `portal-wide`. */
  control: z.string(),
  to: z.enum(['closed', 'open']),
  /** HubSpot did not tell when the event happened: `occurredAt` is the time of its arrival, and a repetition is not recognised. */
  timeless: z.optional(z.literal(true)),
});

const FormSignal = z.object({
  ...common,
  kind: z.literal('form'),
  form: z.string(),
  page: z.optional(z.string()),
  /** The event states no time: `occurredAt` is its arrival. */
  untimed: z.optional(z.literal(true)),
});

const ConfirmationSignal = z.object({ ...common, kind: z.literal('confirmation'), value: z.string() });

/** Something happened to the contact's record or address, not to a control (R8). */
const LifecycleSignal = z.object({
  ...common,
  kind: z.literal('lifecycle'),
  /** `unclear`: HubSpot tells that something changed, but not to what. */
  event: z.enum(['created', 'deleted', 'restored', 'address-changed', 'unclear', 'erased']),
  /** The property whose change is unclear, where HubSpot names the property. */
  property: z.optional(z.string()),
});

/** `contact` is what is left after a merge; the `others` are part of that contact from now on (R8). */
const MergeSignal = z.object({ ...common, kind: z.literal('merge'), others: z.array(common.contact) });

export const SignalSchema = z.discriminatedUnion('kind', [
  ControlSignal,
  FormSignal,
  ConfirmationSignal,
  LifecycleSignal,
  MergeSignal,
]);
export type Signal = z.infer<typeof SignalSchema>;
export type ControlSignal = z.infer<typeof ControlSignal>;
export type FormSignal = z.infer<typeof FormSignal>;
export type ConfirmationSignal = z.infer<typeof ConfirmationSignal>;
export type LifecycleSignal = z.infer<typeof LifecycleSignal>;
export type MergeSignal = z.infer<typeof MergeSignal>;
export type SignalSource = z.infer<typeof Source>;
