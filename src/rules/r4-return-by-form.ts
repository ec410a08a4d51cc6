import { companyOf } from '../registry/registry.ts';
import type { FormSignal } from '../signals/signal.ts';
import type { Facts } from './decide.ts';
import type { Change, Decision, Verdict } from './decision.ts';
import { type ContactState, companyState, isOptedOut, type Return } from './state.ts';

/** R4 (and R7): only a form submission, by the owner of the address and later than the opt-out, brings a person back. */
export function decideForm(state: ContactState, signal: FormSignal, { registry, now, address }: Facts): Verdict {
  const form = registry.forms.get(signal.form);
  if (form === undefined) return { because: 'already-so', converge: false };
  const { name } = companyOf(registry, form.company);
  const company = companyState(state, form.company);
  const record = (decision: Decision, converge = false): Verdict => ({ decision, converge });

  if (address !== 'same') {
    const why =
      address === 'other' ? 'the submitted address is not the contact’s' : 'the submitted address cannot be proved';
    return record({ rule: 'R4', outcome: 'refused', reason: `${why}: it lifts nothing`, changes: [] });
  }
  if (company.optOut !== undefined && signal.occurredAt <= company.optOut.at) {
    const reason = `submitted no later than the opt-out of ${name}: the "no" wins`;
    return record({ rule: 'R9', outcome: 'stale', reason, changes: [] });
  }
  if (state.mergedAt !== undefined && signal.occurredAt <= state.mergedAt && isOptedOut(company)) {
    const reason = `submitted before the merge, of which the strictest wins: the opt-out of ${name} stands`;
    return record({ rule: 'R8', outcome: 'stale', reason, changes: [] });
  }
  const back: Return = {
    at: signal.occurredAt,
    form: form.id,
    ...(form.brand !== undefined && { brand: form.brand }),
    ...(form.newsletter !== undefined && { newsletter: form.newsletter }),
  };
  const until = signal.occurredAt + registry.policy.confirmationTimeoutMs;
  const confirmed =
    state.confirmedAt !== undefined && state.confirmedAt > signal.occurredAt && state.confirmedAt <= until;
  if (form.doubleOptIn && !confirmed) {
    if (until <= now) {
      const reason = 'the owner did not confirm in time';
      return record({ rule: 'R7', outcome: 'expired', reason, changes: [] });
    }
    const changes: Change[] = [{ type: 'awaiting', company: form.company, awaiting: { ...back, until } }];
    const reason = 'the form demands double opt-in: the owner has to confirm';
    return record({ rule: 'R7', outcome: 'awaiting-confirmation', reason, changes }, true);
  }
  const changes: Change[] = [{ type: 'return', company: form.company, return: back }];
  if (!isOptedOut(company)) {
    const reason = `no opt-out of ${name} stands; kept in case an older one arrives late`;
    return record({ rule: 'R4', outcome: 'noted', reason, changes });
  }
  const reason = `the owner of the address came back to ${name} by form ${form.id}`;
  return record({ rule: 'R4', outcome: 'returned', reason, changes }, true);
}
