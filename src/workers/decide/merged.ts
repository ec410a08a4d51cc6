import { asHubSpotTime } from '../../clocks.ts';
import type { Survivor } from '../../hubspot/merged.ts';
import { appendDecided } from '../../ledger/append-decided.ts';
import type { Draft } from '../../ledger/chain.ts';
import { ignored, type Verdict } from '../../rules/decision.ts';
import type { ContactRef } from '../../rules/entry.ts';
import { replay } from '../../rules/evolve.ts';
import { mergedIn } from '../../rules/r8-record.ts';
import type { MergeSignal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import type { DecideDeps } from './deps.ts';
import { recordDecision } from './record-decision.ts';

/** A contact can become part of another one, which becomes part of another one: at most so many times in a row. */
export const MERGES = 10;

type Deps = Pick<DecideDeps, 'ledger' | 'registry' | 'now'>;

/** Records a merge: the ledgers of what was merged in are linked to the survivor's, which takes over what is strictest (R8). */
export async function recordMerge(signal: MergeSignal, deps: Deps): Promise<Verdict> {
  const { ledger, registry, now } = deps;
  // An event names the merge by its time. Any other way may tell of one merge again and again, each time as if it were new.
  if (signal.source.channel !== 'webhook' && (await isKnown(signal, deps))) return ignored('already-so', 'identify');
  const others = await Promise.all(
    signal.others.map(async (contact) => {
      await markMerged(signal, contact, deps);
      return replay(await ledger.read({ portal: signal.portal, contact }), registry);
    }),
  );
  return recordDecision(signal, { registry, now: now(), address: 'unknown', others }, ledger);
}

/**
 * Records a merge that no event told: HubSpot answered a read of `contact` with another record. Without HubSpot's time of the merge it
 * counts from now, so that the "no" wins over what was submitted before.
 */
export async function recordMergeFound(contact: string, survivor: Survivor, deps: Deps): Promise<void> {
  const { registry, now } = deps;
  const signal = withId({
    v: 1,
    portal: registry.portal,
    contact: survivor.contact,
    occurredAt: survivor.at ?? asHubSpotTime(now()),
    receivedAt: now(),
    source: { channel: 'reading' },
    kind: 'merge',
    others: [contact],
  });
  await recordMerge(signal as MergeSignal, deps);
}

/** Whether the survivor's ledger names all the others as merged into it. */
async function isKnown({ portal, contact, others }: MergeSignal, { ledger }: Deps): Promise<boolean> {
  const linked = new Set((await ledger.read({ portal, contact })).flatMap(mergedIn));
  return others.every((other) => linked.has(other));
}

/** Tells a merged contact's ledger where the contact's history goes on, so that its late events find the survivor. */
async function markMerged(signal: MergeSignal, contact: string, deps: Deps): Promise<void> {
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
