import type { ControlKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import type { Desired } from './desired.ts';
import { withOpenedUnheard, withoutOpenedUnheard } from './r5-opened-unheard.ts';
import { withClosedBefore } from './r6-closed-before.ts';
import { withHistory } from './r6-history.ts';
import type { Sight } from './sight.ts';
import { withoutStale } from './stale-reads.ts';
import type { ContactState } from './state.ts';

/** The ledger and what HubSpot shows, put together: neither knows all. */

/** What the ledger says, with what only HubSpot shows of earlier values (R6) and of openings against an opt-out (R5). */
export function asShown(state: ContactState, sight: Sight, registry: Registry): ContactState {
  const known = withClosedBefore(withHistory(state, sight, registry), sight, registry);
  return withOpenedUnheard(known, sight, registry);
}

/** What HubSpot shows of controls, without what the ledger knows to be older than its newest word, or opened against the opt-out. */
export function valuesFound(
  sight: Sight,
  state: ContactState,
  desired: ReadonlyMap<ControlKey, Desired>,
): Sight['actual'] {
  return withoutOpenedUnheard(withoutStale(sight, state, desired), state, desired);
}
