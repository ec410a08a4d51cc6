import type { RegistryFile } from '../../src/registry/schema.ts';
import type { Outcome } from '../../src/rules/decision.ts';
import { type Names, namesOf } from './names.ts';
import { germanReason } from './reasons.ts';
import { readableTime } from './time.ts';
import { type Language, texts, type Words } from './words.ts';

/** How things are told in one language: words, names instead of keys, times, reasons. */
export type Speech = {
  language: Language;
  words: Words;
  names: Names;
  /** A moment in milliseconds, or as ISO 8601. */
  time: (moment: number | string) => string;
  outcome: (outcome: string) => string;
  reason: (reason: string) => string;
  source: (source: Record<string, unknown> | undefined) => string;
  /** Why an event had no effect. */
  because: (because: string) => string;
};

export function speechOf(language: Language, registry: RegistryFile): Speech {
  const words = texts[language];
  const names = namesOf(registry, words);
  const time = (moment: number | string) =>
    readableTime(typeof moment === 'string' ? Date.parse(moment) : moment, language);
  const told = (text: string) => names.withNames(text).replaceAll(ISO, (iso) => time(iso));
  return {
    language,
    words,
    names,
    time,
    outcome: (outcome) => (language === 'de' ? (OUTCOMES[outcome as Outcome] ?? outcome) : outcome),
    reason: (reason) => told(language === 'de' ? (germanReason(reason) ?? reason) : reason),
    source: (source) => (language === 'de' ? names.withNames(germanSource(source)) : englishSource(source)),
    because: (because) => (language === 'de' ? (BECAUSE[because] ?? because) : because),
  };
}

const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

const OUTCOMES: Record<Outcome | 'ambiguous', string> = {
  'opted-out': 'Widerruf',
  'stays-at-its-level': 'Nein zu einer Marke oder einem Newsletter',
  returned: 'Wiederanmeldung',
  'awaiting-confirmation': 'wartet auf Bestätigung',
  'awaiting-form': 'wartet auf Formular-Einsendung',
  refused: 'zurückgewiesen',
  expired: 'abgelaufen',
  noted: 'vermerkt',
  stale: 'überholt',
  inherited: 'übernommen',
  merged: 'zusammengeführt',
  deleted: 'Kontakt gelöscht',
  restored: 'Kontakt wiederhergestellt',
  erased: 'Daten gelöscht',
  ambiguous: 'nicht eindeutig',
};

const BECAUSE: Record<string, string> = {
  'own-write': 'unser eigener Schreibvorgang',
  'already-so': 'war schon so',
  duplicate: 'doppelt gemeldet',
  repeated: 'dieselbe Quelle öffnet immer wieder; wieder gesperrt',
  'unwatched-property': 'kein Feld, um das es hier geht',
  'unknown-type': 'keine Art von Ereignis, um die es hier geht',
  'other-portal': 'ein anderes HubSpot-Konto',
  unreadable: 'nicht lesbar',
};

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** As HubSpot wrote it. */
function englishSource(source: Record<string, unknown> = {}): string {
  return [source['channel'], source['change'], source['id']].map(text).filter(Boolean).join(' ');
}

const CHANNELS: Record<string, string> = {
  webhook: 'laut HubSpot',
  workflow: 'laut Workflow',
  audit: 'im Prüflauf gefunden',
  operator: 'auf Antrag',
};
/** What HubSpot calls the source of a change; HubSpot's own word stays beside it, since HubSpot does not say reliably who acted. */
const CHANGES: Record<string, string> = {
  CRM_UI: 'von Hand',
  CRM: 'von Hand',
  CONTACTS_WEB: 'von Hand',
  API: 'Schnittstelle',
  INTEGRATION: 'Schnittstelle',
  FORM: 'Formular',
  IMPORT: 'Import',
  AUTOMATION_PLATFORM: 'Workflow',
  WORKFLOWS: 'Workflow',
  EMAIL: 'E-Mail-Abonnement',
  BATCH_UPDATE: 'Massenänderung',
  MERGE_OBJECTS: 'Zusammenführung',
};

function germanSource(source: Record<string, unknown> = {}): string {
  const change = text(source['change']);
  const by = /^userId:(\d+)$/.exec(text(source['id']))?.[1];
  const parts = [
    CHANNELS[text(source['channel'])] ?? text(source['channel']),
    CHANGES[change] === undefined ? change : `${CHANGES[change]} (${change})`,
    by === undefined ? text(source['id']) : `HubSpot-BenutzerIn ${by}`,
  ];
  return parts.filter(Boolean).join(', ');
}
