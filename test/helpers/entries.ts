import { ourTime } from '../../src/clocks.ts';
import type { Change } from '../../src/rules/decision.ts';
import type { AppliedEntry, DecisionEntry, LedgerEntry, PlannedEntry } from '../../src/rules/entry.ts';
import { applied as appliedBody, decided as decidedBody, no } from './ledger.ts';
import type { InMs } from './state.ts';
import { timed } from './state.ts';

/** When an entry was recorded (ms), and the address (keyed hash) that it names, if it names one. */
type Recorded = { at: number; about?: string };

const entry = ({ at, about }: Recorded, body: LedgerEntry['body']) =>
  ({ recordedAt: ourTime(at), ...(about !== undefined && { addressHash: about }), body }) as LedgerEntry;

/** An entry of a decision. What happened is taken to have happened when the decision was recorded. */
export const decided = (
  recorded: Recorded,
  changes: readonly InMs<Change>[],
  more: Partial<InMs<DecisionEntry>> = {},
): LedgerEntry =>
  entry(recorded, timed<DecisionEntry>({ ...decidedBody(changes), occurredAt: recorded.at, converge: false, ...more }));

export const planned = (recorded: Recorded, more: Partial<PlannedEntry> = {}): LedgerEntry =>
  entry(recorded, { kind: 'planned', before: {}, intended: {}, ...more });

export const applied = (recorded: Recorded, more: Partial<InMs<AppliedEntry>> = {}): LedgerEntry =>
  entry(recorded, appliedBody(more));

/** The owner's "no" to the museum at a moment (ms). */
export const museumOptOut = (at: number, more: { address?: string; taken?: true } = {}): InMs<Change> =>
  ({ ...no(at, 'museum'), ...more }) as InMs<Change>;
