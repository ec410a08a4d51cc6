import type { Registry } from '../registry/registry.ts';
import type { Decision } from './decision.ts';
import { type ContactState, isOptedOut } from './state.ts';

/** The decisions that only the passing of time brings: an ended grace window (R5), a confirmation that never came (R7). */
export function settle(state: ContactState, registry: Registry, now: number): Decision[] {
  return Object.entries(state.companies).flatMap(([company, current]) => {
    const name = registry.companies.get(company)?.name ?? company;
    const late = Object.entries(current.grace)
      .filter(([, { until }]) => until <= now && isOptedOut(current))
      .map(([control, { source }]): Decision => {
        const who = [source.change, source.id].filter(Boolean).join(' ') || 'unknown source';
        return {
          rule: 'R5',
          outcome: 'refused',
          reason: `no form submission followed the opt-in to ${name} by ${who}; ${control} is closed again`,
          changes: [{ type: 'grace-expired', company, control }],
        };
      });
    const unconfirmed = current.awaiting
      .filter(({ until }) => until <= now)
      .map(
        ({ at, form }): Decision => ({
          rule: 'R7',
          outcome: 'expired',
          reason: `form ${form} of ${name} was never confirmed`,
          changes: [{ type: 'awaiting-expired', company, at }],
        }),
      );
    return [...late, ...unconfirmed];
  });
}

/** The next moment (ms) at which {@link settle} will have something to say, if any. */
export function nextWake(state: ContactState): number | undefined {
  const moments = Object.values(state.companies).flatMap((company) => [
    ...(isOptedOut(company) ? Object.values(company.grace).map(({ until }) => until) : []),
    ...company.awaiting.map(({ until }) => until),
  ]);
  return moments.length === 0 ? undefined : Math.min(...moments);
}
