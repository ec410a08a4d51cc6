import type { Registry } from '../registry/registry.ts';
import type { Decision } from './decision.ts';
import { type ContactState, isOptedOut } from './state.ts';

/** HubSpot's words for a person's own resubscription (communication-preferences guide). */
export const SELF_SERVICE = 'Self Service Resubscription';

/** A status as HubSpot reports it, with its own time (ms) and source text. */
type ReportedStatus = { subscriptionId: number; status: string; source: string; at: number };

/** With `policy.acceptSelfService`: companies whose own type the person resubscribed by HubSpot's own page, later than the opt-out. */
export function selfServiceReturns(
  state: ContactState,
  statuses: readonly ReportedStatus[],
  registry: Registry,
): Decision[] {
  if (!registry.policy.acceptSelfService) return [];
  return Object.entries(state.companies).flatMap(([company, current]) => {
    const own = registry.companies.get(company)?.own.control;
    if (current.optOut === undefined || !isOptedOut(current) || own?.kind !== 'subscription') return [];
    const { at: optOutAt } = current.optOut;
    const found = statuses.find(
      (one) =>
        one.subscriptionId === own.id &&
        one.status === 'SUBSCRIBED' &&
        one.source === SELF_SERVICE &&
        one.at > optOutAt,
    );
    if (found === undefined) return [];
    const back = { at: found.at, form: SELF_SERVICE };
    const reason = 'the owner resubscribed by HubSpot’s own page, which policy.acceptSelfService accepts';
    return [{ rule: 'R4', outcome: 'returned', reason, changes: [{ type: 'return', company, return: back }] }];
  });
}
