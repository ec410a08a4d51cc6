import { shifted } from '../clocks.ts';
import type { LifecycleSignal, MergeSignal } from '../signals/signal.ts';
import { applyChanges } from './apply-changes.ts';
import type { Clause } from './clause.ts';
import { type Change, type Decision, ignored, recorded } from './decision.ts';
import type { LedgerEntry } from './entry.ts';
import { LOOK_AGAIN_MS } from './r5-repeated.ts';
import { inheritedByMerge } from './r8-inherit.ts';
import { isAnythingSaid } from './state.ts';

/** R8: the opt-out belongs to the person and the address, whatever becomes of the record. */

const decision = (outcome: Decision['outcome'], reason: string, changes: Change[]): Decision => ({
  rule: 'R8',
  outcome,
  reason,
  changes,
});

/** The record has other addresses than before: what holds of its addresses is looked up. */
export const lookUpAddresses: Clause<LifecycleSignal> = () => ignored('already-so', 'identify');

/** HubSpot does not say what changed: that is looked up at once, and once more, since what HubSpot shows may be older than the change. */
export const lookUpTwice: Clause<LifecycleSignal> = ({ facts: { now } }) => ({
  ...ignored('already-so', 'identify'),
  lookAt: [now, shifted(now, LOOK_AGAIN_MS)],
});

/** R9: what happened before the deletion, and is told late or once more, brings no record back. */
export const beforeDeletion: Clause<LifecycleSignal> = ({ state: { gone, goneAt }, signal: { occurredAt } }) =>
  gone && goneAt !== undefined && occurredAt < goneAt ? ignored('already-so', 'identify') : undefined;

export const restored: Clause<LifecycleSignal> = () =>
  recorded(decision('restored', 'the record is back', [{ type: 'gone', gone: false }]), 'identify');

/** HubSpot tells of a restored record as of a created one, too. */
export const createdAgain: Clause<LifecycleSignal> = (given) => (given.state.gone ? restored(given) : undefined);

export const goneAlready: Clause<LifecycleSignal> = ({ state }) => (state.gone ? ignored('already-so') : undefined);

/**
 * Of a contact of whom nothing is known the addresses are looked up: the contact may have taken over an opted-out address by a
 * merge that no webhook told, and the deleted record can still be read.
 */
export const deletedUnknown: Clause<LifecycleSignal> = ({ state }) =>
  isAnythingSaid(state) ? undefined : ignored('already-so', 'identify');

export const deleted: Clause<LifecycleSignal> = () =>
  recorded(
    decision('deleted', 'the record was deleted; the opt-out stays with the address', [{ type: 'gone', gone: true }]),
  );

/** Deletion for privacy (GDPR, Art. 17). The worker erases; the chain and the keyed hash stay, so that the "no" survives. */
export const erased: Clause<LifecycleSignal> = () => {
  const reason = 'deleted for privacy: personal data is erased, the keyed hash of the address stays';
  return recorded(decision('erased', reason, [{ type: 'gone', gone: true }, { type: 'erased' }]), 'nothing');
};

/** On a merge the strictest of all wins; the histories stay, linked to each other. */
export const merged: Clause<MergeSignal> = ({ state, signal, facts }) => {
  const changes: Change[] = [{ type: 'linked', contacts: signal.others, mergedAt: signal.occurredAt }];
  for (const other of facts.others ?? []) {
    changes.push(...inheritedByMerge(applyChanges(state, changes), other, signal.occurredAt));
  }
  return recorded(
    decision('merged', `merged with ${signal.others.join(', ')}: the strictest of all wins`, changes),
    'identify',
  );
};

/** The contacts that an entry says became part of its own. */
export function mergedIn({ body }: LedgerEntry): string[] {
  if (body.kind !== 'decision') return [];
  return body.changes.flatMap((change) =>
    change.type === 'linked' && change.mergedAt !== undefined ? change.contacts : [],
  );
}
