import type { Patterns } from './patterns.ts';

/** The German of every mend of what `mistakes-german.ts` names. */
export const MENDS: Patterns = [
  [
    /^use PT15M or less; HubSpot tells of a form within seconds$/,
    'PT15M oder weniger; HubSpot meldet ein Formular binnen Sekunden',
  ],
  [
    /^give each control to exactly one company, brand or newsletter$/,
    'jedes Steuerelement genau einer GesmbH, einer Marke oder einem Newsletter zuordnen',
  ],
  [
    /^leave it out \(HubSpot’s own is (.+)\), or name a property that a workflow copies it to$/,
    'weglassen (HubSpots eigenes Feld ist {1}) oder das Feld nennen, in das ein Workflow es kopiert',
  ],
  [/^give two different values$/, 'zwei verschiedene Werte angeben'],
  [/^name the property that blocks the brand$/, 'das Feld nennen, das die Marke sperrt'],
  [
    /^use a property of your own, or kind: subscription with the id$/,
    'ein eigenes Feld verwenden, oder kind: subscription mit der ID des Abo-Typs',
  ],
  [/^rename one of the two$/, 'eines von beiden umbenennen'],
  [
    /^use a subscription type of a brand or newsletter; never a company’s own$/,
    'den Abo-Typ einer Marke oder eines Newsletters verwenden, nie das Kommunikations-Abonnement einer GesmbH',
  ],
  [/^remove one of the two$/, 'eines von beiden entfernen'],
  [/^remove one of the two, or rename it$/, 'eines von beiden entfernen oder umbenennen'],
  [/^use one of: (.*)$/, 'eines von diesen verwenden: {1}'],
  [/^brands of (.+): (.*)$/, 'Marken von {1}: {2}'],
  [/^newsletters of (.+): (.*)$/, 'Newsletter von {1}: {2}'],
  [/^add the brand that the newsletter belongs to$/, 'die Marke ergänzen, zu der der Newsletter gehört'],
  [/^remove the company that became part of this one$/, 'die GesmbH entfernen, die in dieser aufgegangen ist'],
  [/^name the one that took over its opt-outs$/, 'jene nennen, die ihre Widerrufe übernommen hat'],
  [
    /^name only companies that the brand belonged to before$/,
    'nur GesmbHs nennen, zu denen die Marke früher gehört hat',
  ],
  [/^name each control that is gone once$/, 'jedes Steuerelement, das es nicht mehr gibt, einmal nennen'],
  [
    /^name a registry file that can be read \(as an argument, --registry or WIDERRUF_REGISTRY\)$/,
    'eine lesbare Registerdatei nennen (als Argument, mit --registry oder WIDERRUF_REGISTRY)',
  ],
  [/^save it as UTF-8$/, 'als UTF-8 speichern'],

  [/^-c stage=<name>; there are: (.+)$/, '-c stage=<name>; es gibt: {1}'],
  [/^one of the stages: (.+)$/, 'eine der Umgebungen: {1}'],
  [
    /^name the right registry\. If the stage really moves to another portal, change portal here as well$/,
    'das richtige Register nennen. Wenn die Umgebung wirklich zu einem anderen HubSpot-Konto wechselt, auch hier portal ändern',
  ],
  [
    /^call the file by lower-case letters, digits and hyphens, 16 at most$/,
    'die Datei mit höchstens 16 Kleinbuchstaben, Ziffern und Bindestrichen benennen',
  ],
  [/^name at least one address$/, 'mindestens eine Adresse nennen'],
  [/^copy it, describe your portal, and name the copy$/, 'kopieren, das eigene Konto beschreiben und die Kopie nennen'],
  [
    /^the https address at which operators read docs\/runbook\.md$/,
    'die https-Adresse, unter der docs/runbook.md zu lesen ist',
  ],

  [/^put spaces in the place of the tab$/, 'Leerzeichen statt des Tabulators setzen'],
  [
    /^correct the YAML: begin lines of one level at one column, with spaces only$/,
    'das YAML berichtigen: Zeilen einer Ebene in derselben Spalte beginnen, nur mit Leerzeichen',
  ],
  [
    /^correct the YAML: close what is open, such as a quotation mark, \[ or \{$/,
    'das YAML berichtigen: schließen, was offen ist, etwa ein Anführungszeichen, [ oder {',
  ],
  [/^correct the YAML of this line or the one before$/, 'das YAML dieser oder der vorigen Zeile berichtigen'],
  [/^remove it, or correct its spelling$/, 'entfernen oder die Schreibweise berichtigen'],
  [/^rename it$/, 'umbenennen'],
  [
    /^write a text; in quotation marks where it looks like a number$/,
    'einen Text schreiben; in Anführungszeichen, wenn er wie eine Zahl aussieht',
  ],
  [/^write a number, without quotation marks$/, 'eine Zahl schreiben, ohne Anführungszeichen'],
  [/^write a whole number, without quotation marks$/, 'eine ganze Zahl schreiben, ohne Anführungszeichen'],
  [/^write true or false$/, 'true oder false schreiben'],
  [
    /^write a list: \[ … \], or a line with "- " for each$/,
    'eine Liste schreiben: [ … ], oder je Eintrag eine Zeile mit „- “',
  ],
  [/^write keys and values below it$/, 'darunter Schlüssel und Werte schreiben'],
  [/^add (.+): it has no default$/, '{1} ergänzen: ohne Angabe gilt nichts'],
  [/^write one of the values that the message names$/, 'einen der genannten Werte schreiben'],
  [/^write one of: (.+)$/, 'einen dieser Werte schreiben: {1}'],
  [/^write a value above or equal to (.+)$/, 'einen Wert ab {1} schreiben'],
  [/^write a value above (.+)$/, 'einen Wert über {1} schreiben'],
  [/^write a value up to (.+)$/, 'einen Wert bis {1} schreiben'],
  [/^write it as the message says$/, 'so schreiben, wie die Meldung sagt'],
  [/^write (.+)$/, '{1} schreiben'],
];
