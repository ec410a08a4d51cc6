import { asHubSpotTime, type HubSpotTime, millis, type OurTime, shifted } from '../clocks.ts';

/**
 * R9: when two events cannot be ordered, the "no" wins. Every comparison of a "no" with a way back stands here, and "never" is
 * `undefined` everywhere.
 */

/** Whether a "no" beats a way back: said later or at the same moment. A "no" that was never said beats nothing. */
export function noWins(no: HubSpotTime | undefined, wayBack: HubSpotTime): boolean {
  return no !== undefined && no >= wayBack;
}

/** Whether something that happened at `at` is later than what is known, so that a duplicate or an older event changes nothing. */
export function isNews(at: HubSpotTime, known: HubSpotTime | undefined): boolean {
  return known === undefined || at > known;
}

/** HubSpot's clock and ours may differ by so much, as HubSpot allows for signatures (developer docs, "Validating requests"), ms. */
export const CLOCKS_DIFFER_MS = 5 * 60_000;

/**
 * From when a way back counts. A form can be posted with any time, and a time later than its own arrival shows that the clocks differ
 * by at least the difference: a "no" within that difference cannot be ordered and wins.
 */
export function wayBackCountsFrom(occurredAt: HubSpotTime, receivedAt: OurTime): HubSpotTime {
  const ahead = millis(occurredAt) - millis(receivedAt);
  return ahead > 0 ? shifted(asHubSpotTime(receivedAt), -ahead) : occurredAt;
}

/** Whether an event claims to have happened after it arrived: such a time orders nothing. */
export function isFromFuture(occurredAt: HubSpotTime, receivedAt: OurTime): boolean {
  return occurredAt > shifted(asHubSpotTime(receivedAt), CLOCKS_DIFFER_MS);
}
