import type { HubSpotTime, OurTime } from '../clocks.ts';
import type { ControlKey } from '../registry/control.ts';
import type { SignalSource } from '../signals/signal.ts';
import type { Awaiting, CompanyState, Holding, Noted, Return } from './state.ts';

export type Rule = 'R1' | 'R2' | 'R4' | 'R5' | 'R7' | 'R8' | 'R9';

/**
 * What a decision changes in the state; `applyChanges` applies it. `address`: keyed hash of the address with which the "no" was said;
 * where that is not told, the address that the record held at that moment (R8). `everywhere`: "unsubscribed from all", which is a "no" to
 * companies that the registry gets later, too.
 */
export type Change =
  | {
      type: 'company-opt-out';
      companies: string[];
      at: HubSpotTime;
      source: SignalSource;
      address?: string;
      everywhere?: true;
      /** What another contact's fan-out found of the address's types, by `priorKey`: the opt-out comes from that contact's ledger (R6, R8). */
      prior?: CompanyState['prior'];
      /** Taken over from another contact, which had the address or became part of this one: the opt-out stands here since then, and not since its own time. */
      taken?: true;
    }
  | { type: 'return'; company: string; return: Return }
  | { type: 'awaiting'; company: string; awaiting: Awaiting }
  | { type: 'awaiting-expired'; company: string; at: HubSpotTime }
  | { type: 'grace'; company: string; control: ControlKey; at: HubSpotTime; until: OurTime; source: SignalSource }
  | { type: 'grace-expired'; company: string; control: ControlKey }
  | { type: 'own-no'; control: ControlKey; at: HubSpotTime; address?: string }
  /** HubSpot's history of the record's address: every address that the record held, and since when. */
  | { type: 'held'; addresses: Holding[] }
  /** `companies`: those for which the click was used up. */
  | { type: 'confirmed'; at: HubSpotTime; companies?: string[] }
  | { type: 'merged-into'; contact: string }
  /** `mergedAt`: since when the contacts are one. */
  | { type: 'linked'; contacts: string[]; mergedAt?: HubSpotTime }
  | { type: 'gone'; gone: boolean }
  | { type: 'erased' };

/** The submission that a change is about: a return, or one that waits for its confirmation. */
export function submissionOf(change: Change): Return | undefined {
  if (change.type === 'return') return change.return;
  return change.type === 'awaiting' ? change.awaiting : undefined;
}

/** What happened to a signal, in one word; also a metric's dimension, so the set is closed and small. */
export type Outcome =
  | 'opted-out'
  | 'stays-at-its-level'
  | 'returned'
  | 'awaiting-confirmation'
  | 'awaiting-form'
  | 'refused'
  | 'ambiguous'
  | 'expired'
  | 'noted'
  | 'stale'
  | 'inherited'
  | 'merged'
  | 'deleted'
  | 'restored'
  | 'erased';

/** A decision to be recorded: rule, outcome, a sentence for people, and what it changes. */
export type Decision = {
  rule: Rule;
  outcome: Outcome;
  reason: string;
  changes: Change[];
  /** Keyed hash of the address that the decision is about, so that the ledger is found by that address. */
  about?: string;
};

/**
 * What is asked of convergence after a verdict: nothing; to compare HubSpot with the desired state; or to ask as well whether
 * other contacts' ledgers speak of this contact's addresses (R8).
 */
export type Follow = 'nothing' | 'converge' | 'identify';

/** Why a signal changes nothing and leaves no entry; a metric's dimension. */
export type Because = 'duplicate' | 'own-write' | 'already-so' | 'repeated';

/** What the rules make of a signal. */
export type Verdict =
  /** The decision is appended to the ledger. */
  /** `again`: submissions that are to be decided once more, now that there is an older opt-out. */
  | { kind: 'recorded'; decision: Decision; follow: Follow; again?: readonly Noted[] }
  /** `lookAt`: when HubSpot is compared; default: at once. */
  | { kind: 'ignored'; because: Because; follow: Follow; lookAt?: readonly OurTime[] }
  /** The contact became part of another one (R8), whose ledger the signal belongs to. */
  | { kind: 'belongs-to'; contact: string }
  /** HubSpot's list of the form's submissions has to be asked first, for one that is later than `after` (R4). `taken`: those that the ledger knows, by keyed hash. */
  | { kind: 'unproved'; after: HubSpotTime | undefined; taken: ReadonlySet<string> }
  /** Nobody can tell yet: a write of ours is under way since `since`, and its time ends at `until`. */
  | { kind: 'too-early'; since: OurTime; until: OurTime }
  /** Nobody can tell from the event: the status that HubSpot shows decides. */
  | { kind: 'look-first' };

export const recorded = (decision: Decision, follow: Follow = 'converge'): Verdict => ({
  kind: 'recorded',
  decision,
  follow,
});
export const ignored = (because: Because, follow: Follow = 'nothing'): Verdict => ({
  kind: 'ignored',
  because,
  follow,
});
