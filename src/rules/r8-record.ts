import type { LifecycleSignal, MergeSignal } from '../signals/signal.ts';
import { applyChanges } from './apply-changes.ts';
import type { Decision, Verdict } from './decision.ts';
import { inheritedByMerge } from './r8-inherit.ts';
import type { ContactState } from './state.ts';

/** R8: the opt-out belongs to the person and the address, whatever becomes of the record. */
export function decideLifecycle(state: ContactState, { event }: LifecycleSignal): Verdict {
  const record = (outcome: Decision['outcome'], reason: string, gone: boolean, rest: Partial<Verdict>): Verdict => ({
    decision: { rule: 'R8', outcome, reason, changes: [{ type: 'gone', gone }] },
    converge: true,
    ...rest,
  });
  const known = Object.keys(state.companies).length > 0 || Object.keys(state.ownNo).length > 0;
  switch (event) {
    case 'deleted':
      if (state.gone) return { because: 'already-so', converge: false };
      // It may have taken over an opted-out address by a merge that no webhook told: the record can still be read.
      if (!known) return { because: 'already-so', converge: true, identify: true };
      return record('deleted', 'the record was deleted; the opt-out stays with the address', true, {});
    case 'erased':
      return {
        decision: {
          rule: 'R8',
          outcome: 'erased',
          reason: 'deleted for privacy: personal data is erased, the keyed hash of the address stays',
          changes: [{ type: 'gone', gone: true }, { type: 'erased' }],
        },
        converge: false,
      };
    case 'restored':
      return record('restored', 'the record is back', false, { identify: true });
    case 'created':
      if (state.gone) return record('restored', 'the record is back', false, { identify: true });
      return { because: 'already-so', converge: true, identify: true };
    case 'address-changed':
    case 'unclear':
      return { because: 'already-so', converge: true, identify: true };
  }
}

/** R8: on a merge the strictest of all wins; the histories stay, linked to each other. */
export function decideMerge(state: ContactState, signal: MergeSignal, others: readonly ContactState[]): Verdict {
  const changes: Decision['changes'] = [];
  for (const other of others) changes.push(...inheritedByMerge(applyChanges(state, changes), other, signal.occurredAt));
  const reason = `merged with ${signal.others.join(', ')}: the strictest of all wins`;
  return {
    decision: {
      rule: 'R8',
      outcome: 'merged',
      reason,
      changes: [{ type: 'linked', contacts: signal.others, mergedAt: signal.occurredAt }, ...changes],
    },
    converge: true,
    identify: true,
  };
}
