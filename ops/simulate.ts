import { readFileSync } from 'node:fs';
import { asOurTime, iso, latest, type OurTime, ourTime, systemClock } from '../src/clocks.ts';
import { signalOfWebhook } from '../src/hubspot/webhook-event.ts';
import { signalsOfWorkflow } from '../src/hubspot/workflow-body.ts';
import { memoryLedger } from '../src/ledger/memory-ledger.ts';
import { openValue } from '../src/registry/control.ts';
import type { Registry } from '../src/registry/registry.ts';
import type { Outcome, Rule, Verdict } from '../src/rules/decision.ts';
import { replay } from '../src/rules/evolve.ts';
import { type Dossier, foresee } from '../src/rules/next-step.ts';
import type { Sight } from '../src/rules/sight.ts';
import { isOptedOut } from '../src/rules/state.ts';
import type { Signal } from '../src/signals/signal.ts';
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
  let last = ourTime(0);
  for (const signal of inputs.flatMap((input) => signalsOf(input, registry))) {
    if (typeof signal === 'string') ignore(result, signal);
    else {
      // The rules are asked as if each event had arrived when it happened.
      const now = asOurTime(signal.occurredAt);
      note(result, signal, await recordDecision(signal, { registry, now, address: 'same' }, ledger));
      last = latest([last, now]) ?? now;
    }
  }
  for await (const { contact } of ledger.everybody()) {
    const entries = await ledger.read({ portal: registry.portal, contact });
    result.contacts.push(standingOf({ contact, entries, state: replay(entries, registry) }, registry, last));
  }
  return result;
}

function signalsOf(input: unknown, registry: Registry) {
  const isWorkflow = typeof input === 'object' && input !== null && ('event' in input || 'vid' in input);
  const now = systemClock();
  return isWorkflow ? signalsOfWorkflow(input, registry, now) : [signalOfWebhook(input, registry, now)];
}

function ignore({ ignored }: Simulated, why: string): void {
  ignored[why] = (ignored[why] ?? 0) + 1;
}

function note(result: Simulated, { contact, occurredAt }: Signal, verdict: Verdict): void {
  if (verdict.kind !== 'recorded') {
    ignore(result, verdict.kind === 'ignored' ? verdict.because : verdict.kind);
    return;
  }
  const { rule, outcome, reason } = verdict.decision;
  result.decisions.push({ contact, occurredAt: iso(occurredAt), rule, outcome, reason });
}

/** What convergence would close if every control were open in HubSpot. */
function standingOf(dossier: Dossier, registry: Registry, now: OurTime): Simulated['contacts'][number] {
  const actual = [...registry.controls.values()].map(({ key, control }) => [key, openValue(control)]);
  const allOpen: Sight = { exists: true, others: [], actual: Object.fromEntries(actual) as Sight['actual'] };
  const next = foresee(dossier, allOpen, registry, now);
  const { writes, deferred } = next.do === 'write' ? next.plan : { writes: [], deferred: [] };
  const closes = writes.filter(({ direction }) => direction === 'closed').map(({ control }) => control.key);
  const optedOutOf = Object.entries(dossier.state.companies).filter(([, company]) => isOptedOut(company));
  return {
    contact: dossier.contact,
    optedOutOf: optedOutOf.map(([company]) => company),
    closes: [...closes, ...deferred],
  };
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
