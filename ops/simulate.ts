import { readFileSync } from 'node:fs';
import { signalOfWebhook } from '../src/hubspot/webhook-event.ts';
import { signalsOfWorkflow } from '../src/hubspot/workflow-body.ts';
import { memoryLedger } from '../src/ledger/memory-ledger.ts';
import type { Registry } from '../src/registry/registry.ts';
import type { Outcome, Rule } from '../src/rules/decision.ts';
import { desiredControls } from '../src/rules/desired.ts';
import { replay } from '../src/rules/evolve.ts';
import { isOptedOut } from '../src/rules/state.ts';
import { recordDecision } from '../src/workers/decide/record-decision.ts';
import { OperatorError } from './connect.ts';

export type Simulated = {
  events: number;
  ignored: Record<string, number>;
  decisions: { contact: string; occurredAt: string; rule: Rule; outcome: Outcome; reason: string }[];
  contacts: { contact: string; optedOutOf: string[]; closes: string[] }[];
};

/**
 * What the rules would do with events, without writing anything. `file`: a JSON array of webhook events and workflow bodies,
 * or a CSV with a header of webhook fields (objectId, propertyName, propertyValue, occurredAt, changeSource …).
 * Form submissions are taken as the owner's: whose address a contact has is not asked.
 */
export async function simulate(file: string, registry: Registry): Promise<Simulated> {
  const ledger = memoryLedger();
  const inputs = readEvents(file, registry);
  const result: Simulated = { events: inputs.length, ignored: {}, decisions: [], contacts: [] };
  for (const input of inputs) {
    const isWorkflow = typeof input === 'object' && input !== null && ('event' in input || 'vid' in input);
    const now = Date.now();
    const signals = isWorkflow ? signalsOfWorkflow(input, registry, now) : [signalOfWebhook(input, registry, now)];
    for (const signal of signals) {
      const ignore = (why: string) => {
        result.ignored[why] = (result.ignored[why] ?? 0) + 1;
      };
      if (typeof signal === 'string') {
        ignore(signal);
        continue;
      }
      const { decision, because } = await recordDecision(
        signal,
        { registry, now: signal.occurredAt, address: 'same' },
        ledger,
      );
      if (decision === undefined) ignore(because ?? 'already-so');
      else {
        const { rule, outcome, reason } = decision;
        const occurredAt = new Date(signal.occurredAt).toISOString();
        result.decisions.push({ contact: signal.contact, occurredAt, rule, outcome, reason });
      }
    }
  }
  for await (const ref of ledger.everybody()) {
    const state = replay(await ledger.read(ref), registry);
    const optedOutOf = Object.entries(state.companies).flatMap(([company, current]) =>
      isOptedOut(current) ? [company] : [],
    );
    const closes = [...desiredControls(state, registry)].flatMap(([key, { to }]) => (to === 'closed' ? [key] : []));
    result.contacts.push({ contact: ref.contact, optedOutOf, closes });
  }
  return result;
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

function readEvents(file: string, registry: Registry): unknown[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch {
    throw new OperatorError(`${file} cannot be read`);
  }
  if (/^\s*[[{]/.test(text)) {
    try {
      return [JSON.parse(text) as unknown].flat();
    } catch {
      throw new OperatorError(`${file} is no JSON`);
    }
  }
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const separator = header.includes(';') ? ';' : ',';
  const names = header.split(separator).map((name) => name.trim().replaceAll('"', ''));
  if (!names.includes('objectId') || !names.includes('propertyName')) {
    throw new OperatorError(
      `${file}: the header needs objectId, propertyName, propertyValue, occurredAt; it has ${names.join(', ')}`,
    );
  }
  const defaults = { subscriptionType: 'contact.propertyChange', portalId: registry.portal };
  return lines.map((line) => {
    const cells = line.split(separator).map((value) => value.trim().replace(/^"(.*)"$/, '$1'));
    const row = Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
    const at = row['occurredAt'] ?? '';
    const occurredAt = /^\d+$/.test(at) ? at : String(Date.parse(at));
    return { ...defaults, ...row, occurredAt };
  });
}
