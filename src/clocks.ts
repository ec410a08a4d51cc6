/**
 * HubSpot's clock and ours. Both count milliseconds since 1970 and are numbers at run time; their types keep them apart, so that
 * comparing or mixing them does not compile. Whoever crosses from one clock to the other says so by name.
 */
declare const clock: unique symbol;

/** A moment by HubSpot's clock: when something happened there. The rules order events by this clock only (R9). */
export type HubSpotTime = { readonly [clock]: 'hubspot' };
/** A moment by our own clock: when we received, recorded or will look at something. */
export type OurTime = { readonly [clock]: 'ours' };
type Moment = HubSpotTime | OurTime;

/** Tells our present time. */
export type Now = () => OurTime;
export const systemClock: Now = () => ourTime(Date.now());

/** Reads milliseconds as a moment by HubSpot's clock. */
export const hubspotTime = (ms: number): HubSpotTime => ms as unknown as HubSpotTime;
/** Reads milliseconds as a moment by our clock. */
export const ourTime = (ms: number): OurTime => ms as unknown as OurTime;
/** Milliseconds since 1970, for wire formats and for measuring. */
export const millis = (moment: Moment): number => moment as unknown as number;
/** ISO 8601 in UTC, for people. */
export const iso = (moment: Moment): string => new Date(millis(moment)).toISOString();

/** The moment `ms` milliseconds after (or, if negative, before) another one. */
export const shifted = <T extends Moment>(moment: T, ms: number): T => (millis(moment) + ms) as unknown as T;

/** The latest of some moments of one clock; undefined when there is none. */
export function latest<T extends Moment>(moments: readonly (T | undefined)[]): T | undefined {
  return moments.reduce<T | undefined>(
    (found, one) => (found === undefined || (one !== undefined && one > found) ? one : found),
    undefined,
  );
}

/** For sorting, oldest first. */
export const byTime = <T extends Moment>(a: T, b: T): number => millis(a) - millis(b);

/** Takes our time for HubSpot's, where HubSpot told none or where the seconds between the clocks decide nothing. */
export const asHubSpotTime = (moment: OurTime): HubSpotTime => hubspotTime(millis(moment));
/** Takes HubSpot's time for ours, where the seconds between the clocks decide nothing. */
export const asOurTime = (moment: HubSpotTime): OurTime => ourTime(millis(moment));
