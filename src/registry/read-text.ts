import { readFileSync } from 'node:fs';

/**
 * Reads a file that a person wrote, as UTF-8. @throws what `refuse` makes of a mistake: a file that cannot be read (`cause` given),
 * or one in another encoding, in which every umlaut would be wrong and no name would be found in HubSpot.
 */
export function readText(file: string, refuse: (message: string, cause?: unknown) => Error): string {
  const bytes = bytesOf(file, refuse);
  // A zero byte is in no text but that of UTF-16, which old Windows editors call Unicode.
  const [isUtf16, isUtf8] = [bytes.includes(0), decoded(bytes) !== undefined];
  if (isUtf8 && !isUtf16) return decoded(bytes) ?? '';
  const place = isUtf16 ? file : `${file}:${firstOddLine(bytes)}`;
  const found = isUtf16 ? 'UTF-16' : 'Latin-1 (ISO 8859-1, Windows-1252)';
  throw refuse(`${place}: the file is not in UTF-8 but, by its look, in ${found}. Mend: save it as UTF-8`);
}

function bytesOf(file: string, refuse: (message: string, cause?: unknown) => Error): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw refuse(`${file}: cannot be read`, cause);
  }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The first line that is no UTF-8. */
function firstOddLine(bytes: Buffer): number {
  for (let [line, start] = [1, 0]; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    if (decoded(bytes.subarray(start, end)) === undefined) return line;
    start = end + 1;
  }
  return 1;
}
