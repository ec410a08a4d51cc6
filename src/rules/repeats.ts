import type { AppliedEntry, LedgerEntry, PlannedEntry } from './entry.ts';

/**
 * What an opt-out leaves in the ledger that somebody opens again and again: refusals (R5) that change nothing, closings (a plan and what
 * HubSpot took of it), and looks that found everything as it must be.
 */
export type Repeat = {
  kind: 'refusal' | 'closing' | 'look';
  /** The one entry, or a closing's two. */
  entries: readonly LedgerEntry[];
  /** The control that was opened, or the controls that were closed. */
  controls: readonly string[];
  /** Of a refusal: whether it was recorded as one, or only noted. */
  outcome?: string;
  /** Keyed hash of the address that a closing or a look is about. */
  address?: string;
};

/** The repeat that begins at a place of a ledger, if one does. */
export function repeatAt(entries: readonly LedgerEntry[], place: number): Repeat | undefined {
  const [entry, next] = [entries[place], entries[place + 1]];
  if (entry === undefined) return undefined;
  switch (entry.body.kind) {
    case 'decision':
      return refusalOf(entry);
    case 'planned':
      return next === undefined ? undefined : closingOf(entry, entry.body, next);
    default:
      return lookOf(entry);
  }
}

function refusalOf(entry: LedgerEntry): Repeat | undefined {
  const { body, addressHash } = entry;
  if (body.kind !== 'decision' || body.rule !== 'R5' || body.changes.length > 0 || !body.converge) return undefined;
  const { signal, source, outcome } = body;
  const isOfControl = signal?.to === 'open' && signal.form === undefined && source !== undefined;
  if (!isOfControl || signal.control === undefined || addressHash !== undefined) return undefined;
  return { kind: 'refusal', entries: [entry], controls: [signal.control], outcome };
}

/** Each control that was to be written was closed, by that very plan. */
function closingOf(plan: LedgerEntry, { intended }: PlannedEntry, done: LedgerEntry): Repeat | undefined {
  const controls = Object.keys(intended);
  const { body, seq, addressHash } = done;
  if (!isPlain(body) || seq !== plan.seq + 1 || addressHash !== plan.addressHash || controls.length === 0) {
    return undefined;
  }
  const isOfPlan = (control: string) => {
    const write = body.written[control];
    return write?.direction === 'closed' && write.from >= plan.recordedAt;
  };
  if (Object.keys(body.written).length !== controls.length || !controls.every(isOfPlan)) return undefined;
  return { kind: 'closing', entries: [plan, done], controls, ...aboutOf(plan) };
}

function lookOf(entry: LedgerEntry): Repeat | undefined {
  if (!isPlain(entry.body) || Object.keys(entry.body.written).length > 0) return undefined;
  return { kind: 'look', entries: [entry], controls: [], ...aboutOf(entry) };
}

const aboutOf = ({ addressHash }: LedgerEntry) => (addressHash === undefined ? {} : { address: addressHash });

/** Finished, without a lift, without anything that HubSpot refused, and nobody else wrote meanwhile. */
function isPlain(body: LedgerEntry['body']): body is AppliedEntry {
  if (body.kind !== 'applied' || body.unfinished || body.refused || body.leftAsIs) return false;
  const isAsBefore = ([control, value]: [string, string]) => control in body.written || body.before[control] === value;
  return Object.keys(body.lifted).length === 0 && Object.entries(body.after).every(isAsBefore);
}
