import { asHubSpotTime, byTime, type HubSpotTime, type OurTime, shifted } from '../clocks.ts';
import type { RegisteredForm, Registry } from '../registry/registry.ts';
import { priorKey } from './r6-restore.ts';
import { type ContactState, companyState } from './state.ts';

/**
 * R4: a submission returns to the company whose form it was when it was filled in, however late it is heard of. A form goes with its brand
 * when the brand moves to another company (docs/decisions/0084-whose-form-it-was.md).
 */

/** The form as it was at a moment: of the company that its brand belonged to then. Undefined: the registry knows no such form. */
export function formThen(id: string, at: HubSpotTime, { forms }: Registry): RegisteredForm | undefined {
  const form = forms.get(id);
  const [place] = (form?.formerly ?? [])
    .filter(({ until }) => at < until)
    .toSorted((one, other) => byTime(one.until, other.until));
  return form === undefined || place === undefined ? form : { ...form, company: place.company };
}

/** The own subscription type of the company that the form was of at a moment. */
export function ownTypeThen(id: string, at: HubSpotTime, registry: Registry): number | undefined {
  const own = registry.companies.get(formThen(id, at, registry)?.company ?? '')?.own.control;
  return own?.kind === 'subscription' ? own.id : undefined;
}

/** The companies of which the form is or was. */
export function companiesOfForm({ company, formerly = [] }: RegisteredForm): string[] {
  return [...new Set([company, ...formerly.map((place) => place.company)])];
}

/** What is heard of so long after it was submitted may be of a time when another registry was in force, ms. */
const SOON_MS = 60 * 60_000;

/**
 * Whether nobody can tell whose form it was: what was submitted is heard of late, and since an unknown moment, or a later one, the form's company
 * has what was another one's. Then it lifts nothing: nothing gets more open than the owner left it, who can fill in the form once more.
 */
export function isOfUnknownCompany(
  form: RegisteredForm,
  { at, now }: { at: HubSpotTime; now: OurTime },
  state: ContactState,
  registry: Registry,
): boolean {
  if (at >= shifted(asHubSpotTime(now), -SOON_MS)) return false;
  const tookOverSince = [...registry.former.companies.values()].some(
    ({ company, until }) => company === form.company && until !== undefined && at < until,
  );
  return tookOverSince || hasMovedUntold(form, state, registry);
}

/** Whether the ledger knows the form's brand as another company's, and the registry says nothing of that. */
function hasMovedUntold(form: RegisteredForm, state: ContactState, registry: Registry): boolean {
  const told = companiesOfForm(form);
  const untold = Object.keys(state.companies).filter((company) => !told.includes(company));
  return [...registry.controls.values()]
    .filter(({ company, brand }) => company === form.company && brand !== undefined && brand === form.brand)
    .some(({ key }) => untold.some((company) => priorKey(key, state.address) in companyState(state, company).prior));
}
