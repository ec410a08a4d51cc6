import type { ControlKey } from '../registry/control.ts';
import type { SignalSource } from '../signals/signal.ts';
import type { Awaiting, Return } from './state.ts';

export type Rule = 'R1' | 'R2' | 'R4' | 'R5' | 'R7' | 'R8' | 'R9';

/** What a decision changes in the state; the ledger's fold applies it. */
export type Change =
  | { type: 'company-opt-out'; companies: string[]; at: number; source: SignalSource }
  | { type: 'return'; company: string; return: Return }
  | { type: 'awaiting'; company: string; awaiting: Awaiting }
  | { type: 'awaiting-expired'; company: string; at: number }
  | { type: 'grace'; company: string; control: ControlKey; at: number; until: number; source: SignalSource }
  | { type: 'grace-expired'; company: string; control: ControlKey }
  | { type: 'own-no'; control: ControlKey; at: number }
  | { type: 'confirmed'; at: number }
  | { type: 'merged-into'; contact: string }
  /** `mergedAt`: the contacts are one since then, ms. */
  | { type: 'linked'; contacts: string[]; mergedAt?: number }
  | { type: 'gone'; gone: boolean }
  | { type: 'erased' };

/** What happened to a signal, in one word; also a metric's dimension, so the set is closed and small. */
export type Outcome =
  | 'opted-out'
  | 'stays-at-its-level'
  | 'returned'
  | 'awaiting-confirmation'
  | 'awaiting-form'
  | 'refused'
  | 'expired'
  | 'noted'
  | 'stale'
  | 'inherited'
  | 'merged'
  | 'deleted'
  | 'restored'
  | 'erased';

/** A decision to be recorded: rule, outcome, a sentence for people, and what it changes. */
export type Decision = { rule: Rule; outcome: Outcome; reason: string; changes: Change[] };

/**
 * What the rules make of a signal. `decision` is appended to the ledger; without one the signal changes nothing and
 * leaves no entry (`because` is counted). `converge` asks for HubSpot to be compared with the desired state, and
 * for being woken when a wait of the ledger ends.
 */
export type Verdict = {
  decision?: Decision;
  because?: 'duplicate' | 'echo' | 'already-so' | 'merged' | 'unclear';
  converge: boolean;
  /** Convergence is to look whether other contacts' ledgers speak of this contact's addresses (R8). */
  identify?: boolean;
  /** With `because: 'unclear'`: when it can be decided at the latest (ms), since a write of ours is under way. */
  until?: number;
  /** With `because: 'merged'`: the contact whose ledger the signal belongs to. */
  into?: string;
};
