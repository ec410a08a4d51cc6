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
    const known = current.optOut?.at ?? 0;
    const returned = Math.max(0, ...current.returns.map(({ at }) => at));
    // R9: of a return and an opt-out at the same time the "no" wins.
    if (held === undefined || held.at <= known || held.at < returned) return [];
    const closed = { control: own.key, to: 'closed', occurredAt: held.at } as const;
    // A status that we wrote carries the very time that HubSpot answered.
    const echo = echoOf(state, closed, 0, true);
    if (echo !== undefined && !(echo.planned && echo.until <= now)) return [];
    const source = { channel: 'audit', ...(held.source && { change: held.source }) } as const;
    return [
      {
        rule: Math.max(known, returned) === 0 ? 'R1' : 'R9',
        outcome: 'opted-out',
        reason: 'HubSpot holds an opt-out, newer than all that is recorded, of which no webhook told',
        changes: [{ type: 'company-opt-out', companies: [company], at: held.at, source }],
      },
    ];
  });
}
