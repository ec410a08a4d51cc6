/** Words of the tool's output; German ones as Austrian data-protection officers use them. */
const en = {
  nobody: 'Nothing is recorded of this person, and HubSpot has no such contact.',
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
  chainHolds: 'hash chain: no entry is altered, none is missing before another; a cut-off end would not show',
  chainBroken: 'THE HASH CHAIN IS BROKEN',
};
const de: typeof en = {
  nobody: 'Über diese Person ist nichts aufgezeichnet, und HubSpot kennt keinen solchen Kontakt.',
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
  chainHolds:
    'Hash-Kette: kein Eintrag ist verändert, keiner fehlt vor einem anderen; ein abgeschnittenes Ende fiele nicht auf',
  chainBroken: 'DIE HASH-KETTE IST VERLETZT',
};
export const texts = { en, de };
export type Language = keyof typeof texts;
