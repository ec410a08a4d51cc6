import { signalOfWebhook } from '../src/hubspot/webhook-event.ts';
import { signalsOfWorkflow } from '../src/hubspot/workflow-body.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { memoryLedger } from '../src/ledger/memory-ledger.ts';
import type { Registry } from '../src/registry/registry.ts';
import type { Outcome, Rule } from '../src/rules/decision.ts';
import { desiredControls } from '../src/rules/desired.ts';
import { replay } from '../src/rules/evolve.ts';
import { type ContactState, isOptedOut } from '../src/rules/state.ts';
import type { Signal } from '../src/signals/signal.ts';
import { recordDecision } from '../src/workers/decide/record-decision.ts';
import { readEvents } from './simulate-events.ts';

export type SimulatedDecision = { contact: string; occurredAt: string; rule: Rule; outcome: Outcome; reason: string };
export type Simulated = {
  /** How many events there were, and how many had no effect for which reason. */
  events: number;
  ignored: Record<string, number>;
  decisions: SimulatedDecision[];
  contacts: { contact: string; optedOutOf: string[]; closes: string[] }[];
};

/**
 * What the rules would do with events, without writing anything. `file`: a JSON array of webhook events and workflow bodies,
 * or a CSV with a header of webhook fields (objectId, propertyName, propertyValue, occurredAt, changeSource …).
 * Form submissions are taken as the owner's: whose address a contact has is not asked.
 */
export async function simulate(file: string, registry: Registry): Promise<Simulated> {
  const ledger = memoryLedger();
  const inputs = readEvents(file, registry.portal);
  const result: Simulated = { events: inputs.length, ignored: {}, decisions: [], contacts: [] };
  for (const signal of inputs.flatMap((input) => signalsOf(input, registry))) {
    const decided = typeof signal === 'string' ? signal : await decide(signal, registry, ledger);
    if (typeof decided === 'string') result.ignored[decided] = (result.ignored[decided] ?? 0) + 1;
    else result.decisions.push(decided);
  }
  for await (const ref of ledger.everybody()) {
    result.contacts.push(standingOf(ref.contact, replay(await ledger.read(ref), registry), registry));
  }
  return result;
}

/** The signals of a webhook event or a workflow body; instead of a signal the reason why it is none. */
function signalsOf(input: unknown, registry: Registry): (Signal | string)[] {
  const isWorkflow = typeof input === 'object' && input !== null && ('event' in input || 'vid' in input);
  const now = Date.now();
  return isWorkflow ? signalsOfWorkflow(input, registry, now) : [signalOfWebhook(input, registry, now)];
}

/** What the rules decide; a text when they decide nothing: the reason. */
async function decide(signal: Signal, registry: Registry, ledger: Ledger): Promise<SimulatedDecision | string> {
  const circumstances = { registry, now: signal.occurredAt, address: 'same' } as const;
  const { decision, because } = await recordDecision(signal, circumstances, ledger);
  if (decision === undefined) return because ?? 'already-so';
  const { rule, outcome, reason } = decision;
  const occurredAt = new Date(signal.occurredAt).toISOString();
  return { contact: signal.contact, occurredAt, rule, outcome, reason };
}

function standingOf(contact: string, state: ContactState, registry: Registry): Simulated['contacts'][number] {
  const companies = Object.entries(state.companies).filter(([, company]) => isOptedOut(company));
  const closed = [...desiredControls(state, registry)].filter(([, { to }]) => to === 'closed');
  return { contact, optedOutOf: companies.map(([company]) => company), closes: closed.map(([key]) => key) };
}

export function readableSimulation({ events, ignored, decisions, contacts }: Simulated): string {
  return [
    `${events} events; ${decisions.length} decisions; nothing was written`,
    ...Object.entries(ignored).map(([why, count]) => `  ${count} without effect: ${why}`),
    '',
    ...decisions.map(
      ({ contact, occurredAt, rule, outcome, reason }) =>
        `${occurredAt}  contact ${contact}  ${rule} ${outcome}: ${reason}`,
    ),
    '',
    ...contacts.map(
      ({ contact, optedOutOf, closes }) =>
        `contact ${contact}: opted out of ${optedOutOf.join(', ') || 'nothing'}; ${closes.length} controls closed`,
    ),
    '',
  ].join('\n');
}
