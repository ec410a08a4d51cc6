import { type ContactRecord, type Lookup, readPeople } from '../../ops/person.ts';
import { iso } from '../../src/clocks.ts';
import type { ControlKey } from '../../src/registry/control.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { Change } from '../../src/rules/decision.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';

/** Something that is not over yet for a person. `until`: ISO 8601; missing: until HubSpot answers. */
export type Wait = {
  kind: 'confirmation' | 'form' | 'hubspot';
  company?: string;
  form?: string;
  control?: string;
  until?: string;
};

/** An entry of the ledger, as `widerruf explain` tells it. Times in ISO 8601. */
export type Told = {
  seq: number;
  recordedAt: string;
  occurredAt?: string;
  rule?: string;
  outcome?: string;
  reason?: string;
  source?: string;
  /** What HubSpot held before and after. */
  changed?: { control: ControlKey; before: string; after: string }[];
  /** Companies that the entry is about; empty: all of them. */
  companies: string[];
};
export type Why = Omit<ContactRecord, 'entries'> & { timeline: Told[]; waits: Wait[] };

/** Everything that `widerruf explain` knows of a person, and what is waiting. */
export async function whyOf(contact: string, lookup: Lookup): Promise<Why | undefined> {
  const [person] = await readPeople([contact], lookup);
  if (person === undefined) return undefined;
  const { entries, ...rest } = person;
  return {
    ...rest,
    timeline: entries.flatMap((entry) => told(entry, lookup.registry)),
    waits: waitsOf(entries, lookup.registry),
  };
}

function told({ seq, recordedAt, body }: LedgerEntry, registry: Registry): Told[] {
  const common = { seq, recordedAt: iso(recordedAt) };
  if (body.kind === 'decision') {
    const { rule, outcome, reason, occurredAt, source, changes, signal } = body;
    const by = [source?.channel, source?.change, source?.id].filter(Boolean).join(' ');
    const named = [...changes.flatMap(companiesOf), ...companyOfControl(signal?.control, registry)];
    const companies = [...new Set(named)];
    return [{ ...common, rule, outcome, reason, occurredAt: iso(occurredAt), source: by, companies }];
  }
  if (body.kind !== 'applied') return [];
  const keys = Object.keys(body.after).filter((key) => body.after[key] !== body.before[key]);
  const changed = keys.map((control) => ({
    control,
    before: body.before[control] ?? '',
    after: body.after[control] ?? '',
  }));
  return [{ ...common, changed, companies: [...new Set(keys.flatMap((key) => companyOfControl(key, registry)))] }];
}

function companiesOf(change: Change): string[] {
  if ('companies' in change) return change.companies;
  return 'company' in change ? [change.company] : [];
}

function companyOfControl(control: ControlKey | undefined, registry: Registry): string[] {
  const placed = registry.controls.get(control ?? '');
  return placed === undefined ? [] : [placed.company];
}

function waitsOf(entries: readonly LedgerEntry[], registry: Registry): Wait[] {
  const state = replay(entries, registry);
  const waits = Object.entries(state.companies).flatMap(([company, { awaiting, grace }]): Wait[] => [
    ...awaiting.map(({ form, until }) => ({ kind: 'confirmation' as const, company, form, until: iso(until) })),
    ...Object.entries(grace).map(([control, { until }]) => ({
      kind: 'form' as const,
      company,
      control,
      until: iso(until),
    })),
  ]);
  const isWaiting = waits.length > 0 || !state.unconverged || state.mergedInto !== undefined || state.gone === true;
  return isWaiting ? waits : [...waits, { kind: 'hubspot' }];
}
