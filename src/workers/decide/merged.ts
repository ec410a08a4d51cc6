import { appendDecided } from '../../ledger/append-decided.ts';
import type { Draft } from '../../ledger/chain.ts';
import type { ContactRef } from '../../rules/entry.ts';
import { replay } from '../../rules/evolve.ts';
import type { MergeSignal } from '../../signals/signal.ts';
import type { DecideDeps } from './deps.ts';

/** A contact can become part of another one, which becomes part of another one: at most so many times in a row. */
export const MERGES = 10;

type Deps = Pick<DecideDeps, 'ledger' | 'registry' | 'now'>;

/** Tells a merged contact's ledger where the contact's history goes on, so that its late events find the survivor. */
export async function markMerged(signal: MergeSignal, contact: string, deps: Deps): Promise<void> {
  const { ledger, registry } = deps;
  const ref = { portal: signal.portal, contact };
  // Two events may tell of one merge differently: nobody becomes part of itself.
  if (await isPartOf({ ...ref, contact: signal.contact }, contact, deps)) return;
  await appendDecided(ledger, ref, (entries) => {
    const isMarked = replay(entries, registry).mergedInto !== undefined;
    return { result: undefined, ...(!isMarked && { draft: markOf(signal, deps) }) };
  });
}

function markOf(signal: MergeSignal, { now }: Deps): Draft {
  return {
    recordedAt: now(),
    body: {
      kind: 'decision',
      rule: 'R8',
      outcome: 'merged',
      reason: `became part of contact ${signal.contact}, where its history goes on`,
      source: signal.source,
      occurredAt: signal.occurredAt,
      changes: [{ type: 'merged-into', contact: signal.contact }],
      converge: false,
    },
  };
}

/** Whether a contact is another one, or became part of it by merges. */
async function isPartOf(ref: ContactRef, whole: string, { ledger, registry }: Deps): Promise<boolean> {
  let contact: string | undefined = ref.contact;
  for (let hop = 0; hop < MERGES && contact !== undefined; hop++) {
    if (contact === whole) return true;
    contact = replay(await ledger.read({ ...ref, contact }), registry).mergedInto;
  }
  return false;
}
