import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { Change } from '../../src/rules/decision.ts';
import type { AppliedEntry, DecisionEntry, LedgerEntry, PlannedEntry } from '../../src/rules/entry.ts';
import type { InMs } from './state.ts';
import { timed, webhook } from './state.ts';

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
  entry(
    recorded,
    timed<DecisionEntry>({
      kind: 'decision',
      rule: 'R1',
      outcome: 'opted-out',
      reason: '',
      occurredAt: recorded.at,
      changes: [...changes],
      converge: false,
      ...more,
    }),
  );

export const planned = (recorded: Recorded, more: Partial<PlannedEntry> = {}): LedgerEntry =>
  entry(recorded, { kind: 'planned', before: {}, intended: {}, ...more });

export const applied = (recorded: Recorded, more: Partial<InMs<AppliedEntry>> = {}): LedgerEntry =>
  entry(recorded, timed<AppliedEntry>({ kind: 'applied', before: {}, after: {}, written: {}, lifted: {}, ...more }));

/** The owner's "no" to the museum at a moment (ms). */
export const museumOptOut = (at: number, more: { address?: string } = {}): InMs<Change> => ({
  type: 'company-opt-out',
  companies: ['museum'],
  at: hubspotTime(at),
  source: webhook,
  ...more,
});
