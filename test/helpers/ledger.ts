import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { Change } from '../../src/rules/decision.ts';
import type { AppliedEntry, DecisionEntry, EntryBody, LedgerEntry } from '../../src/rules/entry.ts';
import { type InMs, timed, webhook } from './state.ts';

/** A ledger of entries with these bodies, recorded 1 ms after one another; the first at 0. */
export function ledgerOf(...bodies: readonly EntryBody[]): LedgerEntry[] {
  return bodies.map((body, i) => ({
    v: 1,
    portal: 1,
    contact: '101',
    seq: i + 1,
    recordedAt: ourTime(i),
    previous: '',
    hash: '',
    body,
  }));
}

/** A decision that changes something; moments in ms. */
export function decided(changes: readonly InMs<Change>[], signal?: Omit<NonNullable<DecisionEntry['signal']>, 'id'>) {
  return {
    kind: 'decision',
    rule: 'R1',
    outcome: 'opted-out',
    reason: '',
    occurredAt: hubspotTime(0),
    changes: timed<Change[]>([...changes]),
    converge: true,
    ...(signal && { signal: { id: 'signal', ...signal } }),
  } satisfies EntryBody;
}

/** A "no" to companies, said at a moment (ms). */
export const no = (at: number, ...companies: string[]): InMs<Change> => ({
  type: 'company-opt-out',
  companies,
  at,
  source: webhook,
});

/** A return to a company by a form, submitted at a moment (ms). */
export const backTo = (company: string, at: number, form = ''): InMs<Change> => ({
  type: 'return',
  company,
  return: { at, form },
});

/** HubSpot holds what it must; moments in ms. */
export function applied(told: Partial<InMs<AppliedEntry>> = {}): AppliedEntry {
  return timed<AppliedEntry>({ kind: 'applied', before: {}, after: {}, written: {}, lifted: {}, ...told });
}
