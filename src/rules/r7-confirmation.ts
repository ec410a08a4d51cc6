import { asOurTime, type HubSpotTime, type OurTime, shifted } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import type { ConfirmationSignal, FormSignal } from '../signals/signal.ts';
import type { Clause } from './clause.ts';
import { type Change, type Decision, ignored, recorded } from './decision.ts';
import { isNews } from './order.ts';
import { formOf, type OwnersStatus, returnBy, selfServiceReturn, subscribedStatus } from './r4-return-by-form.ts';
import type { Sight } from './sight.ts';
import { type Awaiting, type ContactState, companyState } from './state.ts';

/**
 * R7: with double opt-in a return takes effect only on the owner's own confirmation, later than the submission and in time. An
 * opt-out in between wins: the opt-out takes the waiting submission away (evolve).
 */

/** A submission of a form with double opt-in waits, unless the owner's confirmation was heard of before the submission. */
export const waitsForConfirmation: Clause<FormSignal> = (given) => {
  const { state, signal, facts } = given;
  const form = formOf(given);
  const until = shifted(signal.occurredAt, facts.registry.policy.confirmationTimeoutMs);
  if (!form.doubleOptIn) return undefined;
  if (state.confirmedAt !== undefined && isInTime(state.confirmedAt, { at: signal.occurredAt, until }))
    return undefined;
  if (asOurTime(until) <= facts.now) {
    const reason = 'the owner did not confirm in time';
    return recorded({ rule: 'R7', outcome: 'expired', reason, changes: [] }, 'nothing');
  }
  const awaiting: Awaiting = { ...returnBy(form, given), until };
  const changes: Change[] = [{ type: 'awaiting', company: form.company, awaiting }];
  const reason = 'the form demands double opt-in: the owner has to confirm';
  return recorded({ rule: 'R7', outcome: 'awaiting-confirmation', reason, changes });
};

/** A confirmation confirms what was submitted before it, at most the time-out before it. */
function isInTime(confirmedAt: HubSpotTime, { at, until }: Pick<Awaiting, 'at' | 'until'>): boolean {
  return isNews(confirmedAt, at) && confirmedAt <= until;
}

/** Only some values of HubSpot's property are the owner's own click: an employee's "Customer marked confirmed" is not. */
export const notTheOwnersClick: Clause<ConfirmationSignal> = ({ signal, facts }) =>
  facts.registry.policy.confirmedValues.includes(signal.value) ? undefined : ignored('already-so');

export const confirmedBefore: Clause<ConfirmationSignal> = ({ state, signal }) =>
  isNews(signal.occurredAt, state.confirmedAt) ? undefined : ignored('already-so');

/** The owner's click makes every submission take effect that waits for the click. */
export const confirmed: Clause<ConfirmationSignal> = ({ state, signal: { occurredAt: at } }) => {
  const returns = Object.entries(state.companies).flatMap(([company, { awaiting }]) =>
    awaiting.filter((waiting) => isInTime(at, waiting)).map((waiting) => takesEffect(company, waiting)),
  );
  const changes: Change[] = [{ type: 'confirmed', at }, ...returns];
  if (returns.length === 0) {
    return recorded({ rule: 'R7', outcome: 'noted', reason: 'no submission waits for it', changes }, 'nothing');
  }
  return recorded({ rule: 'R7', outcome: 'returned', reason: 'the owner confirmed the form submission', changes });
};

function takesEffect(company: string, { until: _, ...back }: Awaiting): Change {
  return { type: 'return', company, return: back };
}

/**
 * What the status of a company's own type shows that the owner did: confirmed a waiting submission (R7), or else came back by
 * HubSpot's own page (R4, where the policy accepts that).
 */
export function ownersReturns(state: ContactState, sight: Sight, registry: Registry): Decision[] {
  return Object.keys(state.companies).flatMap((company) => {
    const held = subscribedStatus(company, sight, registry);
    if (held?.at === undefined) return [];
    const shown = { source: held.source, at: held.at };
    return (
      confirmedByStatus(company, state, shown, registry) ??
      selfServiceReturn(company, state, { ...shown, address: sight.address?.hash }, registry) ??
      []
    );
  });
}

/** Waiting submissions that the status confirms, with a source of `policy.ownerConfirmationSources`. */
function confirmedByStatus(
  company: string,
  state: ContactState,
  { source, at }: OwnersStatus,
  { policy }: Registry,
): Decision | undefined {
  if (!policy.ownerConfirmationSources.includes(source)) return undefined;
  const waiting = companyState(state, company).awaiting.filter((one) => isInTime(at, one));
  if (waiting.length === 0) return undefined;
  const changes = waiting.map((one) => takesEffect(company, one));
  return { rule: 'R7', outcome: 'returned', reason: `the owner confirmed: the status says ${source}`, changes };
}

/** The submissions to a company that were never confirmed. */
export function neverConfirmed(company: string, state: ContactState, registry: Registry, now: OurTime): Decision[] {
  const name = registry.companies.get(company)?.name ?? company;
  return companyState(state, company)
    .awaiting.filter(({ until }) => asOurTime(until) <= now)
    .map(({ at, form }): Decision => {
      const reason = `form ${form} of ${name} was never confirmed`;
      return { rule: 'R7', outcome: 'expired', reason, changes: [{ type: 'awaiting-expired', company, at }] };
    });
}
