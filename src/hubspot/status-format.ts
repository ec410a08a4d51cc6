import * as z from 'zod/mini';
import { type HubSpotTime, hubspotTime } from '../clocks.ts';
import { OUR_MARK } from './legal-basis.ts';
import { API_VERSION } from './transport.ts';

/** Path of the statuses of communication preferences. */
export const STATUSES = `/communication-preferences/${API_VERSION}/statuses`;

export const Status = z.looseObject({
  subscriptionId: z.pipe(
    z.union([z.int(), z.string()]),
    z.transform((id: number | string) => Number(id)),
  ),
  subscriberIdString: z.string(),
  status: z.string(),
  source: z.optional(z.nullable(z.string())),
  timestamp: z.optional(z.nullable(z.union([z.string(), z.number()]))),
  legalBasisExplanation: z.optional(z.nullable(z.string())),
  setStatusSuccessReason: z.optional(z.nullable(z.string())),
});
export const StatusesOfOne = z.looseObject({ subscriberIdString: z.string(), statuses: z.nullish(z.array(Status)) });
export const Action = z.looseObject({ results: z.nullish(z.array(Status)) });

/** A subscription status as HubSpot holds it for an address. */
export type Status = {
  /** As HubSpot spells it. */
  address: string;
  subscriptionId: number;
  status: string;
  source: string;
  /** HubSpot's time of the last change, where HubSpot tells one. */
  at?: HubSpotTime;
  /** The status carries an explanation of ours. */
  marked?: true;
  /** Answer to a write that found the status set already: `at` is another's time. */
  unchanged?: true;
};

/** Reads a status from HubSpot's format. */
export function statusOf({
  subscriberIdString,
  subscriptionId,
  status,
  source,
  timestamp,
  legalBasisExplanation,
  setStatusSuccessReason,
}: z.output<typeof Status>): Status {
  const at = typeof timestamp === 'number' ? timestamp : Date.parse(timestamp ?? '');
  return {
    address: subscriberIdString,
    subscriptionId,
    status,
    source: source ?? '',
    ...(at > 0 && { at: hubspotTime(at) }),
    ...(legalBasisExplanation?.startsWith(OUR_MARK) && { marked: true as const }),
    ...(setStatusSuccessReason === 'NO_STATUS_CHANGE' && { unchanged: true as const }),
  };
}
