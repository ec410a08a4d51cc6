import type { CompanyState, ContactState, Return } from '../../src/rules/state.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import type { SignalSource } from '../../src/signals/signal.ts';
import { forms } from './registry.ts';

export const webhook: SignalSource = { channel: 'webhook', change: 'EMAIL' };

/** A state in which only `museum` (and whatever is given) is known. */
export function knowing(museum: Partial<CompanyState>, more: Partial<ContactState> = {}): ContactState {
  const company = { returns: [], awaiting: [], prior: {}, grace: {}, ...museum };
  return { ...nothingKnown, companies: { museum: company }, ...more };
}

export const optedOutAt = (at: number): Partial<CompanyState> => ({ optOut: { at, source: webhook } });
export const back = (at: number, more: Partial<Return> = {}): Return => ({ at, form: forms.ofCompany, ...more });
