import type { alarmsEnglish } from './alarm-texts-english.ts';

/** The alarms in German. */
export const alarmsGerman: typeof alarmsEnglish = {
  UnappliedOptOut: {
    name: 'Entscheidung nicht in HubSpot',
    meaning: 'Eine Entscheidung steht nach 15 Minuten noch nicht in HubSpot.',
  },
  SignalsWaiting: {
    name: 'Signale warten',
    meaning:
      'Ein Signal wartet länger als 5 Minuten auf seine Entscheidung, oder eines aus einer Masse länger als eine Stunde.',
  },
  DeadLetters: {
    name: 'Unzustellbare Nachrichten',
    meaning:
      'Eine Nachricht ließ sich nicht verarbeiten und liegt in einer Warteschlange für unzustellbare Nachrichten.',
  },
  DeadLettersForgotten: {
    name: 'Unzustellbare Nachrichten vergessen',
    meaning: 'Eine unzustellbare Nachricht liegt seit zwei Tagen da; nach 14 Tagen ist sie weg.',
  },
  KeepsReopening: {
    name: 'Wird immer wieder geöffnet',
    meaning: 'Jemand öffnet immer wieder, was ein Widerruf gesperrt hat; das Protokoll nennt die Quelle.',
  },
  SlowPropagation: {
    name: 'Langsamer Weg nach HubSpot',
    meaning: 'Einer von hundert Widerrufen braucht länger als 5 Minuten bis HubSpot.',
  },
  ApiServerErrors: {
    name: 'Serverfehler der Schnittstelle',
    meaning: 'Anfragen von HubSpot werden mit 5xx beantwortet.',
  },
  RequestsDeferred: {
    name: 'Anfragen vertröstet',
    meaning:
      'Anfragen werden mit 503 beantwortet, weil Warteschlange oder Geheimnis nicht erreichbar sind; HubSpot versucht es einen Tag lang wieder.',
  },
  RefusedSignatures: {
    name: 'Falsche Signaturen',
    meaning:
      'Anfragen mit falscher Signatur: ein Client-Secret wurde gewechselt, die öffentliche Adresse stimmt nicht, oder jemand rüttelt an der Tür.',
  },
  UnreadableEvents: {
    name: 'Unlesbare Ereignisse',
    meaning:
      'HubSpot oder ein Workflow hat etwas geschickt, das nicht lesbar war; ein Widerruf oder eine Wiederanmeldung kann darunter sein.',
  },
  OtherPortal: {
    name: 'Anderes HubSpot-Konto',
    meaning:
      'Ereignisse eines anderen HubSpot-Kontos werden verworfen: das ausgerollte Register gehört nicht zu dieser HubSpot-App.',
  },
  NoEvents: {
    name: 'Keine Ereignisse',
    meaning: 'HubSpot hat drei Tage lang nichts geschickt: die Webhooks sind abgeschaltet oder zeigen anderswohin.',
  },
  HubSpotRefusesUs: {
    name: 'HubSpot verweigert Aufrufe',
    meaning: 'HubSpot antwortet 401 oder 403: das Token wurde widerrufen, oder eine Berechtigung fehlt.',
  },
  HubSpotAnswersNobody: {
    name: 'HubSpot verweigert jeden Aufruf',
    meaning: 'HubSpot hat jeden Aufruf einer Funktion verweigert: das Token wurde widerrufen.',
  },
  SubmissionsUnreadable: {
    name: 'Einsendungen nicht lesbar',
    meaning:
      'HubSpots Listen der Formular-Einsendungen sind nicht lesbar: Wiederanmeldungen lassen sich nicht nachweisen.',
  },
  HubSpotThrottles: {
    name: 'HubSpot drosselt',
    meaning: 'HubSpot drosselt: etwas anderes verbraucht die erlaubten Aufrufe des Kontos.',
  },
  FunctionErrors: {
    name: 'Fehler von Funktionen',
    meaning: 'Funktionen enden mit Fehlern, was gewöhnliche Störungen nicht bewirken.',
  },
  FunctionsThrottled: {
    name: 'Funktionen gedrosselt',
    meaning:
      'Lambda führt aufgerufene Funktionen nicht aus: die gleichzeitigen Ausführungen des AWS-Kontos sind ausgeschöpft.',
  },
  AuditOverdue: {
    name: 'Prüflauf überfällig',
    meaning: 'Seit 26 Stunden ist kein Prüflauf fertig geworden.',
  },
  AuditDrift: {
    name: 'Abweichungen gefunden',
    meaning:
      'Der letzte Prüflauf hat Abweichungen gefunden: Webhooks gingen verloren, oder jemand hat geöffnet, was gesperrt sein muss.',
  },
  RegistryGaps: {
    name: 'Lücken im Register',
    meaning:
      'Das HubSpot-Konto hat einen Abo-Typ, ein Feld, ein Formular oder eine E-Mail, die das Register nicht kennt oder nicht schützt.',
  },
  CanaryMissed: {
    name: 'Testkontakt ausgeblieben',
    meaning: 'Die Abmeldung des Testkontakts kam nicht binnen einer Stunde zurück, oder niemand hat nachgesehen.',
  },
};
