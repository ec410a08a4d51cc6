import { asOurTime, byTime, type OurTime } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import type { Change, Decision } from './decision.ts';
import { endedGraces } from './r5-refuse-other-ways.ts';
import { neverConfirmed } from './r7-confirmation.ts';
import { type ContactState, isOptedOut } from './state.ts';

/** The decisions that only the passing of time brings: an ended grace (R5), a confirmation that never came (R7). */
export function endedWaits(state: ContactState, registry: Registry, now: OurTime): Decision[] {
  return Object.keys(state.companies).flatMap((company) => [
    ...endedGraces(company, state, registry, now),
    ...neverConfirmed(company, state, registry, now),
  ]);
}

/** The next moment at which {@link endedWaits} will have something to say, or HubSpot is looked at once more, if any. */
export function nextWake(state: ContactState, now: OurTime): OurTime | undefined {
  return wakes(state, now)[0];
}

/** Every moment at which {@link endedWaits} will have something to say, or HubSpot is looked at once more, earliest first. */
export function wakes(state: ContactState, now: OurTime): OurTime[] {
  const { lookAgainAt } = state;
  const moments = [
    ...(lookAgainAt !== undefined && lookAgainAt > now ? [lookAgainAt] : []),
    ...Object.values(state.companies).flatMap((company) => [
      ...(isOptedOut(company) ? Object.values(company.grace).map(({ until }) => until) : []),
      ...company.awaiting.map(({ until }) => asOurTime(until)),
    ]),
  ];
  return [...new Set(moments)].toSorted(byTime);
}

/** When the wait ends that some changes begin: the first one, where there are several. */
export function waitBegunBy(changes: readonly Change[]): OurTime | undefined {
  const ends = changes.flatMap((change) => {
    if (change.type === 'awaiting') return [asOurTime(change.awaiting.until)];
    return change.type === 'grace' ? [change.until] : [];
  });
  return ends.toSorted(byTime)[0];
}
