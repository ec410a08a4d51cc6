import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { OperatorError } from './connect.ts';
import { type OutputTexts, outputTexts } from './texts/words.ts';

/** One event of a file. `place`: where the event stands there, for messages. */
export type FileEvent = { place: string; event: unknown };

/**
 * Reads the events of a file: a JSON array (or one object), or CSV with a header of webhook fields.
 * @throws OperatorError when the file cannot be read, or holds neither.
 */
export function readEvents(
  file: string,
  portal: number,
  t: OutputTexts['fields'] = outputTexts.en.fields,
): FileEvent[] {
  const text = readText(file);
  if (!/^\s*[[{]/.test(text)) return eventsOfCsv({ text, file }, portal, t);
  try {
    return [JSON.parse(text) as unknown].flat().map((event, i) => ({ place: t.nth(i + 1), event }));
  } catch (error) {
    throw new OperatorError((errors) => errors.noJson(file, error instanceof Error ? error.message : String(error)));
  }
}

function readText(file: string): string {
  try {
    // Excel begins a file with a byte order mark.
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch {
    throw new OperatorError((t) => t.unreadableFile(file));
  }
}

type Row = { record: Record<string, string>; info: { lines: number } };

function eventsOfCsv(
  { text, file }: { text: string; file: string },
  portal: number,
  t: OutputTexts['fields'],
): FileEvent[] {
  const [header = ''] = text.split(/\r?\n/);
  const rows = rowsOf(text, file, header.includes(';') ? ';' : ',');
  const names = Object.keys(rows[0]?.record ?? {});
  const missing = ['objectId', 'propertyName', 'propertyValue', 'occurredAt'].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new OperatorError((errors) => errors.header(file, missing.join(', '), names.join(', ')));
  }
  const defaults = { subscriptionType: 'contact.propertyChange', portalId: portal };
  return rows.map(({ record, info }) => ({
    place: t.line(info.lines),
    event: { ...defaults, ...record, occurredAt: timeOf(record['occurredAt'] ?? '') },
  }));
}

function rowsOf(text: string, file: string, delimiter: string): Row[] {
  const options = { columns: true, delimiter, info: true, trim: true, skip_empty_lines: true } as const;
  try {
    return parse(text, options) as unknown as Row[];
  } catch (error) {
    throw new OperatorError((t) => t.noCsv(file, error instanceof Error ? error.message : String(error)));
  }
}

/** Milliseconds as HubSpot writes them, or any date that JavaScript reads; what is neither stays as it is, to be named. */
function timeOf(text: string): string {
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(at) ? text : String(at);
}
