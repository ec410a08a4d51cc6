import { createHash } from 'node:crypto';
import type { OurTime } from '../clocks.ts';
import type { ContactRef, EntryBody, LedgerEntry, Personal } from '../rules/entry.ts';
import { VERSION } from '../version.ts';

/** What a writer gives; the chain adds sequence number and hashes. */
export type Draft = {
  recordedAt: OurTime;
  body: EntryBody;
  addressHash?: string;
  personal?: Personal;
};

/** Makes the entry that follows `last` in a contact's chain. */
export function nextEntry({ portal, contact }: ContactRef, last: LedgerEntry | undefined, draft: Draft): LedgerEntry {
  const { personal, ...rest } = draft;
  // JSON drops what is undefined, as the table will: the hash must cover what is really stored.
  const content = JSON.parse(
    JSON.stringify({
      v: 1,
      portal,
      contact,
      seq: (last?.seq ?? 0) + 1,
      previous: last?.hash ?? '',
      ...rest,
      writer: VERSION,
      personalDigest: personal === undefined ? undefined : digest(personal),
    }),
  ) as Omit<LedgerEntry, 'hash' | 'personal'>;
  return { ...content, hash: digest(content), ...(personal !== undefined && { personal }) };
}

/** Checks a contact's whole chain; returns the first entry that does not fit, and why. Erased personal data is no fault. */
export function findBreak(entries: readonly LedgerEntry[]): { seq: number; fault: string } | undefined {
  let previous = '';
  for (const [index, entry] of entries.entries()) {
    const { hash, personal, ...content } = entry;
    const faults = [
      [entry.seq !== index + 1, 'an entry is missing or out of order'],
      [entry.previous !== previous, 'it does not follow the entry before it'],
      [digest(content) !== hash, 'its content was altered'],
      [personal !== undefined && digest(personal) !== entry.personalDigest, 'its personal data was altered'],
    ] as const;
    const fault = faults.find(([broken]) => broken);
    if (fault !== undefined) return { seq: entry.seq, fault: fault[1] };
    previous = hash;
  }
  return undefined;
}

/** SHA-256 (hex) over JSON with sorted keys, so that the order in which a store returns keys does not matter. */
function digest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
