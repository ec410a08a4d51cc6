import type { OurTime } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import type { Signal } from '../signals/signal.ts';
import type { Verdict } from './decision.ts';
import type { Outcome } from './r4-proof.ts';
import type { ShownStatus } from './sight.ts';
import type { ContactState } from './state.ts';

/** What the rules need to know besides the ledger and the signal. */
export type Facts = {
  registry: Registry;
  now: OurTime;
  /** Of a form signal: whether the submitted address is the contact's (R4); `unknown` where either cannot be told. */
  address: 'same' | 'other' | 'unknown';
  /** Of a form signal: what HubSpot's list of the form's submissions says of it (R4); undefined while nobody has asked. */
  proof?: Outcome;
  /** The signal is of a contact that became part of this one (R8). */
  ofMerged?: boolean;
  /** The status of the signal's subscription type as HubSpot shows it; undefined: nobody has looked. */
  shown?: ShownStatus | 'nothing';
  /** Of a merge: the states of the contacts that became one with this. */
  others?: readonly ContactState[];
};

/** One signal against one contact's ledger. */
export type Case<S extends Signal = Signal> = { state: ContactState; signal: S; facts: Facts };

/** One clause of a rule: its verdict, or undefined where the clause has nothing to say and the next one is asked. */
export type Clause<S extends Signal = Signal> = (given: Case<S>) => Verdict | undefined;
