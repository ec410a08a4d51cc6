import { RetryableError } from '../../errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { decide, type Facts } from '../../rules/decide.ts';
import type { Verdict } from '../../rules/decision.ts';
import type { Personal } from '../../rules/entry.ts';
import { replay } from '../../rules/evolve.ts';
import type { Signal } from '../../signals/signal.ts';

const TRIES = 8;

/** What of a decided signal is personal or about an address: kept beside the chain. */
export type Identity = { addressHash?: string; personal?: Personal };

/**
 * Decides one signal against the contact's ledger and appends the decision. Another writer's entry in between means
 * deciding anew on the newer state. @throws RetryableError when the ledger stays contended.
 */
export async function recordDecision(
  signal: Signal,
  facts: Facts,
  ledger: Ledger,
  identity: Identity = {},
): Promise<Verdict> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const entries = await ledger.read(signal);
    const state = replay(entries, facts.registry);
    const verdict = decide(state, signal, facts);
    if (verdict.decision === undefined) return verdict;
    const appended = await ledger.append(signal, entries.at(-1), {
      recordedAt: facts.now,
      ...(identity.addressHash !== undefined && { addressHash: identity.addressHash }),
      // After an erasure nothing personal comes back in.
      ...(identity.personal !== undefined && state.erased !== true && { personal: identity.personal }),
      body: {
        kind: 'decision',
        signal: {
          id: signal.id,
          kind: signal.kind,
          ...(signal.kind === 'control' && { control: signal.control, to: signal.to }),
          ...(signal.kind === 'form' && { form: signal.form }),
          ...(signal.kind === 'lifecycle' && { event: signal.event }),
        },
        source: signal.source,
        occurredAt: signal.occurredAt,
        converge: verdict.converge,
        ...verdict.decision,
      },
    });
    if (appended !== 'conflict') return verdict;
  }
  throw new RetryableError('the ledger of this contact is contended');
}
