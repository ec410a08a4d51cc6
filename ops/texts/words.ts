export type Words = Record<keyof typeof en, string>;

/** Words of the tool's output; German ones as Austrian data-protection officers use them. */
const en = {
  nobody: 'Nothing is recorded of this person, and HubSpot has no such contact.',
  nobodyRecorded: 'Nothing is recorded of this person. Whether HubSpot has such a contact is unknown.',
  unseen: 'What HubSpot holds is unknown',
  unseenToken:
    'HubSpot refuses the access token (401). Put the app’s present token into the secret of output AccessTokenArn, locally into HUBSPOT_ACCESS_TOKEN.',
  unseenScope: 'the access token lacks a scope; widerruf doctor names it.',
  unseenAway: 'HubSpot does not answer at the moment; try again.',
  whatStays: `What will be erased from the ledger: addresses, pages of forms.
What stays, because otherwise the "no" would be forgotten and the person mailed again (Art. 17(3)(e), Art. 21(3) GDPR):
the decisions with their times and the keyed hash of the address. HubSpot’s own data is not touched.`,
  eraseQuestion: 'Erase the records of contact {contacts}? [y/N]',
  nothingErased: 'nothing was erased',
  nothingToErase: 'nothing to erase: there are no records of this person',
  erased: 'erased:',
  deleteInHubSpot: 'now delete in HubSpot, where the person’s own data lies: contact',
  nothingInHubSpot: 'HubSpot has no contact of this person any more',
  noRecordsThen: 'Nothing was recorded of this person at that time.',
  contact: 'contact',
  standsWith: 'where the person stands',
  timeline: 'timeline (occurred / recorded)',
  optedOut: 'opted out of the company',
  returned: 'came back by form',
  awaiting: 'confirmation pending (double opt-in)',
  nothing: 'no opt-out recorded',
  ownNo: 'own "no" to this one',
  since: 'since',
  why: 'why',
  source: 'source',
  hubspot: 'HubSpot now',
  company: 'company',
  closed: 'closed',
  open: 'open',
  chainHolds: 'the hash chain holds',
  chainBroken: 'THE HASH CHAIN IS BROKEN',
};
const de: Words = {
  nobody: 'Über diese Person ist nichts aufgezeichnet, und HubSpot kennt keinen solchen Kontakt.',
  nobodyRecorded: 'Über diese Person ist nichts aufgezeichnet. Ob HubSpot einen solchen Kontakt hat, ist unbekannt.',
  unseen: 'Was HubSpot speichert, ist unbekannt',
  unseenToken:
    'HubSpot weist das Zugriffstoken zurück (401). Das gültige Token der App gehört in das Geheimnis AccessTokenArn, lokal in HUBSPOT_ACCESS_TOKEN.',
  unseenScope: 'dem Zugriffstoken fehlt eine Berechtigung; widerruf doctor nennt sie.',
  unseenAway: 'HubSpot antwortet derzeit nicht; bitte später noch einmal.',
  whatStays: `Aus dem Nachweis werden gelöscht: Adressen und Formularseiten.
Es bleiben, weil das Nein sonst vergessen und die Person wieder angeschrieben würde (Art. 17 Abs. 3 lit. e, Art. 21 Abs. 3 DSGVO):
die Entscheidungen mit ihren Zeiten und der Schlüssel-Hash der Adresse. Was HubSpot selbst speichert, bleibt unberührt.`,
  eraseQuestion: 'Aufzeichnungen zu Kontakt {contacts} löschen? [j/N]',
  nothingErased: 'nichts wurde gelöscht',
  nothingToErase: 'nichts zu löschen: zu dieser Person ist nichts aufgezeichnet',
  erased: 'gelöscht:',
  deleteInHubSpot: 'jetzt in HubSpot löschen, wo die Daten der Person selbst liegen: Kontakt',
  nothingInHubSpot: 'HubSpot hat keinen Kontakt dieser Person mehr',
  noRecordsThen: 'Über diese Person war zu dieser Zeit nichts aufgezeichnet.',
  contact: 'Kontakt',
  standsWith: 'Stand je GesmbH und Marke',
  timeline: 'Verlauf (Ereignis / erfasst)',
  optedOut: 'Widerruf / Opt-Out (GesmbH)',
  returned: 'Wiederanmeldung über Formular',
  awaiting: 'Bestätigung ausständig (Double-Opt-In)',
  nothing: 'kein Widerruf aufgezeichnet',
  ownNo: 'eigene Abmeldung',
  since: 'seit',
  why: 'Grund',
  source: 'Quelle',
  hubspot: 'HubSpot jetzt',
  company: 'GesmbH',
  closed: 'gesperrt',
  open: 'offen',
  chainHolds: 'die Hash-Kette ist unversehrt',
  chainBroken: 'DIE HASH-KETTE IST VERLETZT',
};
export const texts = { en, de };
export type Language = keyof typeof texts;
