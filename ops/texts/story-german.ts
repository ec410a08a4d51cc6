import type { StoryTexts } from './story-english.ts';

/** The stories of `widerruf trigger`, and what somebody does in them, in German. */
export const storyGerman: StoryTexts = {
  stories: {
    'company-opt-out': 'R1: ein Widerruf bei der GesmbH sperrt alle Marken',
    'unsubscribe-all': 'R1: „von allen E-Mails abmelden“ ist ein Widerruf bei jeder GesmbH',
    'brand-opt-out': 'R2: ein Nein zu einer Marke gilt nur dort',
    'newsletter-opt-out': 'R2: ein Nein zu einem Newsletter gilt nur dort',
    'form-return': 'R4, R6: die Person meldet sich über ein Formular wieder an; alles steht wieder wie vorher',
    'employee-reopens': 'R5: eine MitarbeiterIn meldet die Person wieder an, was zurückgewiesen wird',
    'import-reopens': 'R5: ein Import meldet die Person wieder an, was zurückgewiesen wird',
    'double-opt-in': 'R7: eine Wiederanmeldung mit Double-Opt-In wartet auf den Klick der Person',
    merge: 'R8: der Widerruf überlebt die Zusammenführung mit einem offenen Kontakt',
    'privacy-deletion': 'R8: nach einer Datenschutz-Löschung bleibt das Nein als Schlüssel-Hash',
  },
  acts: {
    leavesCompany: 'die Person meldet sich über den Link in einer E-Mail von der GesmbH ab',
    leavesAll: 'die Person meldet sich von allen E-Mails ab',
    leavesBrand: 'die Person meldet sich von einer Marke ab',
    leavesNewsletter: 'die Person meldet sich von einem Newsletter ab',
    fillsForm: 'die Person füllt das Formular aus',
    confirms: 'die Person klickt auf die Bestätigung',
    employeeReopens: 'eine MitarbeiterIn meldet die Person wieder an',
    importReopens: 'ein Import meldet die Person wieder an',
    merges: 'eine MitarbeiterIn führt die beiden Kontakte der Person zusammen',
    deletes: 'der Kontakt wird aus Datenschutzgründen gelöscht',
  },
};
