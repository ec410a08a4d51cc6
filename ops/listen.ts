import { millis } from '../src/clocks.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import type { Connection } from './connect.ts';
import type { LogLine, ReadLogs } from './logs.ts';

/** What became of an event: an entry of a contact's ledger, or nothing, and why. */
export type Heard = { contact: string; entry: LedgerEntry } | Ignored;
type Ignored = { count: number; withoutEffect: string };

/** How often a contact is looked at after its last entry: what HubSpot is told comes some seconds after the decision. */
const LOOKS = 60;

/**
 * Hears what the functions decide and write from now on: their logs tell the contact, the contact's ledger tells the rest. Each call
 * gives what came since the call before.
 */
export function createListener({ ledger, registry, now }: Connection, read: ReadLogs): () => Promise<Heard[]> {
  const since = millis(now());
  const watched = new Map<string, { seq: number; looks: number }>();
  const newsOf = async (contact: string, { seq, looks }: { seq: number; looks: number }): Promise<Heard[]> => {
    const entries = await ledger.read({ portal: registry.portal, contact });
    const news = entries.filter((entry) => entry.seq > seq && millis(entry.recordedAt) >= since);
    const left = news.length > 0 ? LOOKS : looks - 1;
    if (left === 0) watched.delete(contact);
    else watched.set(contact, { seq: entries.at(-1)?.seq ?? seq, looks: left });
    return news.map((entry) => ({ contact, entry }));
  };
  return async () => {
    const lines = (await read()).map(readLine);
    for (const { contact } of lines) {
      if (contact !== undefined) watched.set(contact, { seq: watched.get(contact)?.seq ?? 0, looks: LOOKS });
    }
    const news = await Promise.all([...watched].map(([contact, place]) => newsOf(contact, place)));
    return [...summed(lines.flatMap(({ ignored }) => ignored)), ...news.flat()];
  };
}

/** One line for all events that had no effect for one reason. */
function summed(ignored: readonly Ignored[]): Ignored[] {
  const counts = new Map<string, number>();
  for (const { count, withoutEffect } of ignored) counts.set(withoutEffect, (counts.get(withoutEffect) ?? 0) + count);
  return [...counts].map(([withoutEffect, count]) => ({ count, withoutEffect }));
}

type Line = { contact?: unknown; SignalIgnored?: unknown; EventDropped?: unknown; because?: unknown; reason?: unknown };

/** Whom a line of a log is about, and which events had no effect. */
function readLine({ text }: LogLine): { contact?: string; ignored: Ignored[] } {
  const line = objectOf(text);
  const ignored = [
    { count: line.SignalIgnored, why: line.because },
    { count: line.EventDropped, why: line.reason },
  ].flatMap(({ count, why }) => (typeof count === 'number' ? [{ count, withoutEffect: String(why) }] : []));
  return { ignored, ...(typeof line.contact === 'string' && { contact: line.contact }) };
}

function objectOf(text: string): Line {
  try {
    return Object(JSON.parse(text)) as Line;
  } catch {
    return {};
  }
}
