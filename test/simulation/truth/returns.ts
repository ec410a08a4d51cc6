import { registry } from '../registry.ts';
import type { Back } from './person.ts';
import type { Truth } from './truth.ts';

/** The submissions to a company, of which Widerruf was told, that their owners confirmed where the form demands that. */
export function toldReturns(company: string, truth: Truth): Back[] {
  const everybody = [...truth.people.values()];
  // A merged record tells of its parts' submissions as of its own.
  const isTold = ({ form, at }: Back) => everybody.some(({ id }) => truth.told.has(`${id} form ${form} ${at}`));
  return everybody
    .flatMap(({ backs }) => backs)
    .filter((back) => back.company === company && isTold(back))
    .filter((back) => !demandsConfirmation(back) || isConfirmed(back, truth));
}

/** The submissions by which the owner could have come back to a company: those that name an address which the contact ever had. */
export function returnsOf(id: string, company: string, truth: Truth): Back[] {
  const addresses = new Set(truth.lineage(id).flatMap((person) => [...person.addresses]));
  return toldReturns(company, truth).filter(({ address }) => addresses.has(address));
}

/** So long an event waits for its submission to show in HubSpot's list, ms. */
const LIST_MAY_LAG_MS = 15 * 60_000;

export function demandsConfirmation({ form }: Back): boolean {
  return registry.forms.get(form)?.doubleOptIn === true;
}

/** Whether the owner confirmed in time: on any contact that ever held the address, or became one with such a contact. */
function isConfirmed(back: Back, truth: Truth): boolean {
  const until = back.at + registry.policy.confirmationTimeoutMs;
  return [...truth.people.values()]
    .filter(({ id }) => truth.lineage(id).some(({ addresses }) => addresses.has(back.address)))
    .flatMap(({ confirmations }) => confirmations)
    .some(({ at, company = back.company }) => at > mailedAt(back, truth) && at <= until && company === back.company);
}

/**
 * When the first mail left that asks to confirm a submission. The form's mails are the same: the owner who clicks one that was sent since the time which
 * the submission states says the same as by a click on the submission's own.
 */
function mailedAt({ form, address, at }: Back, truth: Truth): number {
  const posted = [...truth.people.values()]
    .flatMap(({ backs }) => backs)
    .filter((other) => other.form === form && other.address === address && other.postedAt >= at)
    .map(({ postedAt }) => postedAt);
  return Math.min(...posted);
}

/** Whether a contact opted out and then came back, and Widerruf was told of both. */
export function isSurelyBack(id: string, company: string, truth: Truth): boolean {
  const { confirmations } = truth.person(id);
  const outs = truth.person(id).outs.filter((out) => out.company === company);
  if (!outs.some(({ key }) => truth.heard.has(key))) return false;
  const isConfirmationHeard = ({ key: submission, at: submittedAt }: Back) => {
    const arrivedAt = truth.arrived.get(submission);
    const until = submittedAt + registry.policy.confirmationTimeoutMs;
    // A list that lags for longer refuses the event; what the audit finds later waits for another click.
    if (arrivedAt === undefined || truth.lagMs >= LIST_MAY_LAG_MS) return false;
    return confirmations.some(({ at, key }) => at > arrivedAt && at <= until && key !== undefined);
  };
  // A click while both companies' submissions wait is for neither.
  const mayBeAmbiguous = truth.person(id).backs.some((back) => back.company !== company && demandsConfirmation(back));
  return returnsOf(id, company, truth)
    .filter((back) => outs.every(({ at }) => at < back.at))
    .some((back) => !demandsConfirmation(back) || (!mayBeAmbiguous && isConfirmationHeard(back)));
}
