import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ListedSubmission, PortalContact, PortalStatus, PortalWide } from './types.ts';

/** One line of the journal: what a contact, a status or a portal-wide opt-out is from now on; or a submission of a form. */
export type Line =
  | { contact: PortalContact }
  | { address: string; subscriptionId: number; status: PortalStatus }
  | { address: string; portalWide: PortalWide }
  | { form: string; submission: ListedSubmission };

/** Keeps a portal over a restart. */
export type Journal = {
  /** All lines of earlier runs, oldest first. */
  read(): Line[];
  append(line: Line): void;
  /** Replaces all lines by those that say the same in the shortest way. */
  rewrite(lines: readonly Line[]): void;
};

/** The journal in a file, one JSON object a line. */
export function fileJournal(file: string): Journal {
  const text = (line: Line) => `${JSON.stringify(line)}\n`;
  return {
    read() {
      if (!existsSync(file)) return [];
      // A process killed while writing leaves half a line at the end.
      const whole = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'));
      return whole.map((line) => JSON.parse(line) as Line);
    },
    append: (line) => appendFileSync(file, text(line)),
    rewrite(lines) {
      writeFileSync(`${file}.new`, lines.map(text).join(''));
      renameSync(`${file}.new`, file);
    },
  };
}

/** For a portal that nobody needs to find again. */
export const noJournal: Journal = { read: () => [], append: () => undefined, rewrite: () => undefined };
