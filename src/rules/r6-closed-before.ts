import { closedValue } from '../registry/control.ts';
import type { PlacedControl, Registry } from '../registry/registry.ts';
import { controlsOf } from './moved-brand.ts';
import { isNews } from './order.ts';
import { priorKey, withPriors } from './r6-restore.ts';
import { writeThatSet } from './set-by-us.ts';
import { type Sight, statusShowing } from './sight.ts';
import { type CompanyState, type ContactState, closedFrom, isLiftDue } from './state.ts';

/**
 * R6: a type that somebody had closed before the company was closed, as its status shows before a lift, held "closed" then: what the fan-out read may have
 * been older than that (HubSpot does not promise that a read sees the newest write), and nobody may have told this ledger.
 */
export function withClosedBefore(state: ContactState, sight: Sight, registry: Registry): ContactState {
  return withPriors(state, (key, company) => {
    if (!isLiftDue(company)) return [];
    return controlsOf(key, state, registry)
      .filter((control) => isClosedBefore(control, company, { state, sight, registry }))
      .map((placed) => [priorKey(placed.key, state.address), closedValue(placed.control)]);
  });
}

type Seen = { state: ContactState; sight: Sight; registry: Registry };

function isClosedBefore(
  { key, brand, control }: PlacedControl,
  company: CompanyState,
  { state, sight, registry }: Seen,
): boolean {
  const since = closedFrom(company);
  if (brand === undefined || control.kind !== 'subscription' || since === undefined) return false;
  const status = statusShowing(sight.address, control.id, closedValue(control));
  if (status?.at === undefined || status.marked || isNews(status.at, since)) return false;
  return writeThatSet(state, { control: key, to: 'closed', status }, registry.policy.echoWindowMs) === undefined;
}
