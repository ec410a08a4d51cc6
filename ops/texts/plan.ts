import { counted } from '../../src/counted.ts';
import type { Difference } from '../../src/registry/difference.ts';
import type { Effect } from '../../src/rules/registry-effects.ts';
import type { Language } from './language.ts';

type PlanWords = Record<Difference['kind'] | Effect['kind'], string> & {
  same: string;
  differences: string;
  before: string;
  missing: string;
  gaps: string;
  people: (touched: number, all: number) => string;
};

/** What `widerruf plan` says, in both languages. */
export const planTexts: Record<Language, PlanWords> = {
  en: {
    same: 'The new registry names the same companies, brands, controls and forms.',
    differences: 'What the new registry has otherwise:',
    'company-added': 'new company',
    'company-removed': 'company gone',
    'company-renamed': 'company under another key',
    'brand-moved': 'brand that moved',
    'control-added': 'new control',
    'control-removed': 'control gone',
    'control-replaced': 'control in another one’s place',
    'form-added': 'new form',
    'form-removed': 'form gone: a return by it is not heard any more',
    'form-moved': 'form of another company now',
    before: 'before',
    missing: 'not told by the new registry; if the "no" of before is to count, add',
    people: (touched, all) =>
      `By the ledger this changes something for ${touched} of ${counted(all, 'contact', 'contacts')}:`,
    forgets: 'opt-out forgotten',
    opens: 'given back what it held before',
    frees: 'not held closed any more; stays as it is until somebody opens it',
    leaves: 'held closed until now, leaves the registry',
    closes: 'closed because of a standing opt-out',
    gaps: 'Something is missing: add the lines named above, and run this command again before the deployment.',
  },
  de: {
    same: 'Das neue Register nennt dieselben Gesellschaften, Marken, Steuerelemente und Formulare.',
    differences: 'Was das neue Register anders nennt:',
    'company-added': 'neue Gesellschaft',
    'company-removed': 'Gesellschaft fehlt',
    'company-renamed': 'Gesellschaft unter anderem Schlüssel',
    'brand-moved': 'Marke, die umgezogen ist',
    'control-added': 'neues Steuerelement',
    'control-removed': 'Steuerelement fehlt',
    'control-replaced': 'Steuerelement anstelle eines anderen',
    'form-added': 'neues Formular',
    'form-removed': 'Formular fehlt: eine Wiederanmeldung damit wird nicht mehr gehört',
    'form-moved': 'Formular gehört jetzt zu anderer Gesellschaft',
    before: 'bisher',
    missing: 'steht nicht im neuen Register; soll das bisherige Nein gelten, ergänzen:',
    people: (touched, all) =>
      `Laut Nachweis ändert sich für ${touched} von ${counted(all, 'Kontakt', 'Kontakten')} etwas:`,
    forgets: 'Widerruf vergessen',
    opens: 'bekommt den Wert von vorher zurück',
    frees: 'nicht mehr gesperrt gehalten; bleibt, wie es ist, bis es jemand öffnet',
    leaves: 'bisher gesperrt gehalten, steht nicht mehr im Register',
    closes: 'gesperrt wegen eines bestehenden Widerrufs',
    gaps: 'Es fehlt etwas: die oben genannten Zeilen ergänzen und diesen Befehl vor dem Ausrollen noch einmal ausführen.',
  },
};
