import { millis, type OurTime, ourTime, shifted } from '../clocks.ts';
import type { ControlKey } from '../registry/control.ts';
import type { ControlSignal, SignalSource } from '../signals/signal.ts';
import type { Clause } from './clause.ts';
import type { AppliedEntry, DecisionEntry } from './entry.ts';
import type { ContactState, Refusal } from './state.ts';

/**
 * R5 against a source that opens the same control again and again (a sync, a workflow). Each time the control is closed again; the ledger
 * keeps one refusal an hour of each source, and the next one says how often the control was closed meanwhile. So one contact neither fills
 * its ledger nor takes HubSpot's limit from others.
 */

/**
 * After a refusal HubSpot is looked at once more, ms: a status that was read at once can be seconds old, and would show a control as closed
 * that somebody had opened.
 */
export const LOOK_AGAIN_MS = 2 * 60_000;

/** So long a source's further openings belong to the refusal, ms. */
const TOGETHER_MS = 3_600_000;
/** So many closings within that time are made at once; then at most one in a minute. */
const CLOSINGS_AT_ONCE = 10;
const PACE_MS = 60_000;

/** The same source opened the control within the hour before: the control is closed again, and nothing is recorded. */
export const refusedBefore: Clause<ControlSignal> = ({ state, signal, facts: { now } }) => {
  const before = state.refusals?.[signal.control];
  if (before === undefined || before.by !== nameOf(signal.source) || !isWithinHour(before, now)) return undefined;
  const first = before.closings < CLOSINGS_AT_ONCE ? now : nextMinute(now);
  // What HubSpot shows at once may be seconds old.
  const lookAt = [first, shifted(first, LOOK_AGAIN_MS)];
  return { kind: 'ignored', because: 'repeated', follow: 'converge', lookAt };
};

const isWithinHour = ({ since }: Refusal, now: OurTime) => millis(now) - millis(since) < TOGETHER_MS;

/** The moments of all openings of a minute are one, so that their messages are one batch. */
const nextMinute = (now: OurTime) => ourTime((Math.floor(millis(now) / PACE_MS) + 1) * PACE_MS);

/** The refusal before, where the same source was refused then and the control was closed again and again since. */
export function lastTime({ refusals }: ContactState, { control, source }: ControlSignal): Refusal | undefined {
  const before = refusals?.[control];
  return before !== undefined && before.by === nameOf(source) && before.closings > 1 ? before : undefined;
}

const nameOf = ({ channel, change, id }: SignalSource) => [channel, change, id].join(' ');

/** Keeps a recorded refusal. */
export function noteRefusal(
  state: ContactState,
  { signal, source, outcome }: DecisionEntry,
  since: OurTime,
): ContactState {
  if (outcome !== 'refused' || signal?.control === undefined || source === undefined) return state;
  const refusal = { by: nameOf(source), since, closings: 0 };
  return { ...state, refusals: { ...state.refusals, [signal.control]: refusal } };
}

/** Counts the closings that follow a refusal. */
export function countClosings(
  refusals: ContactState['refusals'],
  { written }: Pick<AppliedEntry, 'written'>,
): Record<ControlKey, Refusal> {
  const counted = { ...refusals };
  for (const [control, { direction }] of Object.entries(written)) {
    const refusal = counted[control];
    if (refusal !== undefined && direction === 'closed')
      counted[control] = { ...refusal, closings: refusal.closings + 1 };
  }
  return counted;
}
