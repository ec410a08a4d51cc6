import { type HubSpotTime, shifted } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import type { FormSignal } from '../signals/signal.ts';
import type { DecisionEntry, LedgerEntry } from './entry.ts';
import { isNews } from './order.ts';
import type { ContactState } from './state.ts';

/** R7: HubSpot sends a mail with a link for every submission of a form with double opt-in, whatever becomes of the submission here. */

/**
 * The companies to which a form with double opt-in was submitted without anything that waits for the click now: nothing was to be lifted, the
 * submission was refused, or HubSpot's list does not show it yet. The mail with the link was sent all the same, and no earlier click confirmed that.
 */
export function mailsElsewhere(
  clickedAt: HubSpotTime,
  { mails = [], confirmedAt }: ContactState,
  registry: Registry,
): string[] {
  return mails.flatMap(({ form, at }) => {
    const isPending =
      isNews(at, confirmedAt) && at < clickedAt && clickedAt <= shifted(at, registry.policy.confirmationTimeoutMs);
    return isPending ? (registry.forms.get(form)?.company ?? []) : [];
  });
}

/** The state with the mail that a form's decision tells of: by a form with double opt-in, to the address that the state is about. */
export function noteMail(
  state: ContactState,
  { body, addressHash }: Pick<LedgerEntry, 'addressHash'> & { body: DecisionEntry },
  registry: Registry,
): ContactState {
  const { signal, occurredAt: at, changes } = body;
  const form = signal?.kind === 'form' ? registry.forms.get(signal.form ?? '') : undefined;
  if (form?.doubleOptIn !== true || changes.length > 0) return state;
  const isElsewhere = addressHash !== undefined && state.address !== undefined && addressHash !== state.address;
  // Without an address nobody proved whose submission it was.
  if (isElsewhere || (addressHash === undefined && body.outcome === 'refused')) return state;
  const { mails = [] } = state;
  const known = mails.find((mail) => mail.form === form.id);
  if (known !== undefined && !isNews(at, known.at)) return state;
  return { ...state, mails: [...mails.filter((mail) => mail !== known), { form: form.id, at }] };
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
