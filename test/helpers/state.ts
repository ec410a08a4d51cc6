import type { HubSpotTime, OurTime } from '../../src/clocks.ts';
import type { CompanyState, ContactState, Return } from '../../src/rules/state.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import type { SignalSource } from '../../src/signals/signal.ts';
import { forms } from './registry.ts';

export const webhook: SignalSource = { channel: 'webhook', change: 'EMAIL' };

/** The same shape, in which every moment may be written as plain milliseconds. */
export type InMs<T> = T extends HubSpotTime | OurTime
  ? T | number
  : T extends ReadonlySet<unknown>
    ? T
    : T extends object
      ? { [K in keyof T]: InMs<T[K]> }
      : T;

/** Reads a test's plain milliseconds as moments. */
export const timed = <T>(plain: InMs<T>): T => plain as unknown as T;

/** A state in which only `museum` (and whatever is given) is known. */
export function knowing(museum: Partial<InMs<CompanyState>>, more: Partial<InMs<ContactState>> = {}): ContactState {
  const company = { returns: [], awaiting: [], prior: {}, grace: {}, ...museum };
  return {
    ...nothingKnown,
    companies: { museum: timed<CompanyState>(company) },
    ...timed<Partial<ContactState>>(more),
  };
}

export const optedOutAt = (at: number): Partial<CompanyState> =>
  timed<Partial<CompanyState>>({ optOut: { at, source: webhook } });
export const back = (at: number, more: Partial<InMs<Return>> = {}): Return =>
  timed<Return>({ at, form: forms.ofCompany, ...more });
