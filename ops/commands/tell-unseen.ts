import { type Language, texts } from '../texts/words.ts';
import { readableUnseen, type Unseen } from '../unseen.ts';
import { FAILED } from './cli.ts';

/** Says what could not be seen; the command was not carried out as a whole. */
export function tellUnseen({ unseen }: { unseen?: Unseen }, language: Language): void {
  if (unseen === undefined) return;
  process.stderr.write(readableUnseen(unseen, texts[language]));
  process.exitCode = FAILED;
}
