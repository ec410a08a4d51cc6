import type { Outcome } from '../../src/rules/decision.ts';
import type { Language } from './language.ts';

/** What becomes of an event, and who or what caused it; a word that is not here is told as it is recorded. */
export type OutcomeTexts = {
  outcomes: Record<Outcome, string>;
  /** Why an event had no effect. */
  because: Readonly<Record<string, string>>;
  channels: Readonly<Record<string, string>>;
  /** What HubSpot calls the source of a change. */
  changes: Readonly<Record<string, string>>;
  user: (id: string) => string;
};

export const outcomeTexts: Record<Language, OutcomeTexts> = {
  en: {
    outcomes: {
      'opted-out': 'opted out',
      'stays-at-its-level': '"no" to one brand or newsletter',
      returned: 'came back',
      'awaiting-confirmation': 'waits for the confirmation',
      'awaiting-form': 'waits for the form submission',
      refused: 'refused',
      expired: 'expired',
      noted: 'noted',
      stale: 'out of date',
      inherited: 'taken over',
      merged: 'merged',
      deleted: 'record deleted',
      restored: 'record restored',
      erased: 'data erased',
      ambiguous: 'ambiguous',
    },
    because: {
      'own-write': 'the echo of our own write',
      'already-so': 'it was so already',
      duplicate: 'told twice',
      repeated: 'one source opens again and again; closed again',
      'unwatched-property': 'no property that matters here',
      'unknown-type': 'no kind of event that matters here',
      'other-portal': 'another HubSpot account',
      unreadable: 'cannot be read',
    },
    channels: {
      webhook: 'told by HubSpot',
      workflow: 'told by a workflow',
      audit: 'found by the audit',
      operator: 'on request',
    },
    changes: {
      CRM_UI: 'by hand',
      CRM: 'by hand',
      CONTACTS_WEB: 'by hand',
      API: 'interface',
      INTEGRATION: 'interface',
      FORM: 'form',
      IMPORT: 'import',
      AUTOMATION_PLATFORM: 'workflow',
      WORKFLOWS: 'workflow',
      EMAIL: 'e-mail subscription',
      BATCH_UPDATE: 'bulk edit',
      MERGE_OBJECTS: 'merge',
    },
    user: (id) => `HubSpot user ${id}`,
  },
  de: {
    outcomes: {
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
    },
    because: {
      'own-write': 'unser eigener Schreibvorgang',
      'already-so': 'war schon so',
      duplicate: 'doppelt gemeldet',
      repeated: 'dieselbe Quelle öffnet immer wieder; wieder gesperrt',
      'unwatched-property': 'kein Feld, um das es hier geht',
      'unknown-type': 'keine Art von Ereignis, um die es hier geht',
      'other-portal': 'ein anderes HubSpot-Konto',
      unreadable: 'nicht lesbar',
    },
    channels: {
      webhook: 'laut HubSpot',
      workflow: 'laut Workflow',
      audit: 'im Prüflauf gefunden',
      operator: 'auf Antrag',
    },
    changes: {
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
    },
    user: (id) => `HubSpot-BenutzerIn ${id}`,
  },
};
