import { hubspotTime } from '../../src/clocks.ts';
import type { ShownStatus } from '../../src/rules/sight.ts';
import type { Written } from '../../src/rules/state.ts';
import { timed } from './state.ts';

/** A write of ours that HubSpot confirmed, at HubSpot's time of the write (ms). */
export const write = (at: number, source?: string): Written =>
  timed<Written>({ at, from: at - 100, until: at + 100, ...(source !== undefined && { source }) });

/** A write of ours of which HubSpot has told nothing, and that may land within a minute. */
export const planned = timed<Written>({ at: 900, from: 900, until: 60_900, planned: true });

/** What HubSpot shows of the museum's own type, changed by an app at a moment (ms). */
export const shows = (status: string, at: number | undefined, more: Partial<ShownStatus> = {}): ShownStatus => ({
  subscriptionId: 501,
  status,
  source: 'Public API',
  ...(at !== undefined && { at: hubspotTime(at) }),
  ...more,
});
