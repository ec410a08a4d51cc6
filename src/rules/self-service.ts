import type { Registry } from '../registry/registry.ts';
import type { Change, Decision } from './decision.ts';
import { type ContactState, isOptedOut } from './state.ts';

/** HubSpot's words for a person's own resubscription (communication-preferences guide). */
export const SELF_SERVICE = 'Self Service Resubscription';

/** A status as HubSpot reports it, with its own time (ms) and source text. */
type ReportedStatus = { subscriptionId: number; status: string; source: string; at: number };

/**
 * Returns that show in the source of a company's own status: by HubSpot's own page, with `policy.acceptSelfService`; and
 * (R7) the owner's confirmation of a submission that waits, with a source of `policy.ownerConfirmationSources`.
 */
export function selfServiceReturns(
  state: ContactState,
  statuses: readonly ReportedStatus[],
  registry: Registry,
): Decision[] {
  const { acceptSelfService, ownerConfirmationSources } = registry.policy;
  return Object.entries(state.companies).flatMap(([company, current]): Decision[] => {
    const own = registry.companies.get(company)?.own.control;
    if (own?.kind !== 'subscription') return [];
    const held = statuses.find(({ subscriptionId, status }) => subscriptionId === own.id && status === 'SUBSCRIBED');
    if (held === undefined) return [];
    const confirmed = current.awaiting.filter(
      ({ at, until }) => ownerConfirmationSources.includes(held.source) && held.at > at && held.at <= until,
    );
    if (confirmed.length > 0) {
      const reason = `the owner confirmed: the status says ${held.source}`;
      const changes = confirmed.map(({ until: _, ...back }): Change => ({ type: 'return', company, return: back }));
      return [{ rule: 'R7', outcome: 'returned', reason, changes }];
    }
    const returned = held.source === SELF_SERVICE && held.at > (current.optOut?.at ?? Number.POSITIVE_INFINITY);
    if (!acceptSelfService || !isOptedOut(current) || !returned) return [];
    const back = { at: held.at, form: SELF_SERVICE };
    const reason = 'the owner resubscribed by HubSpot’s own page, which policy.acceptSelfService accepts';
    return [{ rule: 'R4', outcome: 'returned', reason, changes: [{ type: 'return', company, return: back }] }];
  });
}
