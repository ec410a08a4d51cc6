import { asHubSpotTime, byTime, type HubSpotTime, shifted } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import type { FormSignal } from '../signals/signal.ts';
import type { DecisionEntry, LedgerEntry } from './entry.ts';
import { formThen } from './form-then.ts';
import { isNews } from './order.ts';
import { isByAnother } from './r4-return-by-form.ts';
import type { ContactState, Mail } from './state.ts';

/**
 * R7: HubSpot sends the mail with the link for every submission of a form with double opt-in, whatever becomes of the submission here: refused, too
 * old, with nothing to lift, not in HubSpot's list yet, or ended by an opt-out while it waited. A click may be meant for any of these mails.
 */

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

/** The state with the mail of the submission that an entry is about, unless the mail went to another address than the state is about. */
export function noteMail(
  state: ContactState,
  { body, addressHash, recordedAt }: Pick<LedgerEntry, 'addressHash' | 'recordedAt'> & { body: DecisionEntry },
): ContactState {
  const { signal, occurredAt } = body;
  if (signal?.form === undefined || isByAnother(body)) return state;
  const isElsewhere = addressHash !== undefined && state.address !== undefined && addressHash !== state.address;
  if (isElsewhere) return state;
  // A time that lies in the future is none: the submission was there when it was decided.
  const decidedAt = asHubSpotTime(recordedAt);
  const mail = { form: signal.form, at: occurredAt < decidedAt ? occurredAt : decidedAt, heardAt: recordedAt };
  return { ...state, mails: withMail(state.mails, mail) };
}

/** So many of each form are kept: however often somebody submits one form, another form's mail is not forgotten. */
const KEPT_OF_A_FORM = 5;

/** Oldest first by their own times, whatever order the submissions were heard of in (R9). */
function withMail(before: readonly Mail[] = [], one: Mail): readonly Mail[] {
  if (before.some(({ form, at }) => form === one.form && at === one.at)) return before;
  const all = [...before, one].toSorted((a, b) => byTime(a.at, b.at));
  const kept = all.filter(({ form }) => form === one.form).slice(-KEPT_OF_A_FORM);
  return all.filter((mail) => mail.form !== one.form || kept.includes(mail));
}

/** Names the entry that {@link waitsForList} makes of a submission; the submission itself is still to be decided. */
export const mailId = ({ id }: FormSignal) => `mail ${id}`;

/** What the ledger keeps of a submission that HubSpot's list does not show yet, so that no click that may be meant for its mail is another's. */
export function waitsForList(signal: FormSignal): DecisionEntry {
  return {
    kind: 'decision',
    rule: 'R7',
    outcome: 'noted',
    reason:
      'HubSpot’s list does not show the submission yet; the mail with the link was sent, and a click may be meant for it',
    signal: { id: mailId(signal), kind: 'form', form: signal.form },
    source: signal.source,
    occurredAt: signal.occurredAt,
    changes: [],
    converge: false,
  };
}
