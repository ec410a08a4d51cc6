/** Titles of the dashboard, in the operator's language. */
const en = {
  unapplied: 'Is any opt-out not yet in HubSpot? Age of the oldest (ms)',
  waiting: 'Oldest message waiting (s)',
  deadLetters: 'Dead letters',
  tried: 'Messages that have to be tried again: age of the oldest (ms)',
  propagation: 'From opt-out to HubSpot (ms)',
  queued: 'Events accepted, events queued',
  dropped: 'Events no rule needs, by reason',
  refused: 'Requests refused, by reason',
  api: 'HTTP API: requests and errors',
  decided: 'Decisions, by rule and outcome (R4 returned, R4 refused, R5 refused = reverted)',
  ignored: 'Signals that change nothing, by cause; forms whose list of submissions cannot be read',
  controls: 'Controls closed and reopened',
  refusedControls: 'Controls that HubSpot refuses to close, by control',
  hubspot: 'HubSpot’s answers, by status (429 throttled, 0 no answer)',
  refusals: 'Calls that HubSpot refuses us (401, 403)',
  queues: 'Messages in the queues',
  retries: 'Messages tried again or dead-lettered',
  errors: 'Lambda errors and throttles',
  duration: 'Lambda duration, p99 (ms)',
  coldStarts: 'Cold starts',
  ledger: 'Ledger: throttled requests',
  findings: 'Drift found by the last audit',
  unseen: 'Parts of the portal that HubSpot did not show to the last audit',
  audit: 'Audits finished, contacts looked at',
  canary: 'Canary missed',
};
const de: typeof en = {
  unapplied: 'Ist ein Widerruf noch nicht in HubSpot? Alter des ältesten (ms)',
  waiting: 'Älteste wartende Nachricht (s)',
  deadLetters: 'Unzustellbare Nachrichten',
  tried: 'Wiederholte Nachrichten: Alter der ältesten (ms)',
  propagation: 'Vom Widerruf bis HubSpot (ms)',
  queued: 'Ereignisse: angenommen, eingereiht',
  dropped: 'Ereignisse, die keine Regel braucht, nach Grund',
  refused: 'Abgewiesene Anfragen, nach Grund',
  api: 'HTTP-API: Anfragen und Fehler',
  decided: 'Entscheidungen nach Regel und Ausgang (R4 returned, R4 refused, R5 refused = zurückgenommen)',
  ignored: 'Signale ohne Wirkung, nach Grund; Formulare, deren Einsendungen nicht lesbar sind',
  controls: 'Geschlossene und wieder geöffnete Sperren',
  refusedControls: 'Sperren, die HubSpot verweigert, nach Sperre',
  hubspot: 'Antworten von HubSpot nach Status (429 gedrosselt, 0 keine Antwort)',
  refusals: 'Aufrufe, die HubSpot uns verweigert (401, 403)',
  queues: 'Nachrichten in den Warteschlangen',
  retries: 'Wiederholte und unzustellbare Nachrichten',
  errors: 'Lambda: Fehler und Drosselungen',
  duration: 'Lambda: Dauer, p99 (ms)',
  coldStarts: 'Kaltstarts',
  ledger: 'Protokolltabelle: gedrosselte Zugriffe',
  findings: 'Abweichungen beim letzten Prüflauf',
  unseen: 'Teile des Portals, die HubSpot beim letzten Prüflauf nicht zeigte',
  audit: 'Abgeschlossene Prüfläufe, geprüfte Kontakte',
  canary: 'Ausgebliebene Kanarienvögel',
};
export const texts = { en, de };

/** The title of a widget in a language, whatever language the dashboard was deployed in; one that is none of ours stays. */
export function titleIn(language: 'en' | 'de', title: string): string {
  const keys = Object.keys(en) as (keyof Texts)[];
  const key = keys.find((one) => en[one] === title || de[one] === title);
  return key === undefined ? title : texts[language][key];
}
export type Texts = typeof en;
