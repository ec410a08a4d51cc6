import { type ContactRecord, type Lookup, recordOf } from '../../ops/person.ts';
import type { CompanyStanding, ControlStanding } from '../../ops/standing.ts';
import type { Speech } from '../../ops/texts/speech.ts';
import { tell } from '../../ops/timeline.ts';
import { iso } from '../../src/clocks.ts';
import type { ControlKey } from '../../src/registry/control.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { Change } from '../../src/rules/decision.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import type { PeopleSource } from './people.ts';

/** Something that is not over yet for a person. `until`: ISO 8601; missing: until HubSpot answers. */
export type Wait = {
  kind: 'confirmation' | 'form' | 'hubspot';
  company?: string;
  form?: string;
  control?: string;
  until?: string;
};

/** An entry of the ledger, in the words of `widerruf explain`. Times in ISO 8601. */
export type Told = {
  seq: number;
  kind: LedgerEntry['body']['kind'];
  recordedAt: string;
  occurredAt?: string;
  rule: string;
  what: string;
  source: string;
  /** Companies that the entry is about; empty: all of them. */
  companies: string[];
};
/** What HubSpot holds of one control, by name. */
type NamedControl = ControlStanding & { name: string; shown: string };
export type Why = Omit<ContactRecord, 'entries' | 'controls' | 'companies'> & {
  /** `by`: the source in words. */
  companies: (CompanyStanding & { by: string })[];
  controls: NamedControl[];
  timeline: Told[];
  waits: Wait[];
};

type Deps = Pick<Lookup, 'ledger' | 'registry'> & { source: PeopleSource };

/** Everything that `widerruf explain` knows of a person, and what is waiting. */
export async function whyOf(contact: string, { ledger, registry, source }: Deps, speech: Speech): Promise<Why> {
  const read = await ledger.readAll({ portal: registry.portal, contact });
  const [held] = await source.held([contact]);
  const existsInHubSpot = held === undefined || held.record === 'unknown' ? null : held.record === 'living';
  const known = { contact, existsInHubSpot, entries: read, values: held?.values ?? {} };
  const { entries, controls, companies, ...rest } = recordOf(known, { registry });
  return {
    ...rest,
    companies: companies.map((one) => ({ ...one, by: speech.source(one.source) })),
    controls: controls.map((one) => ({
      ...one,
      name: speech.names.control(one.control),
      shown: shownOf(one, speech),
    })),
    timeline: entries.map((entry) => told(entry, speech, registry)),
    waits: waitsOf(entries, registry),
  };
}

function shownOf({ control, value, neverSet }: ControlStanding, { words, names }: Speech): string {
  if (value === undefined) return words.unknown;
  return neverSet ? words.neverSet : names.value(control, value);
}

function told(entry: LedgerEntry, speech: Speech, registry: Registry): Told {
  const { seq, recordedAt, body } = entry;
  const { rule, what, source } = tell(entry, speech);
  const named =
    body.kind === 'decision'
      ? [...body.changes.flatMap(companiesOf), ...companyOfControl(body.signal?.control, registry)]
      : Object.keys(body.before).flatMap((key) => companyOfControl(key, registry));
  return {
    seq,
    kind: body.kind,
    recordedAt: iso(recordedAt),
    ...(body.kind === 'decision' && { occurredAt: iso(body.occurredAt) }),
    rule,
    what,
    source,
    companies: [...new Set(named)],
  };
}

function companiesOf(change: Change): string[] {
  if ('companies' in change) return change.companies ?? [];
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
