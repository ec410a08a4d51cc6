import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import type { ControlKey, ControlValue } from '../../src/registry/control.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { Facts } from '../../src/rules/decide.ts';
import type { Verdict } from '../../src/rules/decision.ts';
import { desiredControls } from '../../src/rules/desired.ts';
import type { AppliedEntry, EntryBody, LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { planWrites } from '../../src/rules/plan.ts';
import { settle } from '../../src/rules/settle.ts';
import { isLiftDue } from '../../src/rules/state.ts';
import type { Signal } from '../../src/signals/signal.ts';
import { withId } from '../../src/signals/signal-id.ts';
import { recordDecision } from '../../src/workers/decide/record-decision.ts';

export const MINUTE = 60_000;
const CONTACT = { portal: 1, contact: '101' };
const common = (occurredAt: number) => ({ v: 1 as const, ...CONTACT, occurredAt, receivedAt: occurredAt });

/** A control was changed in HubSpot; `change` is HubSpot's changeSource. */
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

/**
 * One person under the pure rules: signals go through the real decision and ledger code, HubSpot is a plain table of
 * values, and `converge` writes the plan into it.
 */
export function createPerson(registry: Registry, hubspot: Record<ControlKey, ControlValue> = {}) {
  const ledger = memoryLedger();
  const initial = [...registry.controls.values()].map(({ key, control }) => [
    key,
    control.kind === 'subscription' ? 'NOT_SPECIFIED' : '',
  ]);
  const actual: Record<ControlKey, ControlValue> = { ...Object.fromEntries(initial), ...hubspot };
  const state = async () => replay(await ledger.read(CONTACT), registry);
  const append = async (recordedAt: number, body: EntryBody) => {
    await ledger.append(CONTACT, (await ledger.read(CONTACT)).at(-1), { recordedAt, body });
  };
  return {
    actual,
    state,
    entries: (): Promise<LedgerEntry[]> => ledger.read(CONTACT),
    happens(signal: Signal, address: Facts['address'] = 'same', now = signal.occurredAt): Promise<Verdict> {
      return recordDecision(signal, { registry, now, address }, ledger);
    },
    async desired() {
      return desiredControls(await state(), registry);
    },
    /** Brings the table to what the ledger demands, as convergence does; returns the plan. */
    async converge(now: number) {
      for (const decision of settle(await state(), registry, now)) {
        await append(now, { kind: 'decision', occurredAt: now, converge: true, ...decision });
      }
      const before = await state();
      const plan = planWrites(desiredControls(before, registry), actual, registry, now);
      if (plan.writes.length > 0) await append(now, { kind: 'planned', before: plan.before, intended: {} });
      const entry: AppliedEntry = { kind: 'applied', before: plan.before, after: {}, written: {}, lifted: {} };
      for (const { control, value, direction } of plan.writes) {
        actual[control.key] = value;
        entry.written[control.key] = { direction, at: now, from: now, until: now };
      }
      for (const [company, current] of Object.entries(before.companies)) {
        if (isLiftDue(current) && current.optOut !== undefined) entry.lifted[company] = current.optOut.at;
      }
      await append(now, entry);
      return plan;
    },
  };
}
