import { type HubSpotTime, latest, millis, shifted } from '../clocks.ts';
import { NEVER_SET } from '../registry/control.ts';
import type { ControlSignal } from '../signals/signal.ts';
import type { Case, Clause } from './clause.ts';
import { isRewritten } from './rewritten.ts';
import { SHOWN_BY_PROPERTY_MS, surelyShownAt, wasOpenedSince } from './set-by-us.ts';

/**
 * A status that HubSpot shows is no word on an event where the ledger knows of something newer: HubSpot does not promise that a read sees the newest
 * write. HubSpot is looked at again for some time (docs/decisions/0031-late-echoes.md).
 */
export const shownOutdated: Clause<ControlSignal> = (given) => {
  const { signal, facts } = given;
  if (facts.now >= surelyShownAt(signal) || !isOutdated(given)) return undefined;
  return { kind: 'too-early', since: signal.receivedAt, until: surelyShownAt(signal) };
};

function isOutdated(given: Case<ControlSignal>): boolean {
  const { shown } = given.facts;
  if (shown === undefined) return false;
  const written = lastWritten(given);
  // A type that nobody ever set has no time.
  if (shown === 'nothing' || shown.status === NEVER_SET) return written !== undefined;
  const { at } = shown;
  if (at === undefined) return false;
  const isOlder = written !== undefined && inSeconds(at) < inSeconds(written);
  return isOlder || (shown.status === 'UNSUBSCRIBED' && wasClosedAnew(at, given));
}

/**
 * Whether somebody closed, at the time of the event, what HubSpot shows as closed at a moment before. A webhook tells within seconds when the property changed;
 * a workflow may tell of the older closing, unless the type was opened since.
 */
function wasClosedAnew(at: HubSpotTime, given: Case<ControlSignal>): boolean {
  const { signal } = given;
  if (isRewritten(signal)) return false;
  if (signal.source.channel === 'webhook') return signal.occurredAt > shifted(at, SHOWN_BY_PROPERTY_MS);
  return signal.source.channel === 'workflow' && wasOpenedSince({ at }, given);
}

/** When we wrote the type last, as far as HubSpot confirmed that. */
function lastWritten({ state, signal: { control } }: Case<ControlSignal>): HubSpotTime | undefined {
  const { closed = [], open = [] } = state.written[control] ?? {};
  return latest([...closed, ...open].map(({ planned, at }) => (planned ? undefined : at)));
}

/** Reads may show times in whole seconds. */
const inSeconds = (at: HubSpotTime) => Math.floor(millis(at) / 1000);
