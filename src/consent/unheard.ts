import type { Registry } from '../registry/registry.ts';
import type { Decision } from './decision.ts';
import { echoOf } from './echo.ts';
import { type ContactState, companyState, isOptedOut } from './state.ts';

/** A status as HubSpot reports it, with its own time (ms) and source text. */
type ReportedStatus = { subscriptionId: number; status: string; source: string; at: number };

/**
 * Company opt-outs that HubSpot shows, newer than everything the ledger knows, though no webhook told: an opt-out list
 * with addresses that were no contacts yet, a lost webhook. A lift that is due must not overwrite them (R9). Our own
 * closing of the type is no opt-out.
 */
export function unheardOptOuts(
  state: ContactState,
  statuses: readonly ReportedStatus[],
  registry: Registry,
  now: number,
): Decision[] {
  return [...registry.companies].flatMap(([company, { own }]): Decision[] => {
    const current = companyState(state, company);
    if (own.control.kind !== 'subscription' || isOptedOut(current)) return [];
    const { id } = own.control;
    const held = statuses.find(({ subscriptionId, status }) => subscriptionId === id && status === 'UNSUBSCRIBED');
    const known = Math.max(current.optOut?.at ?? 0, ...current.returns.map(({ at }) => at));
    if (held === undefined || held.at <= known) return [];
    const closed = { control: own.key, to: 'closed', occurredAt: held.at } as const;
    const echo = echoOf(state, closed, registry.policy.echoWindowMs, true);
    if (echo !== undefined && !(echo.planned && echo.until <= now)) return [];
    const source = { channel: 'audit', ...(held.source && { change: held.source }) } as const;
    return [
      {
        rule: known === 0 ? 'R1' : 'R9',
        outcome: 'opted-out',
        reason: 'HubSpot holds an opt-out, newer than all that is recorded, of which no webhook told',
        changes: [{ type: 'company-opt-out', companies: [company], at: held.at, source }],
      },
    ];
  });
}
