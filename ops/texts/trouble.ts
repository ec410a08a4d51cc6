import type { Language } from './language.ts';
import { byPattern, type Patterns } from './patterns.ts';

/**
 * The German of what the libraries and workers say of trouble: answers of HubSpot, reasons of dead letters, faults of a hash chain, gaps of a
 * registry. These texts are recorded and reported in English; `{1}`, `{2}` … stand for what the English pattern's groups found.
 */
const TROUBLE: Patterns = [
  [/^HubSpot cannot be reached$/, 'HubSpot ist nicht erreichbar'],
  [/^HubSpot did not answer in time$/, 'HubSpot hat nicht rechtzeitig geantwortet'],
  [/^HubSpot answered (\d+) to all$/, 'HubSpot antwortet auf alles {1}'],
  [/^HubSpot answered (\d+): the token lacks a scope$/, 'HubSpot antwortet {1}: dem Token fehlt eine Berechtigung'],
  [/^HubSpot answered (\d+)(.*)$/, 'HubSpot antwortet {1}{2}'],
  [/^HubSpot’s answer has an unknown shape$/, 'die Antwort von HubSpot hat eine unbekannte Form'],
  [/^HubSpot answers in an unknown shape$/, 'die Antwort von HubSpot hat eine unbekannte Form'],
  [/^HubSpot’s pages are out of order$/, 'die Seiten von HubSpot sind nicht in Reihenfolge'],
  [/^HubSpot’s pages go in a circle$/, 'die Seiten von HubSpot drehen sich im Kreis'],
  [
    /^the search ends before HubSpot’s list of contacts does$/,
    'die Suche endet, bevor die Kontaktliste von HubSpot endet',
  ],
  [/^whether contacts follow after (\d+) is unknown: (.+)$/, 'ob nach {1} noch Kontakte folgen, ist unbekannt: {2}'],
  [/^1 entry has an unknown shape$/, '1 Eintrag hat eine unbekannte Form'],
  [/^(\d+) entries have an unknown shape$/, '{1} Einträge haben eine unbekannte Form'],
  [/^(\d+) of (\d+) contacts of a page cannot be read$/, '{1} von {2} Kontakten einer Seite sind nicht lesbar'],
  [
    /^of (\d+) contacts of a page HubSpot tells no history$/,
    'von {1} Kontakten einer Seite nennt HubSpot keinen Verlauf',
  ],
  [
    /^of (\d+) of (\d+) addresses of a page HubSpot tells no statuses$/,
    'von {1} der {2} Adressen einer Seite nennt HubSpot keinen Status',
  ],
  [/^HubSpot has no such list$/, 'diese Liste hat HubSpot nicht'],
  [/^the scope forms is missing$/, 'die Berechtigung forms fehlt'],
  [/^the message is not JSON$/, 'die Nachricht ist kein JSON'],
  [/^the message has an unknown shape: (.+)$/, 'die Nachricht hat eine unbekannte Form: {1}'],
  [/^received too often \(no reason was given\)$/, 'zu oft empfangen (ohne Angabe eines Grundes)'],
  [/^no time was left$/, 'die Zeit war um'],
  [/^HubSpot refuses to close (.+)$/, 'HubSpot verweigert das Sperren von {1}'],
  [/^the ledger of this contact (?:is contended|keeps moving)$/, 'am Nachweis dieses Kontakts wird gerade geschrieben'],
  [/^the audit is not done after (\d+) slices$/, 'der Prüflauf ist nach {1} Abschnitten nicht fertig'],
  [/^the contact was merged in a circle$/, 'der Kontakt wurde im Kreis zusammengeführt'],
  [/^HubSpot knows no such contact$/, 'HubSpot kennt keinen solchen Kontakt'],
  [/^an entry is missing or out of order$/, 'ein Eintrag fehlt oder steht an falscher Stelle'],
  [/^it does not follow the entry before it$/, 'er schließt nicht an den Eintrag davor an'],
  [/^its content was altered$/, 'sein Inhalt wurde verändert'],
  [/^its personal data was altered$/, 'seine persönlichen Daten wurden verändert'],
  [/^(\S+) \(does not exist\)$/, '{1} (gibt es nicht)'],
  [/^(\S+) \(is read-only\)$/, '{1} (ist schreibgeschützt)'],
  [/^(\S+) \(has no option (.*)\)$/, '{1} (hat keine Option {2})'],
];

/** A text of trouble in a language; one that the catalogue does not know is told as it is. */
export function trouble(text: string, language: Language): string {
  if (language === 'en') return text;
  const inParentheses = /^([0-9a-f-]{36}) \((.+)\)$/.exec(text);
  if (inParentheses !== null) return `${inParentheses[1]} (${trouble(inParentheses[2] ?? '', language)})`;
  const kind = /^(?:RetryableError|PermanentError|PoisonError): (.+)$/.exec(text);
  return kind === null ? (byPattern(text, TROUBLE) ?? text) : trouble(kind[1] ?? '', language);
}
