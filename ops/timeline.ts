import { iso } from '../src/clocks.ts';
import type { AppliedEntry, DecisionEntry, LedgerEntry, PlannedEntry } from '../src/rules/entry.ts';
import type { Speech } from './texts/speech.ts';

/** One entry of the ledger for people. Every entry has one: nothing is left out. */
export type Told = { seq: number; occurredAt?: string; recordedAt: string; rule: string; what: string; source: string };

/** Tells an entry: names instead of keys, times and reasons in the reader's language. */
export function tell({ seq, body, recordedAt, personal }: LedgerEntry, speech: Speech): Told {
  const common = { seq, recordedAt: speech.time(iso(recordedAt)), rule: '', source: '' };
  const page = personal?.page === undefined ? '' : ` (${speech.words.page}: ${personal.page})`;
  if (body.kind === 'decision') return { ...common, ...toldDecision(body, page, speech) };
  return { ...common, what: body.kind === 'planned' ? toldPlan(body, speech) : toldApplied(body, speech) };
}

function toldDecision({ rule, outcome, reason, occurredAt, source }: DecisionEntry, page: string, speech: Speech) {
  return {
    occurredAt: speech.time(iso(occurredAt)),
    rule,
    what: `${speech.outcome(outcome)}: ${speech.reason(reason)}${page}`,
    source: speech.source(source),
  };
}

function toldPlan({ intended }: PlannedEntry, { words, names }: Speech): string {
  const what = Object.entries(intended).map(([key, value]) => `${names.control(key)}: ${names.value(key, value)}`);
  return `${words.planned}: ${what.join('; ') || words.nothingChanged}`;
}

function toldApplied(entry: AppliedEntry, { words, names }: Speech): string {
  const { before, after, leftAsIs = {}, refused = {}, unfinished } = entry;
  const changed = Object.keys(after).filter((key) => after[key] !== before[key]);
  const what = changed.map((key) => {
    const [was, is] = [names.value(key, before[key] ?? ''), names.value(key, after[key] ?? '')];
    return `${names.control(key)}: ${was} → ${is}`;
  });
  const left = Object.entries(leftAsIs).map(([key, why]) => `${words.leftAsIs} ${names.control(key)} (${why})`);
  const not = Object.entries(refused).map(([key, why]) => `${words.refused} ${names.control(key)} (${why})`);
  const open = unfinished === undefined ? [] : [words.unfinished];
  return `HubSpot: ${[...what, ...left, ...not, ...open].join('; ') || words.nothingChanged}`;
}
