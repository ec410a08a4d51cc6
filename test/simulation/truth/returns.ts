import { registry } from '../registry.ts';
import type { Back, Person } from './person.ts';
import type { Truth } from './truth.ts';

/** The submissions by which the owner could have come back to a company. */
export function returnsOf(id: string, company: string, truth: Truth): Back[] {
  const everybody = truth.lineage(id);
  const addresses = new Set(everybody.flatMap((person) => [...person.addresses]));
  // A merged record tells of its parts' submissions as of its own.
  const isTold = ({ form, at }: Back) => everybody.some((person) => truth.told.has(`${person.id} form ${form} ${at}`));
  return everybody
    .flatMap(({ backs }) => backs)
    .filter((back) => back.company === company && addresses.has(back.address))
    .filter(isTold)
    .filter((back) => !demandsConfirmation(back) || isConfirmed(back, everybody, addresses, truth));
}

export function demandsConfirmation({ form }: Back): boolean {
  return registry.forms.get(form)?.doubleOptIn === true;
}

/** Whether the owner confirmed in time: on any contact that is part of the person or ever held one of the addresses. */
function isConfirmed(back: Back, everybody: readonly Person[], addresses: ReadonlySet<string>, truth: Truth): boolean {
  const until = back.at + registry.policy.confirmationTimeoutMs;
  return [...truth.people.values()]
    .filter((person) => everybody.includes(person) || [...person.addresses].some((address) => addresses.has(address)))
    .flatMap(({ confirmations }) => confirmations)
    .some(({ at, company = back.company }) => at > back.at && at <= until && company === back.company);
}

/** Whether a contact opted out and then came back, and Widerruf was told of both. */
export function isSurelyBack(id: string, company: string, truth: Truth): boolean {
  const { confirmations } = truth.person(id);
  const outs = truth.person(id).outs.filter((out) => out.company === company);
  if (!outs.some(({ key }) => truth.heard.has(key))) return false;
  const isConfirmationHeard = (back: Back) =>
    confirmations.some(({ at, key }) => at > back.at && key !== undefined && truth.heard.has(key));
  return returnsOf(id, company, truth)
    .filter((back) => outs.every(({ at }) => at < back.at))
    .some((back) => !demandsConfirmation(back) || isConfirmationHeard(back));
}
