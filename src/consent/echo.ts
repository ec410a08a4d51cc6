import type { ControlSignal } from '../signals/signal.ts';
import type { ContactState, Written } from './state.ts';

/**
 * The write of ours that a signal may be the echo of: the same control, the same direction, at the moment of the write, give
 * or take the window. changeSource cannot tell this: HubSpot may say EMAIL for everybody. One that was only `planned` may
 * be any moment's until its time is over.
 */
export function echoOf(
  state: ContactState,
  signal: Pick<ControlSignal, 'control' | 'to' | 'occurredAt'>,
  windowMs: number,
): Written | undefined {
  const written = state.written[signal.control]?.[signal.to];
  if (written === undefined) return undefined;
  const near = (from: number, until: number) =>
    signal.occurredAt >= from - windowMs && signal.occurredAt <= until + windowMs;
  return near(written.at, written.at) || near(written.from, written.until) ? written : undefined;
}
