import { asOurTime, hubspotTime, millis, type OurTime, ourTime } from '../../src/clocks.ts';
import type { Draft } from '../../src/ledger/chain.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import { type ControlKey, type ControlValue, isPropertyKey } from '../../src/registry/control.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { Facts } from '../../src/rules/clause.ts';
import type { Verdict } from '../../src/rules/decision.ts';
import { desiredControls } from '../../src/rules/desired-controls.ts';
import type { EntryBody, LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { type Dossier, nextStep, type Write } from '../../src/rules/next-step.ts';
import type { ShownStatus, Sight } from '../../src/rules/sight.ts';
import { entryOf, otherKey, type WriteResults } from '../../src/rules/written.ts';
import type { LifecycleSignal, Signal } from '../../src/signals/signal.ts';
import { withId } from '../../src/signals/signal-id.ts';
import { recordDecision } from '../../src/workers/decide/record-decision.ts';
import { readOthers } from '../../src/workers/dossier.ts';

export const MINUTE = 60_000;
const PORTAL = 1;
const ANNA = '101';
const common = (occurredAt: number, contact = ANNA) => ({
  v: 1 as const,
  portal: PORTAL,
  contact,
  occurredAt: hubspotTime(occurredAt),
  receivedAt: ourTime(occurredAt),
});

/** A control was changed in HubSpot; `change` is HubSpot's changeSource. Times in ms. */
export function changed(control: ControlKey, to: 'closed' | 'open', occurredAt: number, change = 'CRM_UI'): Signal {
  return withId({ ...common(occurredAt), kind: 'control', control, to, source: { channel: 'webhook', change } });
}

export function submitted(form: string, occurredAt: number): Signal {
  const source = { channel: 'workflow' as const, change: 'FORM', id: form };
  return withId({ ...common(occurredAt), kind: 'form', form, address: 'anna@example.at', source });
}

export function confirmed(occurredAt: number, value = 'Confirmed'): Signal {
  return withId({ ...common(occurredAt), kind: 'confirmation', value, source: { channel: 'webhook' } });
}

/** Something happened to the record itself. */
export function happened(event: LifecycleSignal['event'], occurredAt: number): Signal {
  return withId({ ...common(occurredAt), kind: 'lifecycle', event, source: { channel: 'webhook' } });
}

/** Other contacts became part of the person's contact. */
export function merged(others: string[], occurredAt: number): Signal {
  return withId({ ...common(occurredAt), kind: 'merge', others, source: { channel: 'webhook' } });
}

/** A verdict's decision; undefined where nothing is recorded. */
export function decisionOf(verdict: Verdict) {
  return verdict.kind === 'recorded' ? verdict.decision : undefined;
}

type Decisions = Extract<ReturnType<typeof nextStep>, { do: 'record' }>['decisions'];

/** Who a person of a test is: the contact, the keyed hashes of its addresses (the primary one first), and whose ledger. */
type Who = { contact: string; addresses: string[]; ledger: Ledger };

/**
 * One person under the real rules: `decide` decides, `nextStep` plans, `entryOf` says what is recorded. HubSpot is a plain table
 * of values for the primary address and one for each other address, which this helper shows and writes.
 */
export function createPerson(
  registry: Registry,
  hubspot: Record<ControlKey, ControlValue> = {},
  who: Partial<Who> = {},
) {
  const { contact = ANNA, addresses = ['hash of anna@example.at'], ledger = memoryLedger() } = who;
  const [first = '', ...others] = addresses;
  let primary = first;
  const held = [{ hash: first, from: hubspotTime(0) }];
  const ref = { portal: PORTAL, contact };
  const initial = () =>
    Object.fromEntries(
      [...registry.controls.values()].map(({ key, control }) => [
        key,
        control.kind === 'subscription' ? 'NOT_SPECIFIED' : '',
      ]),
    ) as Record<ControlKey, ControlValue>;
  const actual = { ...initial(), ...hubspot };
  const elsewhere = new Map<string, Record<ControlKey, ControlValue>>(others.map((hash) => [hash, initial()]));
  let exists = true;

  const dossier = async (): Promise<Dossier> => {
    const entries = await ledger.read(ref);
    return { contact, entries, state: replay(entries, registry) };
  };
  const append = async (now: OurTime, body: EntryBody, about = body.kind === 'decision' ? undefined : primary) => {
    const draft: Draft = { recordedAt: now, body, ...(about !== undefined && { addressHash: about }) };
    await ledger.append(ref, (await ledger.read(ref)).at(-1), draft);
  };

  /** HubSpot shows the tables; a status tells no time here. */
  const look = (): Sight => ({
    exists,
    address: { hash: primary, statuses: statusesIn(actual) },
    others: others.map((hash) => ({ hash, statuses: statusesIn(elsewhere.get(hash) ?? {}) })),
    actual: { ...actual },
    ...(held.length > 1 && { held, former: formerOnes() }),
  });
  const formerOnes = () =>
    [...elsewhere]
      .filter(([hash]) => hash !== primary && held.some((one) => one.hash === hash))
      .map(([hash, table]) => ({ hash, statuses: statusesIn(table) }));
  const statusesIn = (table: Record<ControlKey, ControlValue>): ShownStatus[] =>
    [...registry.controls.values()].flatMap(({ key, control }) =>
      control.kind === 'subscription'
        ? [{ subscriptionId: control.id, status: table[key] ?? 'NOT_SPECIFIED', source: '' }]
        : [],
    );

  const statusesOf = (table: Record<ControlKey, ControlValue>) =>
    Object.fromEntries(Object.entries(table).filter(([key]) => !isPropertyKey(key))) as Record<
      ControlKey,
      ControlValue
    >;

  /** HubSpot takes every write. */
  const write = ({ plan, also }: Write, now: OurTime): WriteResults => {
    const taken = { at: hubspotTime(millis(now)) };
    for (const { control, value } of plan.writes) actual[control.key] = value;
    for (const { address, write: one } of also)
      Object.assign(elsewhere.get(address) ?? {}, { [one.control.key]: one.value });
    return new Map([
      ...plan.writes.map(({ control }) => [control.key, taken] as const),
      ...also.map(({ write: one }, i) => [otherKey(one, i), taken] as const),
    ]);
  };

  const carryOut = async (step: Write, sight: Sight, at: OurTime) => {
    const intended = Object.fromEntries(step.plan.writes.map(({ control, value }) => [control.key, value]));
    if (step.plan.writes.length > 0) {
      const { before, placed } = step.plan;
      await append(at, { kind: 'planned', before, intended, placed });
    }
    const { state } = await dossier();
    const { entry } = entryOf({ step, state, sight, span: { from: at, until: at } }, write(step, at), registry);
    await append(at, entry);
    return step.plan;
  };

  const recordAll = async (decisions: Decisions, now: number) => {
    for (const { about, ...decision } of decisions) {
      const body = { kind: 'decision', occurredAt: hubspotTime(now), converge: true, ...decision } as const;
      await append(ourTime(now), body, about);
    }
  };

  const converge = async (now: number, complete: (known: Dossier, sight: Sight | undefined) => Promise<Dossier>) => {
    const at = ourTime(now);
    for (let sight: Sight | undefined; ; ) {
      const known = await dossier();
      const step = nextStep(await complete(known, sight), sight, registry, at);
      if (step.do === 'write' && sight !== undefined) return carryOut(step, sight, at);
      if (step.do === 'look') sight = look();
      else if (step.do === 'record') await recordAll(step.decisions, now);
      else return { writes: [], before: {}, placed: {}, deferred: [] };
    }
  };

  return {
    ledger,
    actual,
    elsewhere,
    state: async () => (await dossier()).state,
    entries: (): Promise<LedgerEntry[]> => ledger.read(ref),
    /** HubSpot deletes the record, or brings it back. */
    recordIs(there: 'there' | 'gone') {
      exists = there === 'there';
    },
    /** HubSpot gives the record another primary address (keyed hash) at a moment (ms); statuses stay with their address. */
    movesTo(hash: string, at: number) {
      elsewhere.set(primary, statusesOf(actual));
      Object.assign(actual, elsewhere.get(hash) ?? statusesOf(initial()));
      primary = hash;
      held.push({ hash, from: hubspotTime(at) });
    },
    /** `now` in ms; default: the event's own time. A form with address `same` names the primary address, or `by` (keyed hash). */
    async happens(signal: Signal, address: Facts['address'] = 'same', now?: number, by = primary): Promise<Verdict> {
      const at: OurTime = now === undefined ? asOurTime(signal.occurredAt) : ourTime(now);
      const identity = signal.kind === 'form' && address === 'same' ? { addressHash: by } : {};
      const facts = { registry, now: at, address, proof: { by: 'list' } } satisfies Facts;
      const verdict = await recordDecision({ ...signal, contact }, facts, ledger, identity);
      // The tables hold no times, by which HubSpot would tell a late echo: what is told late is somebody else's.
      if (verdict.kind !== 'look-first') return verdict;
      return recordDecision({ ...signal, contact }, { ...facts, shown: 'nothing' }, ledger, identity);
    },
    /** Others become part of this person's contact. */
    async absorbs(contacts: readonly { contact: string }[], at: number): Promise<Verdict> {
      const signal = merged(
        contacts.map((one) => one.contact),
        at,
      );
      const others = await Promise.all(
        contacts.map(async (one) => replay(await ledger.read({ portal: PORTAL, contact: one.contact }), registry)),
      );
      return recordDecision({ ...signal, contact }, { registry, now: ourTime(at), address: 'unknown', others }, ledger);
    },
    async desired() {
      return desiredControls((await dossier()).state, registry);
    },
    /** Brings the tables to what the ledger demands, as convergence does at `now` (ms). Returns the plan. */
    converge: (now: number): Promise<Write['plan']> => converge(now, (known) => Promise.resolve(known)),
    /** Like `converge`, and looks first what other ledgers say of the person's addresses (R8). */
    lookUpAndConverge: (now: number): Promise<Write['plan']> =>
      converge(now, async (known, sight) => {
        const others = sight === undefined ? [] : await readOthers(known, sight, { ledger, registry });
        return { ...known, others };
      }),
    contact,
  };
}
