/** What each field of an export means, for whoever reads it (Art. 15 GDPR). */
const en = {
  contact: 'number of the record in HubSpot',
  seq: 'number of the entry in the ledger of this record',
  occurredAt: 'when it happened, by HubSpot’s clock (UTC)',
  recordedAt: 'when it was recorded (UTC)',
  rule: 'rule by which it was decided (R1–R9)',
  outcome: 'what was decided; planned and applied: what was written to HubSpot',
  reason: 'the decision in a sentence',
  source: 'who or what caused it, as HubSpot says',
  address: 'e-mail address that the entry is about',
  page: 'page of the form',
  before: 'what HubSpot held before',
  after: 'what HubSpot holds after, or is to hold',
  whole: 'the whole entry as it is stored',
  hash: 'check sum of the entry, which the next entry includes',
};
const de: typeof en = {
  contact: 'Nummer des Kontakts in HubSpot',
  seq: 'Nummer des Eintrags im Nachweis dieses Kontakts',
  occurredAt: 'wann es geschah, nach der Uhr von HubSpot (UTC)',
  recordedAt: 'wann es erfasst wurde (UTC)',
  rule: 'Regel, nach der entschieden wurde (R1–R9)',
  outcome: 'was entschieden wurde; planned und applied: was in HubSpot eingetragen wurde',
  reason: 'die Entscheidung in einem Satz (englisch, wie gespeichert)',
  source: 'wer oder was sie ausgelöst hat, laut HubSpot',
  address: 'E-Mail-Adresse, um die es geht',
  page: 'Seite des Formulars',
  before: 'was HubSpot vorher gespeichert hatte',
  after: 'was HubSpot nachher gespeichert hat oder haben soll',
  whole: 'der ganze Eintrag, wie er gespeichert ist',
  hash: 'Prüfsumme des Eintrags, die in den nächsten eingeht',
};
export const MEANINGS = { en, de };
