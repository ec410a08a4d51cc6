import * as z from 'zod/mini';
import { asHubSpotTime, type HubSpotTime, type OurTime } from '../clocks.ts';
import type { ControlKey, ControlValue } from '../registry/control.ts';
import type { SignalSource } from '../signals/signal.ts';
import type { Change, Decision, Follow, Outcome, Rule } from './decision.ts';
import type { Written } from './state.ts';

/** The contact a ledger belongs to. */
export type ContactRef = { portal: number; contact: string };

/** A decision: which rule made what of which signal, caused by whom, and both times. */
export type DecisionEntry = {
  kind: 'decision';
  signal?: { id: string; kind: string; control?: string; to?: string; form?: string; event?: string };
  rule: Rule;
  outcome: Outcome;
  reason: string;
  source?: SignalSource;
  occurredAt: HubSpotTime;
  changes: Change[];
  converge: boolean;
};

/** The entry of a decision that no signal brought. */
export function ownDecision({ about: _, ...decision }: Decision, follow: Follow, now: OurTime): DecisionEntry {
  return { kind: 'decision', occurredAt: asHubSpotTime(now), converge: follow !== 'nothing', ...decision };
}

/** What a convergence found and is about to write: kept before the first write, so that a crash loses no earlier state. */
export type PlannedEntry = {
  kind: 'planned';
  before: Record<ControlKey, ControlValue>;
  intended: Record<ControlKey, ControlValue>;
  placed?: Placed;
};

/** The company that each control belonged to when the entry was written; entries of older versions do not tell. */
export type Placed = Record<ControlKey, string>;

/** HubSpot now holds the desired state: what each control was before and after. */
export type AppliedEntry = {
  kind: 'applied';
  before: Record<ControlKey, ControlValue>;
  after: Record<ControlKey, ControlValue>;
  written: Record<ControlKey, { direction: 'closed' | 'open' } & Written>;
  /** Company and the opt-out (its time) that a return lifted. */
  lifted: Record<string, HubSpotTime>;
  placed?: Placed;
  /** Some writes failed, or a newer decision came meanwhile: these are facts, but HubSpot does not hold what it must yet. */
  unfinished?: true;
  /** What HubSpot refuses to close, and why: the rest was written all the same. */
  refused?: Record<ControlKey, string>;
  /** What could not be brought to the desired state and why; never an open control under an opt-out. */
  leftAsIs?: Record<ControlKey, string>;
};

export type EntryBody = DecisionEntry | PlannedEntry | AppliedEntry;

/** Personal data beside the chain: erasable, while the chain keeps only its salted digest. */
export type Personal = { salt: string; address?: string; page?: string };

/** One link of a contact's chain as it is stored. `hash` covers everything but itself and `personal`. */
export type LedgerEntry = {
  v: 1;
  portal: number;
  contact: string;
  seq: number;
  recordedAt: OurTime;
  /** Hash of the entry before, '' for the first. */
  previous: string;
  personalDigest?: string;
  /** The version of Widerruf that wrote the entry; entries of before do not tell. */
  writer?: string;
  /** Keyed hash of the address the entry concerns; indexed. */
  addressHash?: string;
  body: EntryBody;
  hash: string;
  personal?: Personal;
};

/** What is read back from the table has to look like an entry; the hash chain proves the rest. */
export const LedgerEntrySchema = z.looseObject({
  v: z.literal(1),
  portal: z.int(),
  contact: z.string(),
  seq: z.int().check(z.positive()),
  recordedAt: z.int(),
  previous: z.string(),
  hash: z.string(),
  body: z.looseObject({ kind: z.string() }),
});
