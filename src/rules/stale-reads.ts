import { type HubSpotTime, millis } from '../clocks.ts';
import { type ControlKey, type ControlValue, closedValue } from '../registry/control.ts';
import type { Desired } from './desired.ts';
import type { Sight } from './sight.ts';
import type { ContactState } from './state.ts';

/**
 * What HubSpot shows, without what is older than our own closing: HubSpot does not promise that a read sees the newest write, and a type that
 * we closed seconds ago may still show as open. A lift (R4, R6) that believed such a read would leave the type closed for good. Only
 * what is to be opened is looked at so: closing what is closed already does no harm.
 */
export function withoutStale(
  { actual, address }: Sight,
  state: ContactState,
  desired: ReadonlyMap<ControlKey, Desired>,
): Sight['actual'] {
  const holding = state.holdings.at(-1);
  if (address?.statuses === undefined || holding?.hash !== address.hash) return actual;
  const values: Record<ControlKey, ControlValue> = { ...actual };
  for (const [key, { to, control }] of desired) {
    const definition = control.control;
    if (to === 'closed' || definition.kind !== 'subscription' || actual[key] === undefined) continue;
    const shownAt = address.statuses.find(({ subscriptionId }) => subscriptionId === definition.id)?.at;
    const closedAt = newestClosing(key, state);
    const isOurs = closedAt !== undefined && closedAt >= holding.from;
    if (isOurs && isOlder(shownAt, closedAt)) values[key] = closedValue(definition);
  }
  return values;
}

/** HubSpot's time of our newest write of a control, where that write closed the control and HubSpot confirmed it. */
function newestClosing(key: ControlKey, { written }: ContactState): HubSpotTime | undefined {
  const { closed = [], open = [] } = written[key] ?? {};
  const [closing, opening] = [closed, open].map((writes) => writes.findLast(({ planned }) => !planned)?.at);
  return opening !== undefined && closing !== undefined && opening >= closing ? undefined : closing;
}

/** A status that nobody ever set has no time. Reads may show times in whole seconds. */
function isOlder(shown: HubSpotTime | undefined, closing: HubSpotTime): boolean {
  return shown === undefined || Math.floor(millis(shown) / 1000) < Math.floor(millis(closing) / 1000);
}
