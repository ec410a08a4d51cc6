import { readFileSync } from 'node:fs';
import { OperatorError } from './connect.ts';

/**
 * Reads the events of a file: a JSON array (or one object), or CSV with a header of webhook fields.
 * @throws OperatorError when the file cannot be read, or holds neither.
 */
export function readEvents(file: string, portal: number): unknown[] {
  const text = readText(file);
  if (!/^\s*[[{]/.test(text)) return eventsOfCsv(text, file, portal);
  try {
    return [JSON.parse(text) as unknown].flat();
  } catch {
    throw new OperatorError(`${file} is no JSON`);
  }
}

function readText(file: string): string {
  try {
    // Excel begins a file with a byte order mark.
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch {
    throw new OperatorError(`${file} cannot be read`);
  }
}

function eventsOfCsv(text: string, file: string, portal: number): object[] {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const separator = header.includes(';') ? ';' : ',';
  const names = header.split(separator).map((name) => name.trim().replaceAll('"', ''));
  if (!names.includes('objectId') || !names.includes('propertyName')) {
    throw new OperatorError(
      `${file}: the header needs objectId, propertyName, propertyValue, occurredAt; it has ${names.join(', ')}`,
    );
  }
  const defaults = { subscriptionType: 'contact.propertyChange', portalId: portal };
  return lines.map((line) => {
    const cells = line.split(separator).map((value) => value.trim().replace(/^"(.*)"$/, '$1'));
    const row = Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
    const at = row['occurredAt'] ?? '';
    // Milliseconds as HubSpot writes them, or any date that JavaScript reads.
    const occurredAt = /^\d+$/.test(at) ? at : String(Date.parse(at));
    return { ...defaults, ...row, occurredAt };
  });
}
