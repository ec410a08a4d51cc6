import { type HubSpotTime, latest, millis } from '../clocks.ts';
import { type ControlKey, type ControlValue, closedValue, UNSEEN } from '../registry/control.ts';
import type { PlacedControl } from '../registry/registry.ts';
import type { Desired } from './desired.ts';
import { isNews } from './order.ts';
import type { Sight } from './sight.ts';
import { type ContactState, companyState } from './state.ts';

/**
 * What HubSpot shows, without what is older than the last closing that is known: HubSpot does not promise that a read sees the newest write, and a
 * type that we or the person closed seconds ago may still show as open. A lift (R4, R6) that believed such a read would leave the type closed for good, and a
 * fan-out would take what the person had closed for open before. Closing once more what is closed already does no harm.
 */
export function withoutStale(
  { actual, address }: Sight,
  state: ContactState,
  desired: ReadonlyMap<ControlKey, Desired>,
): Sight['actual'] {
  const holding = state.holdings.at(-1);
  if (address?.statuses === undefined || (holding !== undefined && holding.hash !== address.hash)) return actual;
  const values: Record<ControlKey, ControlValue> = { ...actual };
  for (const [key, wish] of desired) {
    const definition = wish.control.control;
    if (definition.kind !== 'subscription' || actual[key] === undefined) continue;
    const shownAt = address.statuses.find(({ subscriptionId }) => subscriptionId === definition.id)?.at;
    const isShownClosed = actual[key] === closedValue(definition);
    const stale = isShownClosed ? closedIfStale(wish, shownAt, state) : openIfStale(wish, shownAt, state);
    if (stale !== undefined) values[key] = stale;
  }
  return values;
}

/** What a type that is shown as open is taken for, where that is older than its last closing. */
function openIfStale(
  { to, control }: Desired,
  shownAt: HubSpotTime | undefined,
  state: ContactState,
): ControlValue | undefined {
  const closedAt = closedLast(control, state);
  // Before a lift somebody has to have seen which address the record holds: what is known may be another one's.
  const isSeen = to === 'closed' || state.holdings.length > 0;
  if (closedAt === undefined || !isOlder(shownAt, closedAt) || !isSeen) return undefined;
  return to === 'closed' ? UNSEEN : closedValue(control.control);
}

/** A type that must be closed, and is shown as closed from before our own opening, is open perhaps: a new "no" came soon after the lift. */
function closedIfStale(
  { to, control: { key } }: Desired,
  shownAt: HubSpotTime | undefined,
  state: ContactState,
): ControlValue | undefined {
  const { closed = [], open = [] } = state.written[key] ?? {};
  const [closing, opening] = [closed, open].map((writes) => writes.findLast(({ planned }) => !planned)?.at);
  const latestElse = latest([closing, heldFrom(state)]);
  const wasOpened = opening !== undefined && isNews(opening, latestElse);
  return to === 'closed' && wasOpened && isOlder(shownAt, opening) ? UNSEEN : undefined;
}

/**
 * When a type was closed last, as far as that was told: by our own confirmed write, or by the person; undefined where a write of ours opened
 * the type since. What is from before the record held the address was told of another one.
 */
function closedLast({ key, company, brand }: PlacedControl, state: ContactState): HubSpotTime | undefined {
  const { closed = [], open = [] } = state.written[key] ?? {};
  const [closing, opening] = [closed, open].map((writes) => writes.findLast(({ planned }) => !planned)?.at);
  const said = brand === undefined ? companyState(state, company).optOut?.at : state.ownNo[key];
  const newest = latest([closing, said]);
  const isOver = newest !== undefined && [opening, heldFrom(state)].some((at) => at !== undefined && at >= newest);
  return isOver ? undefined : newest;
}

/** Since when the record holds another address than before. */
function heldFrom({ holdings }: ContactState): HubSpotTime | undefined {
  return holdings.length > 1 ? holdings.at(-1)?.from : undefined;
}

/** A status that nobody ever set has no time. Reads may show times in whole seconds. */
function isOlder(shown: HubSpotTime | undefined, closing: HubSpotTime): boolean {
  return shown === undefined || Math.floor(millis(shown) / 1000) < Math.floor(millis(closing) / 1000);
}
