import { iso } from '../src/clocks.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import type { Connection } from './connect.ts';
import type { ContactRecord, People } from './person.ts';
import { inWords, proofInWords } from './proof.ts';
import { MEANINGS } from './texts/meanings.ts';
import { type Language, texts } from './texts/words.ts';

export type ExportOptions = { who: string; language: Language };

/** Everything held about a person. `records`: consent records in the shape of ISO/IEC TS 27560, where it applies. */
export function exportOf(
  { who, language }: ExportOptions,
  { contacts, unseen }: People,
  { registry, now }: Pick<Connection, 'registry' | 'now'>,
) {
  return {
    schema_version: 'ISO/IEC TS 27560:2023 (consent records), Widerruf 1',
    generated_at: iso(now()),
    asked_for: who,
    // What HubSpot holds is missing below, because HubSpot could not be asked.
    ...(unseen !== undefined && { hubspot_unknown_because: unseen }),
    meanings: MEANINGS[language],
    records: contacts.flatMap((record) => consentRecordsOf(record, registry.portal, language)),
    contacts: contacts.map(({ contact, existsInHubSpot, controls, entries, chain }) => ({
      contact,
      existsInHubSpot,
      controls,
      chain,
      entries,
    })),
  };
}

function consentRecordsOf({ contact, companies }: ContactRecord, portal: number, language: Language) {
  const events = { 'opted-out': 'withdrawn', awaiting: 'requested', returned: 'given', nothing: '' };
  return companies
    .filter(({ standing }) => standing !== 'nothing')
    .map(({ company, name, standing, since, source, form, proof }) => ({
      record_id: `${portal}/${contact}/${company}`,
      pii_principal_id: contact,
      pii_controller: name,
      purpose: 'marketing by e-mail',
      event: {
        event_type: events[standing],
        event_time: since,
        entity: source,
        ...(form !== undefined && { consent_form: form }),
        ...(proof !== undefined && { proof: { ...proof, text: inWords(proof, texts[language]) } }),
      },
    }));
}

/** The entries as a table that Excel in German opens: semicolons, UTF-8 with a byte order mark. Every entry has a row. */
export function csvOf(contacts: readonly ContactRecord[], language: Language): string {
  const meanings = MEANINGS[language];
  const columns = Object.keys(meanings) as Column[];
  const rows = contacts.flatMap(({ contact, entries }) =>
    entries.map((entry) => {
      const values = valuesOf(contact, entry, language);
      return columns.map((column) => cellOf(values[column])).join(';');
    }),
  );
  const second = columns.map((column) => cellOf(meanings[column])).join(';');
  return `\ufeff${[columns.join(';'), second, ...rows].join('\r\n')}\r\n`;
}

type Column = keyof (typeof MEANINGS)['en'];

function valuesOf(contact: string, entry: LedgerEntry, language: Language): Record<Column, unknown> {
  const { seq, recordedAt, body, personal, hash } = entry;
  const decision = body.kind === 'decision' ? body : undefined;
  return {
    contact,
    seq,
    occurredAt: decision && iso(decision.occurredAt),
    recordedAt: iso(recordedAt),
    rule: decision?.rule,
    outcome: decision?.outcome ?? body.kind,
    reason: decision?.reason,
    proof: proofInWords(body, texts[language]),
    source: decision?.source,
    address: personal?.address,
    page: personal?.page,
    before: body.kind === 'decision' ? undefined : body.before,
    after: body.kind === 'applied' ? body.after : body.kind === 'planned' ? body.intended : undefined,
    whole: body,
    hash,
  };
}

/** A value as text of a cell. What begins like a formula must not become a formula; what holds a separator is quoted. */
function cellOf(value: unknown): string {
  const text = textOf(value);
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[;"\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
