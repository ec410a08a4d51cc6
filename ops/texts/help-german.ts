import type { HelpTexts } from './help-english.ts';

/** What `--help` says, in German. */
export const helpGerman: HelpTexts = {
  headings: {
    usage: 'Aufruf:',
    options: 'Optionen:',
    globals: 'Optionen aller Befehle:',
    arguments: 'Argumente:',
    commands: 'Befehle:',
    anyOptions: 'Optionen',
    anyCommand: 'Befehl',
    choices: 'möglich',
    standard: 'sonst',
    env: 'Umgebungsvariable',
    help: 'Hilfe zum Befehl anzeigen',
    version: 'die Version anzeigen',
    example: 'Beispiel:',
    examples: 'Beispiele:',
    stories: 'Geschichten:',
  },
  program: {
    what: 'Achtet auf den Widerruf von Einwilligungen in HubSpot. Ohne --stage: die lokale Umgebung (npm start).',
    stage: 'Umgebung in AWS, z. B. prod',
    profile: 'AWS-Profil',
    region: 'AWS-Region',
    registry:
      'das ausgerollte Register (sonst: das von stages/<stage>.yaml, der lokalen Umgebung oder WIDERRUF_REGISTRY)',
    lang: 'Sprache der Texte',
    json: 'JSON ausgeben',
    after: `Rückgabewerte: 0 alles gut, 1 etwas gefunden, 2 der Befehl ließ sich nicht ausführen. Mit --json kommt ein Fehler als JSON auf die
Standardausgabe: {"error":{"kind":"usage","message":"…"}}; kind ist usage, operator (zuerst ist etwas zu richten) oder unexpected.
Vervollständigung: source <(widerruf completion bash); ebenso zsh, fish und powershell.`,
    completion: 'Skripte zur Vervollständigung ausgeben',
  },
  init: {
    what: 'Liest Abo-Typen, Felder, Formulare und Marken eines HubSpot-Kontos und schlägt das Register vor; fragt, was sich nicht erkennen lässt. Rückgabewert 1, wenn etwas offen ist.',
    out: 'Datei, die geschrieben wird; darf nicht existieren',
    portal: 'HubSpot-Kontonummer, falls das Token sie nicht lesen darf',
    after: `Fragt HUBSPOT_API_URL (sonst https://api.hubapi.com) mit HUBSPOT_ACCESS_TOKEN. Ohne Terminal wird niemand gefragt: was sich
nicht erkennen lässt, wird ausgelassen und genannt. In HubSpot wird nichts geändert.`,
  },
  audit: {
    what: 'Vergleicht jeden Kontakt mit Nachweis und Regeln und lässt Abweichungen berichtigen. Rückgabewert 1, wenn etwas gefunden wurde oder Kontakte nicht sichtbar waren.',
    reportOnly: 'nichts berichtigen',
  },
  backfill: {
    what: 'Erste Verbindung mit einem HubSpot-Konto voller alter Widerrufe: setzt alle um. Setzt nach einer Unterbrechung fort. Rückgabewert 1, wenn Kontakte nicht sichtbar waren.',
    dryRun: 'zeigen, was sich je GesmbH und Marke ändern würde, und nichts ändern',
    restart: 'von vorne beginnen statt nach einer Unterbrechung fortzusetzen',
  },
  doctor: {
    what: 'Ist dieses HubSpot-Konto so, wie es im Register steht? Rückgabewert 1, wenn ein Widerruf verloren gehen könnte.',
  },
  smoke: {
    what: 'Steht die Tür für HubSpot offen, und für niemanden sonst? Ändert nichts. Rückgabewert 1, wenn nicht.',
  },
  explain: {
    what: 'Wie steht diese Person zu jeder GesmbH und Marke: seit wann, warum, durch wen, nach welcher Regel.',
    at: 'wie es damals stand, nach dem, was bis dahin erfasst war; ohne Zeitzone: Wien',
  },
  plan: {
    what: 'Was würde dieses Register gegenüber dem ausgerollten ändern, und für wie viele Personen? Schreibt nichts. Rückgabewert 1, wenn ein Nein vergessen würde oder eine Zeile fehlt.',
  },
  simulate: {
    what: 'Was täten die Regeln mit diesen Ereignissen (JSON oder CSV)? Schreibt nichts und fragt niemanden. Rückgabewert 1, wenn ein Ereignis nicht lesbar ist.',
    after: (
      sample,
    ) => `JSON: eine Liste von Webhook-Ereignissen und Workflow-Nachrichten. CSV: eine Kopfzeile mit Webhook-Feldern; nötig sind objectId,
propertyName, propertyValue und occurredAt. Ein Muster: ${sample}`,
  },
  export: {
    what: 'Alles, was über eine Person gespeichert ist (Art. 15 DSGVO): JSON mit der Bedeutung der Felder, eine Tabelle oder eine Seite zum Drucken.',
    csv: 'eine Tabelle, die Excel öffnet',
    html: 'eine Seite für die Person, zum Drucken',
    to: 'alle drei schreiben: die Seite, die Tabelle und das JSON',
  },
  erase: {
    what: 'Löscht die Daten einer Person aus dem Nachweis (Art. 17 DSGVO); das Nein bleibt als Schlüssel-Hash. Fragt vorher.',
    yes: 'nicht fragen',
  },
  verify: {
    what: 'Prüft die Hash-Ketten aller Kontakte oder eines einzelnen. Rückgabewert 1, wenn ein Eintrag verändert oder vor einem anderen entfernt wurde.',
    after:
      'Beweist nicht, dass kein neuester Eintrag abgeschnitten, kein ganzer Kontakt entfernt und keine Kette mit neuen Prüfsummen neu geschrieben wurde.',
  },
  deadLetters: {
    what: 'Nachrichten, die sich nicht verarbeiten ließen.',
    queue: 'nur diese Warteschlange: Signale, Abgleich oder Prüflauf',
    list: 'Zählt sie nach Grund und nennt jede. Rückgabewert 1, wenn es welche gibt.',
    show: 'Zeigt eine davon samt Inhalt.',
    redrive: 'Schickt sie dorthin zurück, woher sie kamen. Darf unterbrochen werden: nichts geht verloren.',
  },
  status: {
    what: 'Der älteste Widerruf, der noch nicht in HubSpot steht, Rückstand, letzter Prüflauf, Zurückweisungen von heute. Rückgabewert 1, wenn etwas zu spät oder unzustellbar ist, oder nicht gezählt wurde.',
    full: 'liest den Nachweis aller Kontakte statt der Zählung und berichtigt die Zählung',
    after:
      'Fragt nur nach dem, was offen ist; die Dauer wächst nicht mit dem Nachweis. Wo eine frühere Version Einträge geschrieben hat, steht „noch nicht gezählt“, bis --full einmal gelaufen ist.',
  },
  logs: {
    what: 'Was die Funktionen protokollieren; Adressen stehen dort nicht. Mit --json jede Zeile, wie sie geschrieben wurde.',
    function: 'nur diese Funktion',
    follow: 'weiter bis Strg-C',
    since: 'wie weit zurück: 15m, 2h, 1d',
  },
  listen: { what: 'Eine Zeile je Ereignis mit seiner Entscheidung, sobald sie kommen, bis Strg-C.' },
  trigger: {
    what: 'Spielt eine Geschichte mit einer neuen Person auf dem lokalen HubSpot-Zwilling und zeigt jedes Ereignis mit seiner Entscheidung.',
    story: 'welche Geschichte',
    seed: 'welche Personen: dieselbe Zahl ergibt dieselben Personen, eine nach der anderen',
  },
};
