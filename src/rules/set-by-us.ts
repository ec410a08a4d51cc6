import { asOurTime, type HubSpotTime, millis, shifted } from '../clocks.ts';
import { type ControlKey, watchedPropertyOf } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import type { ControlSignal, Signal } from '../signals/signal.ts';
import type { Case, Clause, Facts } from './clause.ts';
import { ignored, type Verdict } from './decision.ts';
import { exactOwnWriteOf, isNearCall } from './own-write.ts';
import { isRewritten } from './rewritten.ts';
import type { ShownStatus } from './sight.ts';
import { type ContactState, companyState, type Written } from './state.ts';

/**
 * Statuses that HubSpot shows, and events that come late. An event tells when something was told; a status tells when the type was
 * last changed, and by whom (docs/decisions/0031-late-echoes.md).
 */

/** A shown status that is closed or open, of a control. */
export type Shown = { control: ControlKey; to: 'closed' | 'open'; status: ShownStatus };

/**
 * The write of ours that set a shown status: at HubSpot's very time of the write; or at most `windowMs` beside it and with our mark,
 * or with the source that HubSpot named for that write. Somebody else's change beside our own write shows another source.
 */
export function writeThatSet(
  state: ContactState,
  { control, to, status }: Shown,
  windowMs: number,
): Written | undefined {
  if (status.at === undefined) return undefined;
  const told = { control, to, occurredAt: status.at };
  const exact = exactOwnWriteOf(state, told, 0);
  if (exact !== undefined && !exact.planned) return exact;
  const beside = exactOwnWriteOf(state, told, windowMs);
  const isOurs = status.marked === true || (beside?.source !== undefined && beside.source === status.source);
  return beside !== undefined && !beside.planned && isOurs ? beside : exact;
}

/** Workflows and copied properties tell of a change minutes after it; an hour later nobody takes an event for an echo, ms. */
const TOLD_LATE_MS = 60 * 60_000;
/** HubSpot's own property of a type may show a change some seconds late, and its webhook tells when the property changed, ms. */
export const SHOWN_BY_PROPERTY_MS = 30_000;

/** How long after a write of ours an event may still be its echo. */
function toldWithin(signal: ControlSignal, registry: Registry): number {
  return isToldByHubSpot(signal, registry) ? SHOWN_BY_PROPERTY_MS : TOLD_LATE_MS;
}

/**
 * Whether an event may be of a closing of ours whose pass died before HubSpot's answer was recorded. Where we opened the type since, such a closing landed
 * late, and closed what the owner had come back to: nobody can make that good but the owner.
 */
function isOfUnconfirmed(write: Written, { state, signal }: Case<ControlSignal>): boolean {
  const wasOpened = state.written[signal.control]?.open?.some(({ from }) => from > write.from) === true;
  return signal.to === 'closed' && write.planned === true && !wasOpened && isNearCall(signal.occurredAt, write, 0);
}

/** By a webhook on HubSpot's own property. Where a company watches a copy, HubSpot's own property is watched by nobody. */
function isToldByHubSpot({ source, control }: ControlSignal, { watched }: Registry): boolean {
  return source.channel === 'webhook' && watched.has(watchedPropertyOf(control));
}

/**
 * An event that comes some time after a write of ours of the same control and direction may be that write's echo on a slow way: its
 * time is the time of the telling. HubSpot's status knows when the type was last changed.
 */
export const mayBeToldLate: Clause<ControlSignal> = (given) => {
  const { state, signal, facts } = given;
  const { control, to, occurredAt } = signal;
  if (facts.shown !== undefined || facts.ofMerged) return undefined;
  if (facts.registry.controls.get(control)?.control.kind !== 'subscription') return undefined;
  const within = toldWithin(signal, facts.registry);
  const isLate = ({ at, planned }: Written) => !planned && occurredAt > at && millis(occurredAt) - millis(at) <= within;
  const mayBeIt = (write: Written) => isLate(write) || isOfUnconfirmed(write, given);
  return state.written[control]?.[to]?.some(mayBeIt) ? { kind: 'look-first' } : undefined;
};

/**
 * What HubSpot holds was set by us, and before the event: nobody else closed the type. A write of ours after a webhook's event tells nothing
 * of the event's time: somebody may have said no then, and we or somebody else opened the type since.
 */
export const closedLongSince: Clause<ControlSignal> = (given) => {
  const shown = shownIn(given);
  if (shown === undefined) return undefined;
  const write = writeThatSet(given.state, shown, given.facts.registry.policy.echoWindowMs);
  // Of a closing that was never confirmed only our mark tells that the closing is ours.
  if (write?.planned && isMarkedAt(given.signal.occurredAt, shown.status) && isOfUnconfirmed(write, given))
    return ignored('own-write', 'converge');
  if (write === undefined || write.planned) return undefined;
  const isLater = write.at > shifted(given.signal.occurredAt, given.facts.registry.policy.echoWindowMs);
  // HubSpot's own webhooks tell late by seconds at most; what a workflow tells may be minutes old, and a webhook told of it as well.
  const isWebhook = given.signal.source.channel === 'webhook';
  if (shown.to === 'closed' && isWebhook && (isLater || wasOpenedSince(write, given))) return undefined;
  // Our lift may have overwritten a "no" that came between its look at HubSpot and its write (R9).
  const isOverwritten = shown.to === 'open' && write.at > given.signal.occurredAt;
  if (isOverwritten && isToldByHubSpot(given.signal, given.facts.registry)) return undefined;
  return ignored('own-write', shown.to === 'closed' ? 'nothing' : 'converge');
};

/** Whether a status carries our mark, and was set at the time of an event. */
function isMarkedAt(occurredAt: HubSpotTime, { marked, at }: ShownStatus): boolean {
  return marked === true && at !== undefined && Math.abs(millis(at) - millis(occurredAt)) <= TOLD_IN_MS;
}

/** Whether an opening of the type was heard of since a moment: what HubSpot shows may be older than what followed. */
export function wasOpenedSince(
  { at }: { at: HubSpotTime },
  { state, signal: { control }, facts }: Case<ControlSignal>,
): boolean {
  const refusal = state.refusals?.[control];
  const company = facts.registry.controls.get(control)?.company;
  const isGraced = company !== undefined && companyState(state, company).graced?.includes(control) === true;
  return isGraced || (refusal !== undefined && refusal.since > asOurTime(at));
}

/** What HubSpot shows may be seconds old (its APIs are not read-your-writes); so long it is looked at again, ms. */
export const SHOWN_LATE_MS = 2 * 60_000;

/**
 * HubSpot shows the type as open since before the event, so nobody closed it at the event's time: an older closing is told late. What
 * HubSpot shows may be old itself: it is looked at again for some time, after which the closing counts from earlier (`countedFrom`).
 */
export const openSinceBefore: Clause<ControlSignal> = (given) =>
  shownIn(given)?.to === 'open' ? lookedAtAgain(given) : undefined;

/** A workflow tells of a closing, and HubSpot shows the type as closed by somebody since before: the same closing, told late. */
export const closedSinceBefore: Clause<ControlSignal> = (given) =>
  shownIn(given)?.to === 'closed' ? lookedAtAgain(given) : undefined;

function lookedAtAgain(given: Case<ControlSignal>): Verdict | undefined {
  const { signal } = given;
  const isToBeSeen = unchangedSince(given) !== undefined && !isSure(given);
  return isToBeSeen ? { kind: 'too-early', since: signal.receivedAt, until: surelyShownAt(signal) } : undefined;
}

export const surelyShownAt = ({ occurredAt }: ControlSignal) => shifted(asOurTime(occurredAt), SHOWN_LATE_MS);

/** A closing that was told late counts from the moment since which HubSpot shows the type as closed, or from before it shows the type as open. */
export function countedFrom<S extends Signal>(signal: S, state: ContactState, facts: Facts): S {
  if (signal.kind !== 'control' || signal.to !== 'closed') return signal;
  const given: Case<ControlSignal> = { signal, state, facts };
  const since = unchangedSince(given);
  return since === undefined || !isSure(given) ? signal : { ...signal, occurredAt: since };
}

/** Whether what HubSpot shows is not older than the event, or nothing depends on that. */
function isSure(given: Case<ControlSignal>): boolean {
  const { signal, facts } = given;
  const { shown } = facts;
  if (facts.now >= surelyShownAt(signal)) return true;
  const isClosed = shown !== undefined && shown !== 'nothing' && shown.status === 'UNSUBSCRIBED';
  return isClosed && isRewritten(signal) && shown.at !== undefined && !isOlderThanReturn(shown.at, given);
}

/** HubSpot may show the times of statuses in whole seconds, ms. */
export const TOLD_IN_MS = 1000;

/** The last moment at which the type can have been closed, if HubSpot shows that as before an event, and something depends on that. */
function unchangedSince(given: Case<ControlSignal>): HubSpotTime | undefined {
  const { occurredAt } = given.signal;
  const { shown } = given.facts;
  if (shown === undefined || shown === 'nothing' || shown.at === undefined) return undefined;
  if (shown.at >= shifted(occurredAt, -TOLD_IN_MS)) return undefined;
  if (shown.status !== 'UNSUBSCRIBED') return shifted(shown.at, -1);
  if (isRewritten(given.signal)) return shown.at;
  // A webhook tells when the property changed. What a workflow tells may be older than a return; without one a closing counts at once.
  const isTold = given.signal.source.channel === 'workflow' && isOlderThanReturn(shown.at, given);
  return isTold ? shown.at : undefined;
}

function isOlderThanReturn(closedAt: HubSpotTime, { signal, state, facts }: Case<ControlSignal>): boolean {
  const { returns } = companyState(state, facts.registry.controls.get(signal.control)?.company ?? '');
  return [...returns, ...(state.noted ?? [])].some(({ at }) => at > closedAt);
}

/** What is closed by now, or was opened by us, nobody else holds open. HubSpot is compared all the same. */
export const openedLongSince: Clause<ControlSignal> = (given) => {
  const shown = shownIn(given);
  if (shown === undefined) return undefined;
  const write = writeThatSet(given.state, shown, given.facts.registry.policy.echoWindowMs);
  return shown.to === 'closed' || (write !== undefined && !write.planned)
    ? ignored('own-write', 'converge')
    : undefined;
};

function shownIn({ signal, facts }: Case<ControlSignal>): Shown | undefined {
  const { shown } = facts;
  if (shown === undefined || shown === 'nothing') return undefined;
  const to = shown.status === 'UNSUBSCRIBED' ? 'closed' : 'open';
  return { control: signal.control, to, status: shown };
}
