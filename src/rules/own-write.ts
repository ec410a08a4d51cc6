import type { ControlSignal } from '../signals/signal.ts';
import type { ContactState, Written } from './state.ts';

/**
 * The write of ours that a signal may be the echo of: the same control, the same direction, at the moment of the write, give
 * or take the window. changeSource cannot tell this: HubSpot may say EMAIL for everybody. One that was only `planned` may
 * be any moment's until its time is over. `exact`: of a write that HubSpot confirmed only its own time counts, not ours
 * around the call, in which somebody else may have been quicker.
 */
export function echoOf(
  state: ContactState,
  signal: Pick<ControlSignal, 'control' | 'to' | 'occurredAt'>,
  windowMs: number,
  exact = false,
): Written | undefined {
  const { closed = [], open = [] } = state.written[signal.control] ?? {};
  const [same, other] = signal.to === 'closed' ? [closed, open] : [open, closed];
  const near = (from: number, until: number) =>
    signal.occurredAt >= from - windowMs && signal.occurredAt <= until + windowMs;
  const found = same.filter((written) => {
    // Our own write in the other direction lies between: whatever came after it is somebody else's.
    const undone = other.some((back) => !back.planned && back.at > written.at && signal.occurredAt >= back.at);
    const sameCall = (!exact || written.planned === true) && near(written.from, written.until);
    return !undone && (near(written.at, written.at) || sameCall);
  });
  return found.find(({ planned }) => !planned) ?? found[0];
}
