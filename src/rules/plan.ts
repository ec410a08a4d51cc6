import type { OurTime } from '../clocks.ts';
import { type ControlKey, type ControlValue, closedValue } from '../registry/control.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import type { Desired } from './desired.ts';
import type { Placed } from './entry.ts';
import { mayBeWritten } from './r3-protected.ts';

/** One control to be written in HubSpot, and why. */
export type ControlWrite = {
  control: PlacedControl;
  value: ControlValue;
  direction: 'closed' | 'open';
  because: Desired;
};

export type Plan = {
  writes: ControlWrite[];
  /** The value of every control the ledger has a say on, as it was found. */
  before: Record<ControlKey, ControlValue>;
  /** The company that each of these controls belongs to now. */
  placed: Placed;
  /** Controls that stay open only until their grace ends (R5). */
  deferred: ControlKey[];
};

/**
 * The difference between what must be and what is. `actual` holds the controls that could be read; one that cannot be
 * read (a contact without an address has no statuses) is not planned. Pure.
 */
export function planWrites(
  desired: ReadonlyMap<ControlKey, Desired>,
  actual: Readonly<Record<ControlKey, ControlValue>>,
  registry: Pick<Registry, 'protectedControls'>,
  now: OurTime,
): Plan {
  const plan: Plan = { writes: [], before: {}, placed: {}, deferred: [] };
  for (const [key, wish] of desired) {
    const value = actual[key];
    if (value === undefined || !mayBeWritten(key, registry)) continue;
    plan.before[key] = value;
    plan.placed[key] = wish.control.company;
    if (isSettled(wish, value)) continue;
    if (mustWait(wish, now)) plan.deferred.push(key);
    else plan.writes.push(writeOf(wish));
  }
  return plan;
}

/** R6: what is open already is not touched, unless the form itself subscribes the control, or somebody opened it against the opt-out (R5). */
function isSettled(wish: Desired, value: ControlValue): boolean {
  switch (wish.to) {
    case 'closed':
      return value === closedValue(wish.control.control);
    case 'restored':
      return wish.exactly ? value === wish.value : value !== closedValue(wish.control.control);
    case 'subscribed':
      return value === wish.value;
  }
}

function mustWait(wish: Desired, now: OurTime): boolean {
  return wish.to === 'closed' && wish.notBefore !== undefined && wish.notBefore > now;
}

function writeOf(wish: Desired): ControlWrite {
  const { control } = wish;
  return wish.to === 'closed'
    ? { control, value: closedValue(control.control), direction: 'closed', because: wish }
    : { control, value: wish.value, direction: 'open', because: wish };
}
