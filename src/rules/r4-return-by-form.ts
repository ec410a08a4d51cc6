import { type HubSpotTime, latest } from '../clocks.ts';
import { openValue } from '../registry/control.ts';
import type { RegisteredForm, Registry } from '../registry/registry.ts';
import type { FormSignal } from '../signals/signal.ts';
import type { Case, Clause } from './clause.ts';
import { type Decision, ignored, recorded, type Verdict } from './decision.ts';
import { formThen, isOfUnknownCompany } from './form-then.ts';
import { heldOfNamed } from './moved-brand.ts';
import { isNews, noWins } from './order.ts';
import { names } from './r6-restore.ts';
import type { ShownStatus, Sight } from './sight.ts';
import { type CompanyState, type ContactState, companyState, isLiftDue, isOptedOut, type Return } from './state.ts';

/**
 * R4: after a company opt-out only the owner of the address comes back: by a form of that company, submitted later than the
 * opt-out and with that address, as HubSpot's own list of submissions shows. The return lifts that company's opt-out only.
 */

const refused = (rule: 'R4' | 'R8' | 'R9', outcome: 'refused' | 'stale', reason: string): Verdict =>
  recorded({ rule, outcome, reason, changes: [] }, 'nothing');

/** A form that the registry does not know lifts nothing. */
export const notRegistered: Clause<FormSignal> = ({ signal, facts }) =>
  facts.registry.forms.has(signal.form) ? undefined : ignored('already-so');

const NOT_THE_CONTACTS = 'the submitted address is not the contact’s';

/** Whether a submission was refused because its address is known to be another one than the contact's. */
export const isByAnother = ({ rule, reason }: Pick<Decision, 'rule' | 'reason'>): boolean =>
  rule === 'R4' && reason.startsWith(NOT_THE_CONTACTS);

/** Only the owner of the address comes back. */
export const notTheOwner: Clause<FormSignal> = ({ facts: { address } }) => {
  if (address === 'same') return undefined;
  const why = address === 'other' ? NOT_THE_CONTACTS : 'the submitted address cannot be proved';
  return refused('R4', 'refused', `${why}: it lifts nothing`);
};

/** R9: a submission that is not later than the opt-out lifts nothing. */
export const notLater: Clause<FormSignal> = (given) => {
  const { company, name } = whereFormStands(given);
  if (!noWins(company.optOut?.at, given.signal.occurredAt)) return undefined;
  return refused('R9', 'stale', `submitted no later than the opt-out of ${name}: the "no" wins`);
};

/** R8: of all that was said before a merge the strictest wins. */
export const beforeMerge: Clause<FormSignal> = (given) => {
  const { company, name } = whereFormStands(given);
  if (!noWins(given.state.mergedAt, given.signal.occurredAt) || !isOptedOut(company)) return undefined;
  return refused(
    'R8',
    'stale',
    `submitted before the merge, of which the strictest wins: the opt-out of ${name} stands`,
  );
};

/**
 * Without an opt-out nothing is to be lifted, and HubSpot is not asked. The entry stays: should an opt-out be heard of that is older
 * than the submission, the submission is decided once more (R1's `again`), and the audit finds what that missed.
 */
export const notNeeded: Clause<FormSignal> = (given) => {
  const { form, company, name } = whereFormStands(given);
  if (given.facts.proof !== undefined || isOptedOut(company) || isLiftDue(company)) return undefined;
  if (heldOfNamed(form, given.state, given.facts.registry) !== undefined || isNamedClosedByUs(form, given))
    return undefined;
  const reason = `no opt-out of ${name} stands: nothing is to be lifted`;
  return recorded({ rule: 'R4', outcome: 'noted', reason, changes: [] }, 'nothing');
};

/** Whether the form names a brand or newsletter that our fan-out closed, and that no lift has opened since: newsletters open only where a form names them (R6). */
function isNamedClosedByUs(form: RegisteredForm, { state, facts }: Case<FormSignal>): boolean {
  if (form.brand === undefined || companyState(state, form.company).optOut === undefined) return false;
  return [...facts.registry.controls.values()].some((placed) => {
    if (placed.company !== form.company || placed.brand === undefined || !names(form, placed)) return false;
    const { closed = [], open = [] } = state.written[placed.key] ?? {};
    const closedAt = closed.at(-1)?.at;
    return closedAt !== undefined && isNews(closedAt, open.at(-1)?.at);
  });
}

/** Of whose company the form was when it was submitted, nobody can tell. */
export const ofUnknownCompany: Clause<FormSignal> = ({ state, signal, facts }) => {
  const form = formOf({ state, signal, facts });
  const moments = { at: signal.occurredAt, now: facts.now };
  if (!isOfUnknownCompany(form, moments, state, facts.registry)) return undefined;
  return refused('R4', 'refused', 'submitted when the form may have been another company’s: it lifts nothing');
};

/** What HubSpot's list does not confirm lifts nothing. */
export const notProved: Clause<FormSignal> = (given) => {
  const { proof } = given.facts;
  if (proof === undefined) {
    const { form, company } = whereFormStands(given);
    const after = latest([company.optOut?.at, heldOfNamed(form, given.state, given.facts.registry)]);
    return { kind: 'unproved', after, taken: submissionsOf(company) };
  }
  return 'refused' in proof ? refused('R4', 'refused', proof.refused) : undefined;
};

/** The submissions (keyed hashes of HubSpot's ids) that the ledger knows of a company. */
function submissionsOf({ returns, awaiting, expired = [] }: CompanyState): ReadonlySet<string> {
  return new Set([...returns, ...awaiting, ...expired].flatMap(({ proof }) => proof?.submission ?? []));
}

/** The owner came back. Without a standing opt-out the return is kept for an opt-out that is heard of late. */
export const returned: Clause<FormSignal> = (given) => {
  const { form, company, name } = whereFormStands(given);
  const changes = [{ type: 'return' as const, company: form.company, return: returnBy(form, given) }];
  const isClosedThere =
    company.optOut !== undefined || heldOfNamed(form, given.state, given.facts.registry) !== undefined;
  if (!isOptedOut(company) && isClosedThere && form.brand !== undefined) {
    const reason = `the owner named a brand of ${name} in form ${form.id}: what the opt-out closed there is opened`;
    return recorded({ rule: 'R4', outcome: 'returned', reason, changes });
  }
  if (!isOptedOut(company)) {
    const reason = `no opt-out of ${name} stands; kept in case an older one arrives late`;
    return recorded({ rule: 'R4', outcome: 'noted', reason, changes }, 'nothing');
  }
  const reason = `the owner of the address came back to ${name} by form ${form.id}`;
  return recorded({ rule: 'R4', outcome: 'returned', reason, changes });
};

/** What a submission of a form returns to. */
export function returnBy(
  { id, brand, newsletter }: RegisteredForm,
  { state, signal, facts }: Case<FormSignal>,
): Return {
  const { proof } = facts;
  return {
    at: signal.occurredAt,
    form: id,
    ...(state.address !== undefined && { by: state.address }),
    ...(brand !== undefined && { brand }),
    ...(newsletter !== undefined && { newsletter }),
    ...(proof !== undefined && 'by' in proof && { proof }),
  };
}

/** The form as it was when it was submitted. @throws RangeError for one that the registry does not know; `notRegistered` comes first. */
export function formOf({ signal, facts }: Case<FormSignal>): RegisteredForm {
  const form = formThen(signal.form, signal.occurredAt, facts.registry);
  if (form === undefined) throw new RangeError(`form ${signal.form} is not in the registry`);
  return form;
}

function whereFormStands(given: Case<FormSignal>): { form: RegisteredForm; company: CompanyState; name: string } {
  const form = formOf(given);
  const name = given.facts.registry.companies.get(form.company)?.name ?? form.company;
  return { form, company: companyState(given.state, form.company), name };
}

/** HubSpot's words for a person's own resubscription (communication-preferences guide). */
export const SELF_SERVICE = 'Self Service Resubscription';

/** The subscribed status of a company's own type: who set it in HubSpot's words, when, and at which address (keyed hash). */
export type OwnersStatus = { source: string; at: HubSpotTime; address?: string | undefined };

/** With `policy.acceptSelfService`: the return by HubSpot's own page, which shows in the source of the company's own status. */
export function selfServiceReturn(
  company: string,
  state: ContactState,
  { source, at, address: by }: OwnersStatus,
  { policy }: Registry,
): Decision | undefined {
  const current = companyState(state, company);
  if (!policy.acceptSelfService || source !== SELF_SERVICE) return undefined;
  if (!isOptedOut(current) || !isNews(at, current.optOut?.at)) return undefined;
  const changes = [
    { type: 'return' as const, company, return: { at, form: SELF_SERVICE, ...(by !== undefined && { by }) } },
  ];
  const reason = 'the owner resubscribed by HubSpot’s own page, which policy.acceptSelfService accepts';
  return { rule: 'R4', outcome: 'returned', reason, changes };
}

/** The status of a company's own type, if HubSpot shows that type as subscribed. */
export function subscribedStatus(company: string, sight: Sight, registry: Registry): ShownStatus | undefined {
  const own = registry.companies.get(company)?.own.control;
  if (own?.kind !== 'subscription') return undefined;
  return sight.address?.statuses?.find(
    ({ subscriptionId, status }) => subscriptionId === own.id && status === openValue(own),
  );
}
