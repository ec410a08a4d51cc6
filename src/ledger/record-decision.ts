import { decide, type Facts } from '../consent/decide.ts';
import type { Verdict } from '../consent/decision.ts';
import { RetryableError } from '../errors.ts';
import type { Signal } from '../signals/signal.ts';
import type { Personal } from './entry.ts';
import type { Ledger } from './ledger.ts';
import { replay } from './replay.ts';

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
