import { counted } from '../../src/counted.ts';
import type { ReportTexts } from '../../src/workers/audit/report-texts.ts';
import { readableTime } from './time.ts';
import { trouble } from './trouble.ts';

/** The parts of a HubSpot account that an audit looks at. */
export const PARTS: Readonly<Record<string, string>> = {
  types: 'Abo-Typen',
  properties: 'Felder',
  forms: 'Formulare',
  emails: 'Marketing-E-Mails',
  submissions: 'Einsendungen',
  search: 'Suche',
  contacts: 'Kontakte',
  'single contacts': 'einzelne Kontakte',
  statuses: 'Abo-Status',
  'single statuses': 'einzelne Abo-Status',
  history: 'Verlauf der Felder',
};

/** What an audit may find. */
export const KINDS: Readonly<Record<string, string>> = {
  'opt-out-unheard': 'Widerruf, den kein Webhook gemeldet hat',
  'opt-out-of-address': 'Widerruf einer Adresse der Person',
  'open-under-opt-out': 'offen trotz Widerruf',
  'lift-unapplied': 'Wiederanmeldung noch nicht in HubSpot',
  'return-unheard': 'Wiederanmeldung, die niemand gemeldet hat',
  'return-proved-late': 'Wiederanmeldung, die erst jetzt bewiesen ist',
  'return-without-effect': 'Wiederanmeldung ohne Wirkung in HubSpot',
  'protected-closed': 'KäuferInnen-E-Mails gesperrt',
  'unknown-type': 'Abo-Typ fehlt im Register',
  'unknown-property': 'Feld fehlt im Register',
  'unknown-form': 'Formular fehlt im Register',
  'unwritable-property': 'Feld nicht beschreibbar',
  'promotion-as-service': 'Werbung als KäuferInnen-E-Mail',
  'unreadable-submissions': 'Einsendungen nicht lesbar',
};

/** An audit's report, told in German. */
export const reportGerman: ReportTexts = {
  head: (from, to, contacts) =>
    `Widerruf: Prüflauf von ${readableTime(Date.parse(from), 'de')} bis ${readableTime(Date.parse(to), 'de')}, ${counted(contacts, 'Kontakt', 'Kontakte')}`,
  queued: 'wird berichtigt',
  reportOnly: 'nur Bericht, nichts berichtigt',
  kind: (kind) => KINDS[kind] ?? kind,
  part: (part) => PARTS[part] ?? part,
  why: (text) => trouble(text, 'de'),
  areClosed: 'Felder und Abo-Typen, die gesperrt werden:',
  wouldBeClosed: 'Felder und Abo-Typen, die gesperrt würden:',
  coverage: 'nicht im Register, zweckfremd verwendet oder nicht beschreibbar:',
  unseen: 'nicht sichtbar und deshalb nicht geprüft:',
  first: (count) => `die ersten ${count}:`,
  contact: 'Kontakt',
};
