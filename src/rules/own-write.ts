import { asHubSpotTime, type HubSpotTime, millis, type OurTime, shifted } from '../clocks.ts';
import { type ControlKey, type ControlValue, closedValue } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import type { ControlSignal } from '../signals/signal.ts';
import type { Case, Clause } from './clause.ts';
import { ignored } from './decision.ts';
import type { AppliedEntry } from './entry.ts';
import type { ContactState, Written } from './state.ts';

/**
 * Own writes: HubSpot sends webhooks for our own writes, too. HubSpot's changeSource may say EMAIL for everybody, so that only
 * control, direction and time tell whether an event is the echo of our own write (docs/decisions/0003-echoes.md).
 */

type Told = Pick<ControlSignal, 'control' | 'to' | 'occurredAt'>;

/**
 * The write of ours that an event may be the echo of: the same control, the same direction, at most `windowMs` away from
 * HubSpot's time of the write or from our time around the call. A write that is only planned may be any moment's until its
 * time is over. One that HubSpot confirmed is preferred.
 */
export function ownWriteOf(state: ContactState, told: Told, windowMs: number): Written | undefined {
  return findWrite(
    state,
    told,
    (write) => isNearCall(told.occurredAt, write, windowMs) || isAt(told.occurredAt, write, windowMs),
  );
}

/**
 * Like {@link ownWriteOf}, for a company's own type, where an event that is wrongly taken for an echo is a lost opt-out: of a
 * write that HubSpot confirmed only HubSpot's own time counts, not ours around the call, in which somebody else may have been
 * quicker.
 */
export function exactOwnWriteOf(state: ContactState, told: Told, windowMs: number): Written | undefined {
  return findWrite(state, told, (write) => {
    const mayBeUnderWay = write.planned === true && isNearCall(told.occurredAt, write, windowMs);
    return mayBeUnderWay || isAt(told.occurredAt, write, windowMs);
  });
}

function findWrite(state: ContactState, told: Told, fits: (write: Written) => boolean): Written | undefined {
  const { closed = [], open = [] } = state.written[told.control] ?? {};
  const [same, opposite] = told.to === 'closed' ? [closed, open] : [open, closed];
  const found = same.filter((write) => {
    // Our own write in the other direction lies between: what happened on that write's other side is somebody else's.
    const isApart = opposite.some((back) => !back.planned && liesBetween(back.at, write.at, told.occurredAt));
    return !isApart && fits(write);
  });
  return found.find(({ planned }) => !planned) ?? found[0];
}

/** Whether a write in the other direction parts an event from a write. An event at the moment of that other write came after it. */
function liesBetween(back: HubSpotTime, write: HubSpotTime, told: HubSpotTime): boolean {
  return (back > write && told >= back) || (back < write && told < back);
}

const isAt = (at: HubSpotTime, write: Written, windowMs: number) => Math.abs(millis(at) - millis(write.at)) <= windowMs;

/** Our clock around the call is compared with HubSpot's time of the event: the window allows for the difference. */
export function isNearCall(
  at: HubSpotTime,
  { from, until }: Pick<Written, 'from' | 'until'>,
  windowMs: number,
): boolean {
  return at >= shifted(asHubSpotTime(from), -windowMs) && at <= shifted(asHubSpotTime(until), windowMs);
}

/**
 * The owner may have said "no" to a company anew while a write of ours is under way, or a slow write of ours may have landed after a later one
 * of the other direction: nobody can tell until that write is done.
 */
export const isUnderWay: Clause<ControlSignal> = (given) => {
  const write = openWriteOf(given);
  if (write === undefined || write.until <= given.facts.now) return undefined;
  return { kind: 'too-early', since: write.from, until: write.until };
};

/** The write of ours that an event may be of, and that HubSpot has not confirmed. */
function openWriteOf(given: Case<ControlSignal>): Written | undefined {
  const { state, signal, facts } = given;
  const own = echoed(given);
  if (own !== undefined) return own.planned && isOwnType(given) ? own : undefined;
  return facts.ofMerged ? undefined : slowWriteOf(state, signal);
}

/**
 * A write of ours that was planned before an event, and that HubSpot has not confirmed: whatever we wrote since in the other direction, such
 * a write may have landed at the time of the event.
 */
export function slowWriteOf(state: ContactState, { control, to, occurredAt }: Told): Written | undefined {
  return state.written[control]?.[to]?.find((write) => write.planned && isNearCall(occurredAt, write, 0));
}

/** The echo of a closing. A closing of a company's own type that was planned and never confirmed is no echo: the "no" wins. */
export const closedByUs: Clause<ControlSignal> = (given) => {
  const own = echoed(given);
  const neverConfirmed = own?.planned === true && isOwnType(given);
  return own === undefined || neverConfirmed ? undefined : ignored('own-write');
};

/** The echo of an opening. HubSpot is compared all the same: somebody may have opened the control in the same moment. */
export const openedByUs: Clause<ControlSignal> = (given) =>
  echoed(given) === undefined ? undefined : ignored('own-write', 'converge');

function echoed({ state, signal, facts }: Case<ControlSignal>): Written | undefined {
  // An event of a merged contact is no echo of what was written for this one.
  if (facts.ofMerged) return undefined;
  const { echoWindowMs } = facts.registry.policy;
  const isStrict = signal.to === 'closed' && isOwnType({ signal, facts });
  return isStrict ? exactOwnWriteOf(state, signal, echoWindowMs) : ownWriteOf(state, signal, echoWindowMs);
}

function isOwnType({ signal, facts }: Pick<Case<ControlSignal>, 'signal' | 'facts'>): boolean {
  const placed = facts.registry.controls.get(signal.control);
  return placed !== undefined && placed.brand === undefined;
}

/** Echoes may come late; of so many writes of a control one is still known. */
export const KEPT_WRITES = 10;

/** How long after its plan a write may still land: a worker lives no longer, ms. */
export const WRITE_MAY_TAKE_MS = 60_000;

/** Notes that writes are about to begin. Until HubSpot tells, such a write may be any moment's: its echo can come first, its worker can have died. */
export function noteIntended(
  state: ContactState,
  values: Readonly<Record<ControlKey, ControlValue>>,
  recordedAt: OurTime,
  registry: Registry,
): ContactState['written'] {
  const written = { ...state.written };
  for (const [key, value] of Object.entries(values)) {
    const control = registry.controls.get(key)?.control;
    if (control === undefined) continue;
    const direction = value === closedValue(control) ? 'closed' : 'open';
    const until = shifted(recordedAt, WRITE_MAY_TAKE_MS);
    const planned: Written = { at: asHubSpotTime(recordedAt), from: recordedAt, until, planned: true };
    const before = written[key]?.[direction] ?? [];
    written[key] = { ...written[key], [direction]: [...before, planned].slice(-KEPT_WRITES) };
  }
  return written;
}

/**
 * Notes writes that HubSpot confirmed, each in place of its plan. Another pass may have planned the same write and be slower: the slower
 * write may still land.
 */
export function noteConfirmed(
  state: ContactState,
  writes: Readonly<Record<ControlKey, { direction: 'closed' | 'open' } & Written>>,
): ContactState['written'] {
  const written = { ...state.written };
  for (const [key, { direction, ...when }] of Object.entries(writes)) {
    const before = written[key]?.[direction] ?? [];
    const plan = planOf(when, before);
    const others = before.filter((one) => one !== plan);
    written[key] = { ...written[key], [direction]: [...others, when].slice(-KEPT_WRITES) };
  }
  return written;
}

/** The plan that a write carried out: a pass records the plan right before its call. */
function planOf({ from }: Written, known: readonly Written[]): Written | undefined {
  const plans = known.filter(({ planned }) => planned);
  return plans.findLast((plan) => plan.from <= from) ?? plans[0];
}

/**
 * Takes back the plans of writes with which somebody else was quicker (HubSpot answered NO_STATUS_CHANGE): such a write is not ours, and
 * nobody has to wait for it. Where an earlier plan is open as well, that earlier write may have landed: then both stay.
 */
export function withoutForestalled(
  written: ContactState['written'],
  { before, after, written: confirmed }: Pick<AppliedEntry, 'before' | 'after' | 'written'>,
  registry: Registry,
): ContactState['written'] {
  const left = { ...written };
  for (const [key, value] of Object.entries(after)) {
    const control = registry.controls.get(key)?.control;
    if (control === undefined || key in confirmed || before[key] === value) continue;
    const direction = value === closedValue(control) ? 'closed' : 'open';
    const known = left[key]?.[direction] ?? [];
    if (known.filter(({ planned }) => planned).length !== 1) continue;
    left[key] = { ...left[key], [direction]: known.filter(({ planned }) => !planned) };
  }
  return left;
}

/**
 * Whether a control that a pass found closed when it wrote may have been closed by another pass of ours at the same time: two closings are
 * planned, and nobody knows which one landed; or another one was confirmed not long before the plan, and nothing of ours opened the control since.
 */
export function mayBeOfAnotherPass({ closed = [], open = [] }: ContactState['written'][ControlKey] = {}): boolean {
  const [plan, ...more] = closed.filter(({ planned }) => planned);
  const last = closed.findLast(({ planned }) => !planned);
  if (plan === undefined || more.length > 0 || last === undefined) return more.length > 0;
  const isOpenedSince = open.some(({ at, planned }) => !planned && at > last.at);
  return !isOpenedSince && last.until > shifted(plan.from, -WRITE_MAY_TAKE_MS);
}
