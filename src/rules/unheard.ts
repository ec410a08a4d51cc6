import type { Registry } from '../registry/registry.ts';
import type { Decision } from './decision.ts';
import { echoOf } from './own-write.ts';
import { type ContactState, companyState, isLiftDue, isOptedOut } from './state.ts';

/** What HubSpot shows of an address: statuses with their own times (ms) and source texts, and since when all mail is refused. */
type Shown = {
  statuses: readonly { subscriptionId: number; status: string; source: string; at: number }[];
  portalWideAt?: number;
};

/**
 * Company opt-outs that HubSpot shows, newer than everything the ledger knows, though no webhook told: an opt-out list
 * with addresses that were no contacts yet, a lost webhook. A lift that is due must not overwrite them (R9); writing
 * SUBSCRIBED may even end "unsubscribed from all". Our own closing of the type is no opt-out.
 */
export function unheardOptOuts(
  state: ContactState,
  { statuses, portalWideAt }: Shown,
  registry: Registry,
  now: number,
): Decision[] {
  return [...registry.companies].flatMap(([company, { own }]): Decision[] => {
    const current = companyState(state, company);
    if (own.control.kind !== 'subscription' || isOptedOut(current)) return [];
    const { id } = own.control;
    const known = current.optOut?.at ?? 0;
    const returned = Math.max(0, ...current.returns.map(({ at }) => at));
    // R9: of a return and an opt-out at the same time the "no" wins.
    const isNews = (at: number) => at > known && at >= returned;
    const isOurs = (at: number) => {
      // A status that we wrote carries the very time that HubSpot answered.
      const echo = echoOf(state, { control: own.key, to: 'closed', occurredAt: at }, 0, true);
      return echo !== undefined && !(echo.planned && echo.until <= now);
    };
    const held = statuses.find(({ subscriptionId, status }) => subscriptionId === id && status === 'UNSUBSCRIBED');
    const found = [
      ...(held !== undefined && !isOurs(held.at) ? [{ at: held.at, change: held.source }] : []),
      ...(portalWideAt === undefined ? [] : [{ at: portalWideAt, change: '' }]),
    ].find(({ at }) => isNews(at));
    if (found === undefined) return [];
    const source = { channel: 'audit', ...(found.change && { change: found.change }) } as const;
    return [
      {
        rule: Math.max(known, returned) === 0 ? 'R1' : 'R9',
        outcome: 'opted-out',
        reason: 'HubSpot holds an opt-out, newer than all that is recorded, of which no webhook told',
        changes: [{ type: 'company-opt-out', companies: [company], at: found.at, source }],
      },
    ];
  });
}

/**
 * The person's own "no" to brands and newsletters (R2) that a lift is about to reopen, if HubSpot shows it before any webhook
 * told: it was said after the company was closed, and is no closing of ours. Properties carry no time.
 */
export function unheardOwnNos(state: ContactState, { statuses }: Shown, registry: Registry): Decision[] {
  return [...registry.companies].flatMap(([company, { controls }]): Decision[] => {
    const current = companyState(state, company);
    if (!isLiftDue(current)) return [];
    const closedSince = current.closedSince ?? 0;
    return controls.flatMap(({ key, brand, control }): Decision[] => {
      if (brand === undefined || control.kind !== 'subscription') return [];
      const held = statuses.find((one) => one.subscriptionId === control.id && one.status === 'UNSUBSCRIBED');
      if (held === undefined || held.at <= Math.max(closedSince, state.ownNo[key] ?? 0)) return [];
      if (echoOf(state, { control: key, to: 'closed', occurredAt: held.at }, registry.policy.echoWindowMs)) return [];
      const reason = `HubSpot holds a "no" to ${key}, later than the opt-out, of which no webhook told`;
      const changes = [{ type: 'own-no' as const, control: key, at: held.at }];
      return [{ rule: 'R2', outcome: 'stays-at-its-level', reason, changes }];
    });
  });
}
