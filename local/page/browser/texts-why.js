/** Texts of a person's story, English and German beside each other. */
export const whyTexts = {
  'merged.from': {
    en: 'Record {contact} became part of this one by a merge.',
    de: 'Kontakt {contact} ist durch Zusammenführung in diesem aufgegangen.',
  },
  'merged.into': {
    en: 'Go to record {contact}, of which this one became part',
    de: 'Zu Kontakt {contact}, in dem dieser aufgegangen ist',
  },
  'tab.why': { en: 'Why', de: 'Warum' },
  looking: { en: 'Looking …', de: 'Wird nachgesehen …' },
  timeline: { en: 'Timeline', de: 'Verlauf' },
  'timeline.nothing': { en: 'The ledger has nothing about this.', de: 'Der Nachweis hat dazu nichts.' },
  whole: { en: 'of all companies', de: 'aller GesmbHs' },
  recorded: { en: 'recorded', de: 'erfasst' },
  since: { en: 'since', de: 'seit' },
  source: { en: 'source', de: 'Quelle' },
  controls: { en: 'What HubSpot holds now', de: 'Was HubSpot jetzt hält' },
  'standing.opted-out': { en: 'opted out of the company', de: 'Widerruf / Opt-Out (GesmbH)' },
  'standing.returned': { en: 'came back by form', de: 'Wiederanmeldung über Formular' },
  'standing.awaiting': { en: 'confirmation pending (double opt-in)', de: 'Bestätigung ausständig (Double-Opt-In)' },
  'standing.nothing': { en: 'no opt-out recorded', de: 'kein Widerruf aufgezeichnet' },
  'waits.nothing': { en: 'Nothing is waiting for this person.', de: 'Für diese Person ist nichts offen.' },
  'waits.confirmation': {
    en: '{company}: waits for the owner to confirm',
    de: '{company}: wartet auf die Bestätigung der Person',
  },
  'waits.form': {
    en: '{company}: an opt-in waits for its form submission',
    de: '{company}: eine Anmeldung wartet auf das zugehörige Formular',
  },
  'waits.hubspot': {
    en: 'A decision is not in HubSpot yet; it is tried again until HubSpot holds it.',
    de: 'Eine Entscheidung ist noch nicht in HubSpot; es wird versucht, bis HubSpot sie hält.',
  },
  'chain.holds': { en: 'The hash chain holds.', de: 'Die Hash-Kette ist unversehrt.' },
  'chain.broken': { en: 'THE HASH CHAIN IS BROKEN.', de: 'DIE HASH-KETTE IST VERLETZT.' },
  disclosure: {
    en: 'What is stored about the person, to print (Art. 15 GDPR)',
    de: 'Auskunft zum Drucken (Art. 15 DSGVO)',
  },
  'as-tool': { en: 'The same in the terminal:', de: 'Dasselbe im Terminal:' },
};
