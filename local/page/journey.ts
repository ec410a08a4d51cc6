import type { Speech } from '../../ops/texts/speech.ts';
import { millis } from '../../src/clocks.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import type { Call } from '../hubspot/api/account.ts';
import type { Change, Passage, Seen } from './live.ts';

/** Where something happened on the way from HubSpot to HubSpot. */
export type Station = 'hubspot' | 'webhook' | 'queue' | 'decide' | 'nothing' | 'convergence' | 'converge' | 'written';

/** One step of a person's journey, at `at` (ms). What is told besides depends on the station. */
export type Step = {
  at: number;
  station: Station;
  /** `hubspot`: what changed there, to what, and who HubSpot says did it. */
  change?: { what: string; value: string; source: string };
  /** Rule, outcome and reason of a decision, in the reader's language. */
  decision?: { rule: string; what: string };
  /** How many things are told in one step: writes, or webhooks with nothing to decide. */
  count?: number;
  /** How often the message was received, where more than once. */
  tries?: number;
  /** Until when a message waits. */
  until?: number;
  /** HubSpot's answers while converge worked, by status. */
  answers?: Record<string, number>;
};

const NEWEST = 60;

/** A person's journeys, newest step first: what the queues and the twin saw, and what the ledger says. Pure. */
export function stepsOf(seen: Seen, entries: readonly LedgerEntry[], calls: readonly Call[], speech: Speech): Step[] {
  const decided = new Set(entries.flatMap(({ body }) => (body.kind === 'decision' ? (body.signal?.id ?? []) : [])));
  const steps = [
    ...seen.changes.map(changeStep),
    ...seen.passages.flatMap((one) => passageSteps(one, decided, calls)),
    ...entries.flatMap((entry) => decisionStep(entry, speech)),
  ];
  const inOrder = steps.toSorted((a, b) => a.at - b.at);
  return inOrder.reduce<Step[]>(joined, []).slice(-NEWEST).reverse();
}

function changeStep({ occurredAt: at, byWiderruf, type, propertyName, propertyValue, actor }: Change): Step {
  if (byWiderruf) return { at, station: 'written', count: 1 };
  const source = [actor.changeSource, actor.sourceId].filter(Boolean).join(' ');
  return { at, station: 'hubspot', change: { what: propertyName ?? type, value: propertyValue ?? '', source } };
}

function passageSteps(passage: Passage, decided: ReadonlySet<string>, calls: readonly Call[]): Step[] {
  const { queue, sentAt, takenAt, doneAt, receivedAt, signal = '', wakeAt } = passage;
  const tries = passage.tries > 1 ? { tries: passage.tries } : {};
  if (queue === 'convergence') {
    const answers = answersBetween(calls, takenAt, doneAt ?? Number.POSITIVE_INFINITY);
    const waits = wakeAt === undefined ? {} : { until: wakeAt };
    const isFirst = passage.tries <= 1;
    return [
      ...(isFirst ? [{ at: sentAt, station: 'convergence' as const, ...waits }] : []),
      { at: takenAt, station: 'converge', answers, ...tries },
    ];
  }
  if (doneAt !== undefined && !decided.has(signal)) return [{ at: takenAt, station: 'nothing', count: 1, ...tries }];
  return [
    { at: receivedAt ?? sentAt, station: 'webhook' },
    { at: sentAt, station: 'queue', ...tries },
  ];
}

function answersBetween(calls: readonly Call[], from: number, until: number): Record<string, number> {
  const answers: Record<string, number> = {};
  for (const { at, status } of calls) {
    if (at >= from && at <= until) answers[status] = (answers[status] ?? 0) + 1;
  }
  return answers;
}

function decisionStep({ body, recordedAt }: LedgerEntry, speech: Speech): Step[] {
  if (body.kind !== 'decision') return [];
  const what = `${speech.outcome(body.outcome)}: ${speech.reason(body.reason)}`;
  return [{ at: millis(recordedAt), station: 'decide', decision: { rule: body.rule, what } }];
}

/** A fan-out writes many controls, and each comes back as a webhook: what follows each other is told in one step. */
function joined(steps: Step[], step: Step): Step[] {
  const last = steps.at(-1);
  // Two requests for one person in one batch are one convergence.
  if (step.station === 'converge' && last?.station === 'converge' && last.at === step.at) return steps;
  if (last?.count === undefined || step.count === undefined || last.station !== step.station) return [...steps, step];
  return [...steps.slice(0, -1), { ...last, count: last.count + step.count }];
}
