import { iso } from '../src/clocks.ts';
import type { Connection } from './connect.ts';
import type { ContactRecord } from './person.ts';

/** What each field of an export means, for whoever reads it (Art. 15 GDPR). */
export const MEANINGS = {
  contact: 'number of the record in HubSpot',
  seq: 'number of the entry in the ledger of this record',
  occurredAt: 'when it happened, by HubSpot’s clock',
  recordedAt: 'when it was recorded',
  rule: 'rule by which it was decided (R1–R9)',
  outcome: 'what was decided',
  reason: 'the decision in a sentence',
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
        .map(({ company, name, standing, since, source, form }) => ({
          record_id: `${registry.portal}/${contact}/${company}`,
          pii_principal_id: contact,
          pii_controller: name,
          purpose: 'marketing by e-mail',
          event: {
            event_type: { 'opted-out': 'withdrawn', awaiting: 'requested', returned: 'given', nothing: '' }[standing],
            event_time: since,
            entity: source,
            ...(form !== undefined && { consent_form: form }),
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
  const columns = Object.keys(MEANINGS) as (keyof typeof MEANINGS)[];
  const cell = (value: unknown) => {
    const text = value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    // A cell that begins like a formula is not to be one.
    const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
    return /[;"\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const rows = people.flatMap(({ contact, entries }) =>
    entries.map(({ seq, recordedAt, body, personal }) => {
      const decision = body.kind === 'decision' ? body : undefined;
      const applied = body.kind === 'applied' ? body : undefined;
      const row: Record<(typeof columns)[number], unknown> = {
        contact,
        seq,
        occurredAt: decision && iso(decision.occurredAt),
        recordedAt: iso(recordedAt),
        rule: decision?.rule,
        outcome: decision?.outcome ?? body.kind,
        reason: decision?.reason,
        source: decision?.source,
        address: personal?.address,
        page: personal?.page,
        before: applied?.before,
        after: applied?.after,
      };
      return columns.map((column) => cell(row[column])).join(';');
    }),
  );
  return `\ufeff${[columns.join(';'), columns.map((column) => cell(MEANINGS[column])).join(';'), ...rows].join('\r\n')}\r\n`;
}
