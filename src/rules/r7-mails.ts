import { asHubSpotTime, byTime, type HubSpotTime, shifted } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import type { DecisionEntry, LedgerEntry } from './entry.ts';
import { formThen } from './form-then.ts';
import { isNews } from './order.ts';
import { isByAnother } from './r4-return-by-form.ts';
import type { ContactState, Mail } from './state.ts';

/**
 * R7: HubSpot sends the mail with the link for every submission of a form with double opt-in, whatever became of the submission here: refused, too
 * old, with nothing to lift, or ended by an opt-out while it waited. A click may be meant for any of these mails.
 */

/** The mail that was sent because of a submission; undefined where the decision is about none, or the mail went to another address for certain. */
export function mailOf({ recordedAt }: LedgerEntry, body: DecisionEntry): Mail | undefined {
  const { signal, occurredAt } = body;
  if (signal?.form === undefined || isByAnother(body)) return undefined;
  // A time that lies in the future is none: the submission was there when it was decided.
  const decidedAt = asHubSpotTime(recordedAt);
  return { form: signal.form, at: occurredAt < decidedAt ? occurredAt : decidedAt };
}

/** So many of each form are kept: however often somebody submits one form, another form's mail is not forgotten. */
const KEPT_OF_A_FORM = 5;

/** Oldest first by their own times, whatever order the submissions were heard of in (R9). */
export function withMail(before: readonly Mail[] = [], one: Mail): readonly Mail[] {
  const isOfForm = ({ form }: Mail) => form === one.form;
  const ofForm = before.filter(isOfForm);
  if (ofForm.some(({ at }) => at === one.at)) return before;
  const kept = [...ofForm, one].toSorted((a, b) => byTime(a.at, b.at)).slice(-KEPT_OF_A_FORM);
  return [...before.filter((mail) => !isOfForm(mail)), ...kept].toSorted((a, b) => byTime(a.at, b.at));
}

/** The companies of the mails that may have been clicked at a moment, and that no earlier click confirmed. */
export function companiesMailed(
  clickedAt: HubSpotTime,
  { mails = [], confirmedAt }: ContactState,
  registry: Registry,
): string[] {
  return mails.flatMap(({ form: id, at }) => {
    const form = formThen(id, at, registry);
    const isPending =
      isNews(at, confirmedAt) && at < clickedAt && clickedAt <= shifted(at, registry.policy.confirmationTimeoutMs);
    return form?.doubleOptIn === true && isPending ? form.company : [];
  });
}
