import { iso } from '../src/clocks.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import type { Connection } from './connect.ts';
import type { ContactRecord } from './person.ts';
import { inWords, proofInWords } from './proof.ts';

/** What each field of an export means, for whoever reads it (Art. 15 GDPR). */
export const MEANINGS = {
  contact: 'number of the record in HubSpot',
  seq: 'number of the entry in the ledger of this record',
  occurredAt: 'when it happened, by HubSpot’s clock',
  recordedAt: 'when it was recorded',
  rule: 'rule by which it was decided (R1–R9)',
  outcome: 'what was decided',
  reason: 'the decision in a sentence',
  proof: 'how a return was proved; hashes are keyed and show only that two are one',
  source: 'who or what caused it, as HubSpot says',
  address: 'e-mail address that the entry is about',
  page: 'page of the form',
  before: 'what HubSpot held before',
  after: 'what HubSpot holds after',
} as const;

/** Everything held about a person. `records`: consent records in the shape of ISO/IEC TS 27560, where it applies. */
export function exportOf(who: string, people: readonly ContactRecord[], { registry, now }: Connection) {
  return {
    schema_version: 'ISO/IEC TS 27560:2023 (consent records), Widerruf 1',
    generated_at: iso(now()),
    asked_for: who,
    meanings: MEANINGS,
    records: people.flatMap(({ contact, companies }) =>
      companies
        .filter(({ standing }) => standing !== 'nothing')
        .map(({ company, name, standing, since, source, form, proof }) => ({
          record_id: `${registry.portal}/${contact}/${company}`,
          pii_principal_id: contact,
          pii_controller: name,
          purpose: 'marketing by e-mail',
          event: {
            event_type: { 'opted-out': 'withdrawn', awaiting: 'requested', returned: 'given', nothing: '' }[standing],
            event_time: since,
            entity: source,
            ...(form !== undefined && { consent_form: form }),
            ...(proof !== undefined && { proof: { ...proof, text: inWords(proof, 'en') } }),
          },
        })),
    ),
    contacts: people.map(({ contact, existsInHubSpot, controls, entries, chain }) => ({
      contact,
      existsInHubSpot,
      controls,
      chain,
      entries,
    })),
  };
}

/** The entries as a table that Excel in German opens: semicolons, UTF-8 with a byte order mark. */
export function csvOf(people: readonly ContactRecord[]): string {
  const columns = Object.keys(MEANINGS) as Column[];
  const rows = people.flatMap(({ contact, entries }) =>
    entries.map((entry) => {
      const values = valuesOf(contact, entry);
      return columns.map((column) => cellOf(values[column])).join(';');
    }),
  );
  const meanings = columns.map((column) => cellOf(MEANINGS[column])).join(';');
  return `\ufeff${[columns.join(';'), meanings, ...rows].join('\r\n')}\r\n`;
}

type Column = keyof typeof MEANINGS;

function valuesOf(contact: string, { seq, recordedAt, body, personal }: LedgerEntry): Record<Column, unknown> {
  const decision = body.kind === 'decision' ? body : undefined;
  const applied = body.kind === 'applied' ? body : undefined;
  return {
    contact,
    seq,
    occurredAt: decision && iso(decision.occurredAt),
    recordedAt: iso(recordedAt),
    rule: decision?.rule,
    outcome: decision?.outcome ?? body.kind,
    reason: decision?.reason,
    proof: proofInWords(body, 'en'),
    source: decision?.source,
    address: personal?.address,
    page: personal?.page,
    before: applied?.before,
    after: applied?.after,
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
