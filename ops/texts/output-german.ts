import { counted } from '../../src/counted.ts';
import type { OutputTexts } from './output-english.ts';
import { queuesGerman } from './queues.ts';
import { reportGerman } from './report-german.ts';

/** What the commands print beside the words, in German. */
export const outputGerman: OutputTexts = {
  progress: {
    contacts: (count) => `${counted(count, 'Kontakt', 'Kontakte')} …`,
    optOuts: (contacts, count) =>
      `${counted(contacts, 'Kontakt', 'Kontakte')}, ${counted(count, 'Widerruf', 'Widerrufe')} …`,
    sentBack: (count) => `${count} zurückgeschickt …`,
  },
  queues: queuesGerman,
  contacts: (count) => counted(count, 'Kontakt', 'Kontakte'),
  verified: (entries, contacts) =>
    `${counted(entries, 'Eintrag', 'Einträge')} zu ${counted(contacts, 'Kontakt', 'Kontakten')}`,
  simulated: {
    head: (events, decisions) =>
      `${counted(events, 'Ereignis', 'Ereignisse')}; ${counted(decisions, 'Entscheidung', 'Entscheidungen')}; nichts wurde geschrieben`,
    optedOutOf: (companies) => `Widerruf bei ${companies}`,
    ownNo: (controls) => `eigene Abmeldung: ${controls}`,
    noNo: 'kein Nein aufrecht',
    closed: (count) => `${counted(count, 'Sperre', 'Sperren')} gesetzt`,
    nothingElse: 'sonst wird nichts gesperrt',
    nothing: 'nichts wird gesperrt',
  },
  smoke: {
    ok: 'gut',
    fail: 'FEHLER',
    mend: 'Abhilfe',
    wrong: (what, answered, expected) => `${what}: Antwort ${answered}, erwartet ${expected}`,
    unsigned: 'eine Anfrage ohne Signatur wird abgewiesen',
    unsignedMend:
      'keine Antwort (0): stimmt die Adresse, kennt das DNS sie? 404: der Pfad weicht von publicUrl ab. 503: das Client-Secret ist nicht gesetzt',
    signed: 'eine leere Liste mit unserer Signatur wird angenommen',
    signedMend:
      '401: publicUrl in stages/<stage>.yaml ist nicht die aufgerufene Adresse, oder das Secret wurde vor weniger als fünf Minuten geändert',
  },
  deadLetters: {
    none: 'keine unzustellbaren Nachrichten',
    more: (count) => `… und ${count} weitere: --json nennt jede`,
    sentBack: (count) => `${count} zurückgeschickt`,
  },
  report: reportGerman,
  init: {
    part: reportGerman.part,
    why: reportGerman.why,
    open: 'OFFEN',
    choose: '(Nummer, oder nichts, wenn Sie es nicht wissen)',
    proposed:
      'Vorschlag von widerruf init nach den Namen im HubSpot-Konto. Jede Zeile lesen: ein Abo-Typ bei der falschen GesmbH sperrt die falschen E-Mails.',
    unseen: (part, why) => `HubSpot zeigt ${part} nicht (${why}): daraus wird nichts vorgeschlagen`,
    noBuyers: 'kein Abo-Typ sieht nach KäuferInnen-E-Mails aus: unter protected eintragen',
    noCompanies: 'kein Abo-Typ sieht nach dem Kommunikations-Abonnement einer GesmbH aus: Gesellschaften fehlen',
    whichValue: (property, options) => `Feld ${property}: was von ${options} heißt „keine E-Mails“? ausgelassen`,
    type: (id) => `Abo-Typ ${id}`,
    property: (name) => `Feld ${name}`,
    brandOfWhom: (brand, parts) => `Marke ${brand} (${parts}): zu welcher GesmbH? ausgelassen`,
    formOfWhom: (form, id) => `Formular „${form}“ (${id}): zu welcher GesmbH? ausgelassen`,
    theBrand: (brand) => `die Marke „${brand}“`,
    theForm: (form, id) => `das Formular „${form}“ (${id})`,
    askCompany: (what) => `Zu welcher GesmbH gehört ${what}?`,
    askDoubleOptIn: (form, id) => `Verlangt das Formular „${form}“ (${id}) Double-Opt-In?`,
    yes: 'ja: eine Wiederanmeldung wartet auf den Klick der Person',
    no: 'nein: wer will, kann eine fremde Adresse eingeben; das ist zu verantworten',
    takenForTrue: (form, id) => `Formular „${form}“ (${id}): Double-Opt-In? als ja angenommen, das ist sicher`,
  },
  fields: {
    event: 'das Ereignis',
    nth: (n) => `Ereignis ${n}`,
    line: (n) => `Zeile ${n}`,
    noObject: 'ist kein Objekt',
    missing: 'fehlt',
    is: (value) => `ist ${value}`,
    expects: 'erwartet:',
    expected: {
      type: 'eine Art wie contact.propertyChange',
      account: 'die Nummer des HubSpot-Kontos',
      contact: 'die Nummer eines Kontakts',
      moment: 'Millisekunden seit 1970, in CSV auch ein Datum wie 2026-01-05T10:00:00Z',
      milliseconds: 'Millisekunden seit 1970',
      property: 'der Name eines Kontaktfelds',
      value: 'der neue Wert des Felds',
      form: 'die ID des Formulars',
      status: 'opted-out oder opted-in',
      subscription: 'die ID eines Abo-Typs',
    },
  },
  trigger: {
    listening: 'ich höre zu …',
    person: (contact, email) => `Kontakt ${contact}, ${email}: eine neue Person, die E-Mails jeder GesmbH bekommt`,
    second: (contact, email) => `Kontakt ${contact}, ${email}: ein zweiter Kontakt derselben Person`,
  },
  errors: {
    usage: 'Fehler',
    nameCommand: 'bitte einen Befehl nennen; widerruf --help zählt sie auf',
    neither: (who) => `${who} ist weder eine Adresse noch eine Kontaktnummer`,
    noLogs: (folder) => `keine Protokolle in ${folder}: npm start, oder eine Umgebung mit --stage nennen`,
    noLogGroup: (source) => `die Umgebung hat kein Protokoll von ${source ?? 'einer Funktion'}`,
    otherPortal: (next, deployed) =>
      `das neue Register gehört zum HubSpot-Konto ${next}, das ausgerollte zum Konto ${deployed}`,
    noTwin: (url, action, error) => `${url} ist kein Zwilling, der ${action} annimmt: ${error ?? 'keine Antwort'}`,
    noJson: (file, why) => `${file} ist kein JSON: ${why}`,
    unreadableFile: (file) => `${file} ist nicht lesbar`,
    header: (file, missing, names) => `${file}: in der Kopfzeile fehlt ${missing}; sie hat ${names || 'nichts'}`,
    noCsv: (file, why) => `${file} ist kein CSV: ${why}`,
    noOutput: (name) => `die Umgebung hat keine Ausgabe ${name}: bitte zuerst diese Version ausrollen`,
    nameRegistry: (stage) =>
      `bitte das ausgerollte Register nennen: --registry DATEI, oder stages/${stage}.yaml schreiben`,
    noStack: (folder) => `auf ${folder} läuft keine lokale Umgebung: npm start, oder eine andere mit --stage nennen`,
    noTime: (at) => `--at ${at} ist keine Zeit: möglich sind 2026-03-01, "2026-03-01 12:00" oder 2026-03-01T11:00:00Z`,
    nobodyToAsk: 'niemand da, der gefragt werden kann: --yes verwenden',
    noDeadLetter: (id) => `keine unzustellbare Nachricht ${id}`,
    noDuration: (text) => `--since ${text} ist keine Dauer: möglich sind 15m, 2h oder 1d`,
    fileExists: (file) => `${file} gibt es schon; mit --out eine andere Datei nennen`,
    noToken: 'HUBSPOT_ACCESS_TOKEN ist nicht gesetzt; dorthin gehört das Zugriffstoken der App',
    noAccount: (id) => `--portal ${id} ist keine Kontonummer`,
    accountUntold: 'HubSpot nennt diesem Token die Kontonummer nicht; bitte mit --portal angeben',
    twinOnly: 'trigger spielt nur auf dem lokalen Zwilling, nie in einer Umgebung',
    noNumber: (seed) => `--seed ${seed} ist keine Zahl`,
    nothingToPlay: (story) => `im Register fehlt, womit sich ${story} spielen ließe`,
  },
};
