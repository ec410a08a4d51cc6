import type { View } from '../hubspot/view.ts';
import { statusOf } from '../hubspot/view.ts';
import { type ControlKey, closedValue } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import type { Desired } from './desired.ts';
import type { ControlWrite } from './plan.ts';
import { mayBeWritten } from './r3-protected.ts';

/**
 * R8: an opt-out closes the statuses of the person's other addresses too. They are only ever closed: a return is one of the
 * address that was submitted, and HubSpot mails the primary one.
 */
export function planOthers(
  desired: ReadonlyMap<ControlKey, Desired>,
  { statusesOfOthers }: Pick<View, 'statusesOfOthers'>,
  registry: Pick<Registry, 'protectedControls'>,
  now: number,
): { address: string; write: ControlWrite }[] {
  return [...statusesOfOthers].flatMap(([address, statuses]) =>
    [...desired.values()].flatMap((wish) => {
      const { control } = wish.control;
      if (!mayBeWritten(wish.control.key, registry)) return [];
      if (wish.to !== 'closed' || control.kind !== 'subscription' || (wish.notBefore ?? 0) > now) return [];
      const value = closedValue(control);
      if (statusOf(statuses, control.id) === value) return [];
      return [{ address, write: { control: wish.control, value, direction: 'closed' as const, because: wish } }];
    }),
  );
}
