import { asHubSpotTime, asOurTime, type HubSpotTime, latest, type OurTime, shifted } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import type { ConfirmationSignal, FormSignal } from '../signals/signal.ts';
import type { Case, Clause } from './clause.ts';
import { type Change, type Decision, ignored, recorded } from './decision.ts';
import { holderAt } from './holdings.ts';
import { isNews } from './order.ts';
import { formOf, type OwnersStatus, returnBy, selfServiceReturn, subscribedStatus } from './r4-return-by-form.ts';
import { companiesMailed } from './r7-mails.ts';
import type { Sight } from './sight.ts';
import { type Awaiting, type ContactState, companyState } from './state.ts';

/**
 * R7: with double opt-in a return takes effect only on the owner's own confirmation, later than the submission and its arrival here,
 * and in time. An opt-out in between wins: the opt-out takes the waiting submission away (evolve). One click confirms one company.
 */

/** The owner's click came after the submission arrived, and is decided before the submission is. */
export const confirmedBeforehand: Clause<FormSignal> = (given) => {
  const { confirmedAt, confirmedFor = [] } = given.state;
  const { company, doubleOptIn } = formOf(given);
  const awaiting = awaitingOf(given);
  if (!doubleOptIn || confirmedAt === undefined || !isInTime(confirmedAt, awaiting)) return undefined;
  if (!isByHolder(awaiting, confirmedAt, given.state)) return undefined;
  // The click was used for another company, or could have been meant for one.
  if (confirmedFor.some((other) => other !== company)) return undefined;
  const changes = [
    takesEffect(company, awaiting, confirmedAt),
    { type: 'confirmed' as const, at: confirmedAt, companies: [company] },
  ];
  return recorded({ rule: 'R7', outcome: 'returned', reason: 'the owner confirmed the form submission', changes });
};

/** A submission of a form with double opt-in waits. */
export const waitsForConfirmation: Clause<FormSignal> = (given) => {
  const { company, doubleOptIn } = formOf(given);
  if (!doubleOptIn) return undefined;
  const awaiting = awaitingOf(given);
  if (asOurTime(awaiting.until) <= given.facts.now) {
    const reason = 'the owner did not confirm in time';
    return recorded({ rule: 'R7', outcome: 'expired', reason, changes: [] }, 'nothing');
  }
  const changes: Change[] = [{ type: 'awaiting', company, awaiting }];
  const reason = 'the form demands double opt-in: the owner has to confirm';
  return recorded({ rule: 'R7', outcome: 'awaiting-confirmation', reason, changes });
};

function awaitingOf(given: Case<FormSignal>): Awaiting {
  const { signal, facts } = given;
  const until = shifted(signal.occurredAt, facts.registry.policy.confirmationTimeoutMs);
  return { ...returnBy(formOf(given), given), until, arrivedAt: arrivalOf(given) };
}

/** HubSpot's list may show an older submission only when the event of a newer one comes: the older one arrived with its own event. */
function arrivalOf({ state: { mails = [] }, signal }: Case<FormSignal>): OurTime {
  const heardAt = mails.find(({ form, at }) => form === signal.form && at === signal.occurredAt)?.heardAt;
  return heardAt !== undefined && heardAt < signal.receivedAt ? heardAt : signal.receivedAt;
}

/**
 * A confirmation confirms what was submitted, and had arrived, before the click; and was submitted at most the time-out before. Anybody
 * can state an early time for a submission, and nobody an early arrival: a backdated submission cannot use an old click.
 */
function isInTime(confirmedAt: HubSpotTime, { at, until, arrivedAt }: Awaiting): boolean {
  const from = arrivedAt === undefined ? at : latest([at, asHubSpotTime(arrivedAt)]);
  return isNews(confirmedAt, from) && confirmedAt <= until;
}

/**
 * A click is known of the record, not of an address: while the record holds another address than the submission's, whoever holds that one may have
 * clicked (R8).
 */
function isByHolder({ by }: Awaiting, clickedAt: HubSpotTime, { holdings }: Pick<ContactState, 'holdings'>): boolean {
  const holder = holderAt(holdings, clickedAt);
  return by === undefined || holder === undefined || by === holder;
}

/** Only some values of HubSpot's property are the owner's own click: an employee's "Customer marked confirmed" is not. */
export const notTheOwnersClick: Clause<ConfirmationSignal> = ({ signal, facts }) =>
  facts.registry.policy.confirmedValues.includes(signal.value) ? undefined : ignored('already-so');

export const confirmedBefore: Clause<ConfirmationSignal> = ({ state, signal }) =>
  isNews(signal.occurredAt, state.confirmedAt) ? undefined : ignored('already-so');

/**
 * The owner's click makes the submissions take effect that wait for it, where all mails with a link were sent for one company: the click names
 * none. With several companies nobody can tell which one was meant; the status of a company's own type may tell (`ownersReturns`).
 */
export const confirmed: Clause<ConfirmationSignal> = ({ state, signal: { occurredAt: at }, facts }) => {
  const waiting = confirmedByClick(at, state);
  const elsewhere = companiesMailed(at, state, facts.registry);
  const companies = [...new Set([...waiting.map(({ company }) => company), ...elsewhere])];
  if (waiting.length > 0 && companies.length > 1) {
    const names = companies.map((company) => facts.registry.companies.get(company)?.name ?? company).join(', ');
    const reason = `submissions to ${names} wait, and the click names no company: nothing is opened; the owner can fill in the form of one company again and confirm it, or resubscribe on HubSpot’s preference page`;
    const changes: Change[] = [{ type: 'confirmed', at, companies }];
    return recorded({ rule: 'R7', outcome: 'ambiguous', reason, changes });
  }
  if (waiting.length === 0) {
    const changes: Change[] = [{ type: 'confirmed', at, ...(companies.length > 0 && { companies }) }];
    return recorded({ rule: 'R7', outcome: 'noted', reason: 'no submission waits for it', changes }, 'nothing');
  }
  const returns = waiting.map(({ company, one }) => takesEffect(company, one, at));
  const changes: Change[] = [{ type: 'confirmed', at, companies }, ...returns];
  return recorded({ rule: 'R7', outcome: 'returned', reason: 'the owner confirmed the form submission', changes });
};

/** The submissions that a click may confirm, with their companies. */
function confirmedByClick(at: HubSpotTime, state: ContactState): { company: string; one: Awaiting }[] {
  return Object.keys(state.companies).flatMap((company) =>
    waitingForClick(company, state)
      .filter((one) => isInTime(at, one) && isByHolder(one, at, state))
      .map((one) => ({ company, one })),
  );
}

/** Whether a submission waits for a click, or waited for too long. */
export const isWaiting = (state: ContactState): boolean =>
  Object.keys(state.companies).some((company) => submissionsOf(company, state).length > 0);

/** The companies whose submissions a click of this time may confirm, if nobody told of the click yet. */
export function confirmableBy(at: HubSpotTime, state: ContactState): string[] {
  if (!isNews(at, state.confirmedAt)) return [];
  return [...new Set(confirmedByClick(at, state).map(({ company }) => company))];
}

/** The click's own time decides, however late it is heard of: what has expired may have been confirmed in time. */
function submissionsOf(company: string, state: ContactState): Awaiting[] {
  const { awaiting, expired = [] } = companyState(state, company);
  return [...expired, ...awaiting];
}

/** The submissions to a company that wait for a click; those that an ambiguous click could have meant wait for a status only. */
function waitingForClick(company: string, state: ContactState): Awaiting[] {
  const { confirmedAt, confirmedFor = [] } = state;
  const awaiting = submissionsOf(company, state);
  if (confirmedAt === undefined || !confirmedFor.includes(company)) return awaiting;
  return awaiting.filter((one) => !isInTime(confirmedAt, one));
}

function takesEffect(
  company: string,
  { until: _, arrivedAt: __, proof, ...back }: Awaiting,
  confirmedAt: HubSpotTime,
): Change {
  return { type: 'return', company, return: { ...back, proof: { ...proof, by: 'confirmation' }, confirmedAt } };
}

/**
 * What the status of a company's own type shows that the owner did: confirmed a waiting submission (R7), or else came back by
 * HubSpot's own page (R4, where the policy accepts that).
 */
export function ownersReturns(state: ContactState, sight: Sight, registry: Registry): Decision[] {
  return Object.keys(state.companies).flatMap((company) => {
    const held = subscribedStatus(company, sight, registry);
    if (held?.at === undefined) return [];
    const shown = { source: held.source, at: held.at, address: sight.address?.hash };
    return (
      confirmedByStatus(company, state, shown, registry) ?? selfServiceReturn(company, state, shown, registry) ?? []
    );
  });
}

/** Waiting submissions by the status's address that the status confirms, with a source of `policy.ownerConfirmationSources`. */
function confirmedByStatus(
  company: string,
  state: ContactState,
  { source, at, address }: OwnersStatus,
  { policy }: Registry,
): Decision | undefined {
  if (!policy.ownerConfirmationSources.includes(source)) return undefined;
  const isByAddress = ({ by }: Awaiting) => by === undefined || by === address;
  const waiting = submissionsOf(company, state).filter((one) => isInTime(at, one) && isByAddress(one));
  if (waiting.length === 0) return undefined;
  const changes = waiting.map((one) => takesEffect(company, one, at));
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
