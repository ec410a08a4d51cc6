import type { OurTime } from '../clocks.ts';
import type { ControlKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import type { Desired } from './desired.ts';
import { desiredControls } from './desired-controls.ts';
import type { LedgerEntry } from './entry.ts';
import { replay } from './evolve.ts';
import { type OtherAddressWrite, planOthers } from './r8-other-addresses.ts';
import type { Sight } from './sight.ts';

/** R8: closes what is still open at addresses that the record held before, by what counts for each of them. */
export function planFormer(
  { entries }: { entries: readonly LedgerEntry[] },
  { former = [] }: Sight,
  registry: Registry,
  now: OurTime,
): OtherAddressWrite[] {
  return former.flatMap((address) => {
    const desired = desiredControls(replay(entries, registry, { address: address.hash }), registry);
    return planOthers(withoutGrace(desired), [address], registry, now);
  });
}

/** Nobody looks at such an address when a grace (R5) ends: what is open there is closed at once. */
function withoutGrace(desired: ReadonlyMap<ControlKey, Desired>): Map<ControlKey, Desired> {
  const atOnce = ([key, wish]: readonly [ControlKey, Desired]): [ControlKey, Desired] => {
    if (wish.to !== 'closed') return [key, wish];
    const { notBefore: _, ...closed } = wish;
    return [key, closed];
  };
  return new Map([...desired].map(atOnce));
}
