import type { ControlSignal } from '../signals/signal.ts';
import type { ContactState } from './state.ts';

/**
 * Whether a signal is the echo of our own write: the same control, the same direction, at the moment of the write, give
 * or take the window. changeSource cannot tell this: HubSpot may say EMAIL for everybody.
 */
export function isEcho(
  state: ContactState,
  signal: Pick<ControlSignal, 'control' | 'to' | 'occurredAt'>,
  windowMs: number,
): boolean {
  const written = state.written[signal.control]?.[signal.to];
  if (written === undefined) return false;
  const near = (from: number, until: number) =>
    signal.occurredAt >= from - windowMs && signal.occurredAt <= until + windowMs;
  return near(written.at, written.at) || near(written.from, written.until);
}
