import { asOurTime, iso, latest, type OurTime, ourTime, systemClock } from '../src/clocks.ts';
import { signalOfWebhook } from '../src/hubspot/webhook-event.ts';
import { signalsOfWorkflow } from '../src/hubspot/workflow-body.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { memoryLedger } from '../src/ledger/memory-ledger.ts';
import { type ControlKey, openValue } from '../src/registry/control.ts';
import type { Registry } from '../src/registry/registry.ts';
import type { Outcome, Rule } from '../src/rules/decision.ts';
import { replay } from '../src/rules/evolve.ts';
import { type Dossier, foresee } from '../src/rules/next-step.ts';
import type { Sight } from '../src/rules/sight.ts';
import { isOptedOut } from '../src/rules/state.ts';
import type { Signal } from '../src/signals/signal.ts';
import { recordDecision } from '../src/workers/decide/record-decision.ts';
import { readEvents } from './simulate-events.ts';
import { type Unreadable, unreadableFields } from './simulate-fields.ts';
import type { Speech } from './texts/speech.ts';
import { type OutputTexts, outputTexts } from './texts/words.ts';

export type SimulatedDecision = { contact: string; occurredAt: string; rule: Rule; outcome: Outcome; reason: string };
export type Simulated = {
  /** How many events there were, and how many had no effect for which reason. */
  events: number;
  /** Fields that could not be read; their events were left out. */
  unreadable: Unreadable[];
  ignored: Record<string, number>;
  decisions: SimulatedDecision[];
  /** `ownNo`: controls to which the person said "no" and which stay so alone (R2); `closes`: what convergence closes because of an opt-out. */
  contacts: { contact: string; optedOutOf: string[]; ownNo: ControlKey[]; closes: ControlKey[] }[];
};

/**
 * What the rules would do with events, without writing anything. `file`: a JSON array of webhook events and workflow bodies,
 * or a CSV with a header of webhook fields (objectId, propertyName, propertyValue, occurredAt, changeSource …).
 * Form submissions are taken as the owner's: neither whose address a contact has is asked, nor HubSpot's list of submissions.
 */
export async function simulate(
  file: string,
  registry: Registry,
  t: OutputTexts['fields'] = outputTexts.en.fields,
): Promise<Simulated> {
  const ledger = memoryLedger();
  const inputs = readEvents(file, registry.portal, t);
  const unreadable = inputs.flatMap(({ event, place }) => unreadableFields(event, place, t));
  const places = new Set(unreadable.map(({ place }) => place));
  const readable = inputs.filter(({ place }) => !places.has(place));
  const result: Simulated = { events: inputs.length, unreadable, ignored: {}, decisions: [], contacts: [] };
  const reopened = new Set<string>();
  let last = ourTime(0);
  for (const signal of readable.flatMap(({ event }) => signalsOf(event, registry))) {
    const decided = typeof signal === 'string' ? signal : await decide(signal, registry, ledger);
    if (typeof decided === 'string') result.ignored[decided] = (result.ignored[decided] ?? 0) + 1;
    else result.decisions.push(decided);
    if (typeof signal === 'string') continue;
    last = latest([last, asOurTime(signal.occurredAt)]) ?? last;
    if (signal.kind === 'control' && signal.to === 'closed') reopened.delete(placeOf(signal.contact, signal.control));
    else if (signal.kind === 'control' && typeof decided === 'string')
      reopened.add(placeOf(signal.contact, signal.control));
  }
  for await (const { contact } of ledger.everybody()) {
    const entries = await ledger.read({ portal: registry.portal, contact });
    const standing = standingOf({ contact, entries, state: replay(entries, registry) }, registry, last);
    const ownNo = standing.ownNo.filter((control) => !reopened.has(placeOf(contact, control)));
    result.contacts.push({ ...standing, ownNo });
  }
  return result;
}

/** Names a control of a contact. The ledger keeps when somebody last said "no" to it, not that nothing forbade its later opening. */
const placeOf = (contact: string, control: ControlKey) => `${contact} ${control}`;

/** The signals of a webhook event or a workflow body; instead of a signal the reason why it is none. */
function signalsOf(input: unknown, registry: Registry): (Signal | string)[] {
  const isWorkflow = typeof input === 'object' && input !== null && ('event' in input || 'vid' in input);
  const now = systemClock();
  return isWorkflow ? signalsOfWorkflow(input, registry, now) : [signalOfWebhook(input, registry, now)];
}

/** What the rules decide, as if the event had arrived when it happened; a text when they decide nothing: the reason. */
async function decide(signal: Signal, registry: Registry, ledger: Ledger): Promise<SimulatedDecision | string> {
  const now = asOurTime(signal.occurredAt);
  const facts = { registry, now, address: 'same', proof: { by: 'event' } } as const;
  const verdict = await recordDecision({ ...signal, receivedAt: now }, facts, ledger);
  if (verdict.kind !== 'recorded') return verdict.kind === 'ignored' ? verdict.because : verdict.kind;
  const { rule, outcome, reason } = verdict.decision;
  return { contact: signal.contact, occurredAt: iso(signal.occurredAt), rule, outcome, reason };
}

/** What convergence would close if every control were open in HubSpot. */
function standingOf(dossier: Dossier, registry: Registry, now: OurTime): Simulated['contacts'][number] {
  const actual = [...registry.controls.values()].map(({ key, control }) => [key, openValue(control)]);
  const allOpen: Sight = { exists: true, others: [], actual: Object.fromEntries(actual) as Sight['actual'] };
  const next = foresee(dossier, allOpen, registry, now);
  const { writes, deferred } = next.do === 'write' ? next.plan : { writes: [], deferred: [] };
  const closes = writes.filter(({ direction }) => direction === 'closed').map(({ control }) => control.key);
  const companies = Object.entries(dossier.state.companies).filter(([, company]) => isOptedOut(company));
  const optedOutOf = companies.map(([company]) => company);
  const ownNo = Object.keys(dossier.state.ownNo);
  return { contact: dossier.contact, optedOutOf, ownNo, closes: [...closes, ...deferred] };
}

export function readableSimulation(simulated: Simulated, speech: Speech): string {
  const { events, unreadable, ignored, decisions, contacts } = simulated;
  const { words } = speech;
  return [
    outputTexts[speech.language].simulated.head(events, decisions.length),
    ...unreadable.map(({ place, field, why }) => `  ${words.leftOut}, ${place}: ${field} ${why}`),
    ...Object.entries(ignored).map(([why, count]) => `  ${count} ${words.withoutEffect}: ${speech.because(why)}`),
    '',
    ...decisions.map(
      ({ contact, occurredAt, rule, outcome, reason }) =>
        `${speech.time(occurredAt)}  ${words.contact} ${contact}  ${rule} ${speech.outcome(outcome)}: ${speech.reason(reason)}`,
    ),
    '',
    ...contacts.map((one) => `${words.contact} ${one.contact}: ${summaryOf(one, speech)}`),
    '',
  ].join('\n');
}

/** Which "no" stands in the end, and what is closed because of an opt-out. */
function summaryOf({ optedOutOf, ownNo, closes }: Simulated['contacts'][number], { language, names }: Speech): string {
  const t = outputTexts[language].simulated;
  const stands = [
    ...(optedOutOf.length > 0 ? [t.optedOutOf(optedOutOf.map(names.withNames).join(', '))] : []),
    ...(ownNo.length > 0 ? [t.ownNo(ownNo.map(names.control).join(', '))] : []),
  ];
  const nothing = ownNo.length > 0 ? t.nothingElse : t.nothing;
  return [stands.join('; ') || t.noNo, closes.length > 0 ? t.closed(closes.length) : nothing].join('; ');
}
