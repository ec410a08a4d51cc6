import { byPattern, type Patterns } from './patterns.ts';

/**
 * The German of every reason that a decision may have. The ledger keeps reasons in English, as the rules write them; `{1}`, `{2}` …
 * stand for what the English pattern's groups found. test/ops/reasons.test.ts holds that no reason of the rules is missing.
 */
const REASONS: Patterns = [
  [
    /^unsubscribed from all: opt-out of every company; every brand of (.+) is closed$/,
    'Gesamtwiderruf („von allen E-Mails abmelden“); alle Marken von {1} werden gesperrt',
  ],
  [/^company opt-out; every brand of (.+) is closed$/, 'Widerruf der GesmbH; alle Marken von {1} werden gesperrt'],
  [
    /^the owner returned by a form later than this opt-out$/,
    'die Person hat sich nach diesem Widerruf über ein Formular wieder angemeldet',
  ],
  [
    /^HubSpot holds an opt-out, newer than all that is recorded, of which no webhook told$/,
    'in HubSpot steht ein neuerer Widerruf, den kein Webhook gemeldet hat',
  ],
  [
    /^HubSpot holds an opt-out said with an address that the record had then, of which no webhook told$/,
    'in HubSpot steht ein Widerruf einer früheren Adresse dieses Kontakts, den kein Webhook gemeldet hat',
  ],
  [/^a "no" to brand (.+) reaches nothing else of (.+)$/, 'das Nein zur Marke {1} gilt nur dort, nicht für {2}'],
  [
    /^a "no" to newsletter (.+) reaches nothing else of (.+)$/,
    'das Nein zum Newsletter {1} gilt nur dort, nicht für {2}',
  ],
  [
    /^HubSpot holds a "no" to (.+), later than the opt-out, of which no webhook told$/,
    'in HubSpot steht ein Nein zu {1}, jünger als der Widerruf, das kein Webhook gemeldet hat',
  ],
  [
    /^the submitted address is not the contact’s: it lifts nothing$/,
    'die eingegebene Adresse gehört nicht zum Kontakt: der Widerruf bleibt',
  ],
  [
    /^the submitted address cannot be proved: it lifts nothing$/,
    'die eingegebene Adresse lässt sich nicht nachweisen: der Widerruf bleibt',
  ],
  [
    /^submitted no later than the opt-out of (.+): the "no" wins$/,
    'nicht nach dem Widerruf bei {1} abgesendet: das Nein gilt',
  ],
  [
    /^submitted before the merge, of which the strictest wins: the opt-out of (.+) stands$/,
    'vor der Zusammenführung abgesendet, bei der das strengste Nein gilt: der Widerruf bei {1} bleibt',
  ],
  [
    /^no opt-out of (.+) stands; kept in case an older one arrives late$/,
    'kein Widerruf bei {1} aufrecht; vermerkt, falls ein älterer erst später eintrifft',
  ],
  [
    /^HubSpot’s list does not show the submission yet; the mail with the link was sent, and a click may be meant for it$/,
    'HubSpots Liste zeigt die Anmeldung noch nicht; das Mail mit dem Link ist unterwegs, und ein Klick kann ihm gelten',
  ],
  [/^no opt-out of (.+) stands: nothing is to be lifted$/, 'kein Widerruf bei {1} aufrecht: nichts ist aufzuheben'],
  [
    /^the owner of the address came back to (.+) by form (.+)$/,
    'die Person hat sich selbst wieder bei {1} angemeldet, über {2}',
  ],
  [
    /^the owner named a brand of (.+) in form (.+): what the opt-out closed there is opened$/,
    'die Person hat in {2} eine Marke von {1} genannt: geöffnet wird, was der Widerruf dort gesperrt hat',
  ],
  [/^form (.+) is not in the registry$/, 'das Formular {1} steht nicht im Register'],
  [
    /^the owner resubscribed by HubSpot’s own page, which policy.acceptSelfService accepts$/,
    'die Person hat sich auf HubSpots eigener Seite wieder angemeldet, was hier gilt (acceptSelfService)',
  ],
  [
    /^submitted when the form may have been another company’s: it lifts nothing$/,
    'abgesendet, als das Formular noch einer anderen GesmbH gehört haben kann: der Widerruf bleibt',
  ],
  [
    /^HubSpot’s list of the form’s submissions shows none by this address after the opt-out: it lifts nothing$/,
    'HubSpots Liste der Einsendungen zeigt keine dieser Adresse nach dem Widerruf: der Widerruf bleibt',
  ],
  [
    /^the form’s consent box was left empty: it lifts nothing$/,
    'die Einwilligung im Formular wurde nicht angekreuzt: der Widerruf bleibt',
  ],
  [
    /^HubSpot’s list of the form’s submissions cannot be read \((.+)\), and policy.unverifiedSubmissions refuses.*$/,
    'HubSpots Liste der Einsendungen ist nicht lesbar ({1}), und ohne sie gilt keine Wiederanmeldung: der Widerruf bleibt',
  ],
  [/^not later than the standing opt-out: the "no" wins$/, 'nicht nach dem aufrechten Widerruf: das Nein gilt'],
  [
    /^the source of the new status decides whether the owner did this$/,
    'ob die Person das selbst war, entscheidet die Quelle des neuen Status',
  ],
  [
    /^HubSpot ascribes it to a form; its submission event may come until (.+)$/,
    'HubSpot schreibt es einem Formular zu; dessen Einsendung wird bis {1} abgewartet',
  ],
  [
    /^the opt-out of (.+) stands and no form submission of the owner came; (.+) is closed again; closed (.+) times since (.+)$/,
    'der Widerruf bei {1} ist aufrecht und die Person hat kein Formular eingesendet; wieder gesperrt: {2}; seit {4} {3}-mal gesperrt',
  ],
  [
    /^the opt-out of (.+) stands and no form submission of the owner came; (.+) is closed again$/,
    'der Widerruf bei {1} ist aufrecht und die Person hat kein Formular eingesendet; wieder gesperrt: {2}',
  ],
  [
    /^"unsubscribed from all" was lifted; the opt-out of (.+) stands$/,
    'der Gesamtwiderruf wurde aufgehoben; der Widerruf bei {1} bleibt',
  ],
  [
    /^no form submission followed the opt-in to (.+) by (.+); (.+) is closed again$/,
    'auf die Anmeldung bei {1} durch {2} folgte keine Formular-Einsendung; wieder gesperrt: {3}',
  ],
  [/^the owner did not confirm in time$/, 'die Person hat nicht rechtzeitig bestätigt'],
  [
    /^the form demands double opt-in: the owner has to confirm$/,
    'das Formular verlangt Double-Opt-In: die Bestätigung der Person steht aus',
  ],
  [/^no submission waits for it$/, 'keine Anmeldung wartet darauf'],
  [/^the owner confirmed the form submission$/, 'die Person hat ihre Anmeldung bestätigt'],
  [/^the owner confirmed: the status says (.+)$/, 'die Person hat bestätigt: als Quelle des Status steht {1}'],
  [/^form (.+) of (.+) was never confirmed$/, 'die Anmeldung über {1} bei {2} wurde nie bestätigt'],
  [
    /^submissions to (.+) wait, and the click names no company: nothing is opened.*$/,
    'Anmeldungen bei {1} warten, und der Klick nennt keine GesmbH: nichts wird geöffnet; die Person kann ein Formular einer GesmbH noch einmal einsenden und bestätigen',
  ],
  [
    /^the address was opted out as contact (.+); the opt-out belongs to the address$/,
    'die Adresse wurde als Kontakt {1} abgemeldet; der Widerruf gehört zur Adresse',
  ],
  [
    /^the owner of the address came back as contact (.+); the return belongs to the address$/,
    'die Person hat sich als Kontakt {1} wieder angemeldet; die Wiederanmeldung gehört zur Adresse',
  ],
  [
    /^another address of the person: the opt-out holds for it too$/,
    'weitere Adresse der Person: der Widerruf gilt auch für sie',
  ],
  [/^an address that the record held before$/, 'eine Adresse, die der Kontakt früher hatte'],
  [
    /^the record has another address: what was said with an address stays with it, and a "no" in force goes along$/,
    'der Kontakt hat eine andere Adresse: was mit einer Adresse gesagt wurde, bleibt bei ihr, und ein aufrechtes Nein geht mit',
  ],
  [/^the record is back$/, 'der Kontakt ist wieder da'],
  [
    /^the record was deleted; the opt-out stays with the address$/,
    'der Kontakt wurde gelöscht; der Widerruf bleibt bei der Adresse',
  ],
  [
    /^deleted for privacy: personal data is erased, the keyed hash of the address stays$/,
    'datenschutzrechtlich gelöscht: persönliche Daten sind entfernt, der Schlüssel-Hash der Adresse bleibt',
  ],
  [
    /^merged with (.+): the strictest of all wins$/,
    'zusammengeführt mit Kontakt {1}: das strengste Nein gilt für alle',
  ],
  [
    /^became part of contact (.+), where its history goes on$/,
    'wurde Teil von Kontakt {1}; dort geht der Verlauf weiter',
  ],
  [
    /^its time lies in the future, so that it cannot be ordered: it lifts nothing$/,
    'der angegebene Zeitpunkt liegt in der Zukunft und lässt sich nicht einordnen: der Widerruf bleibt',
  ],
  [
    /^erased on request \(Art. 17\): the keyed hash of the address stays$/,
    'auf Antrag gelöscht (Art. 17 DSGVO): der Schlüssel-Hash der Adresse bleibt',
  ],
];

/** A recorded reason in German; undefined for a reason that the catalogue does not know. */
export function germanReason(reason: string): string | undefined {
  return byPattern(reason, REASONS);
}
