import { counted } from '../../src/counted.ts';
import type { DoctorTexts } from './doctor-english.ts';
import { queuesGerman } from './queues.ts';
import { KINDS, PARTS } from './report-german.ts';
import { trouble } from './trouble.ts';

/** What `widerruf doctor` and `widerruf init` say of a portal, in German. */
export const doctorGerman: DoctorTexts = {
  levels: { loss: 'VERLUST', risk: 'RISIKO', note: 'HINWEIS' },
  mend: 'Abhilfe',
  part: (part) => PARTS[part] ?? part,
  kind: (kind) => KINDS[kind] ?? kind,
  why: (text) => trouble(text, 'de'),
  noLoss: 'bei dem, was geprüft wurde, kann kein Widerruf verloren gehen',
  losses: (count) => `${counted(count, 'Befund, durch den', 'Befunde, durch die')} ein Widerruf verloren gehen könnte`,

  controlMissing: (key, company) => `${key} (${company}) gibt es im HubSpot-Konto nicht`,
  correctId: 'die ID im Register berichtigen',
  correctName: 'den Namen im Register berichtigen oder das Feld anlegen',
  typeArchived: (key, name) => `${key} („${name}“) ist archiviert`,
  activate: 'aus dem Register nehmen oder in HubSpot aktivieren',
  readOnly: (key) => `${key} ist in HubSpot schreibgeschützt`,
  makeEditable: 'das Feld bearbeitbar machen oder ein anderes nennen',
  noOption: (key, value, options) => `${key} hat keine Option „${value}“, nur: ${options}`,
  correctValues: 'blocked und open im Register berichtigen',
  typeInBrand: (id, brand) => `${id} in der Marke ${brand}`,
  differentBrands: (place, list) => `die Abo-Typen von ${place} liegen in HubSpot in verschiedenen Marken: ${list}`,
  moveTypes: 'die IDs im Register berichtigen oder die Abo-Typen verschieben',
  copyMissing: (property) => `das beobachtete Feld ${property} gibt es nicht`,
  makeCopy: 'das Feld anlegen und den Workflow, der die Abmeldung hineinkopiert',
  protectedMissing: (key) => `das geschützte ${key} gibt es im HubSpot-Konto nicht`,
  protectedSounds: (key, name) => `das geschützte ${key} heißt „${name}“: sind das wirklich KäuferInnen-E-Mails?`,
  serviceOnly: 'geschützte E-Mails erreichen auch Abgemeldete; nur für KäuferInnen-E-Mails verwenden',

  formMissing: (id) => `das Formular ${id} gibt es im HubSpot-Konto nicht`,
  formUnpublished: (id) =>
    `das Formular ${id} ist archiviert oder nicht veröffentlicht: darüber kann sich niemand wieder anmelden`,
  publish: 'das Formular veröffentlichen oder aus dem Register nehmen',
  noConsent: (id, consent) => `das Formular ${id} fragt nach keiner Einwilligung (${consent}): es weist nichts nach`,
  addConsent: 'dem Formular ein Einwilligungs-Kästchen geben',
  noBox: (id, type, company) =>
    `das Formular ${id} hat kein Einwilligungs-Kästchen für den Abo-Typ ${type} der ${company}`,
  bindBox: 'ein Einwilligungs-Kästchen des Formulars mit diesem Abo-Typ verbinden',
  noDoubleOptIn: (id) => `das Formular ${id} verlangt kein Double-Opt-In`,
  strangers: 'wer will, kann dort eine fremde Adresse eingeben; das ist zu verantworten',

  listUnreadable: (id, why, then) =>
    `die Einsendungen des Formulars ${id} sind nicht lesbar (${why}): Wiederanmeldungen darüber werden ${then === 'believed' ? 'ohne Nachweis geglaubt' : 'zurückgewiesen'}`,
  grantForms:
    'die Berechtigung forms erteilen; was bis dahin geschieht, sagt policy.unverifiedSubmissions (docs/runbook.md, submissions unreadable)',
  listedUntold: (count, id, days) =>
    `HubSpot listet ${counted(count, 'Einsendung', 'Einsendungen')} des Formulars ${id} in ${days} Tagen, und kein Workflow hat davon etwas gemeldet`,
  switchOn: 'den Workflow des Formulars anlegen oder einschalten, mit Wiederaufnahme (hubspot/README.md)',
  untold: (id, days) => `kein Workflow hat in ${days} Tagen etwas vom Formular ${id} gemeldet`,
  tryForm: 'das Formular einmal mit einem Testkontakt einsenden und nachsehen, ob sein Workflow eingeschaltet ist',

  gap: (kind, what) => `${kind}: ${what}`,
  fillGap: 'ins Register eintragen und neu ausrollen (docs/runbook.md, registry gaps)',
  unseen: (part, why) => `nicht sichtbar und deshalb nicht geprüft: ${part} (${why})`,
  notRead: (key, part) => `${key} war nicht lesbar: von ${part} zeigt HubSpot nur einen Teil lesbar`,
  grant: (scope) => `die Berechtigung ${scope} erteilen, die App neu installieren, das Token erneuern`,
  later: 'widerruf doctor später wiederholen; bleibt es so, hat HubSpot diesen Endpunkt geändert',

  silent: (why) => `HubSpot antwortet nicht wie erwartet: ${why}`,
  checkToken: 'Zugriffstoken (AccessTokenArn) und Berechtigungen prüfen, und ob HubSpot erreichbar ist',
  notExamined: (what, why) => `nicht geprüft: ${what} (${why})`,
  again: 'widerruf doctor später wiederholen',
  examined: {
    contacts: 'ob Kontakte lesbar sind',
    submissions: 'die Listen der Einsendungen',
    batch: 'die Berechtigungen für Sammelaufrufe',
  },
  contactsUnreadable: (why) => `Kontakte sind nicht lesbar: ${why}`,
  searchUnreadable: (why) => `Kontakte lassen sich nicht suchen: ${why}`,
  listInstead: 'nichts zu tun: der Prüflauf liest stattdessen die Liste; bleibt es so, hat HubSpot die Suche geändert',
  webhooksUnseen: 'welche Webhooks die App abonniert hat, lässt HubSpot niemanden lesen',
  upload:
    'nach jeder Änderung des Registers: npm run hubspot:project, hs project validate, hs project upload; die App über ihre Seite „Distribution“ installieren; im Register einen Testkontakt (canary) nennen',

  noBatch: 'ohne Berechtigung für Sammelaufrufe: jeder Status braucht einen eigenen Aufruf',
  enterprise:
    'nichts zu tun; oder mit Marketing Hub Enterprise: npm run hubspot:project -- --enterprise, hs project upload, die App neu installieren, das Token erneuern',
  clock: (seconds) => `die Uhr dieses Rechners geht gegenüber HubSpot um ${seconds} s falsch`,
  setClock: 'die Uhr stellen',
  fewCalls: (allowed, configured) =>
    `HubSpot erlaubt ${allowed} Aufrufe in zehn Sekunden, ausgerollt wurde für ${configured}`,
  setCalls: (allowed) =>
    `in stages/<stage>.yaml hubspot: { callsPer10Seconds: ${allowed} } eintragen und neu ausrollen`,
  secretUnset: 'das Client-Secret ist nicht gesetzt: Webhooks werden mit 503 beantwortet',
  setSecret: 'das Client-Secret der App in das Geheimnis ClientSecretArn eintragen (docs/deploy.md)',
  secretMalformed: 'das Client-Secret ist leer oder fehlerhaft: jeder Webhook wird abgewiesen',
  putSecret: 'dort das Client-Secret der App eintragen (beim Wechsel mehrere, durch Beistrich getrennt)',
  manySecrets: (count) => `${count} Client-Secrets gelten`,
  dropOld: 'das alte herausnehmen, sobald der Wechsel abgeschlossen ist',
  deadLetters: (count, queue) =>
    `${counted(count, 'unzustellbare Nachricht', 'unzustellbare Nachrichten')} der Warteschlange ${queuesGerman[queue]}; nach 14 Tagen gelöscht`,
  redrive: 'widerruf dead-letters list, danach redrive',
};
