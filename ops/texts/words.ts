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
