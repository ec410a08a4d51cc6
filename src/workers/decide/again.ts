import type { ConvergenceRequest } from '../../queues/convergence-request.ts';
import type { Verdict } from '../../rules/decision.ts';
import type { Signal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import type { DecideDeps } from './deps.ts';

/**
 * Submissions that came before an older opt-out was heard of are decided once more; HubSpot's list says when they were made. Each is by the address that
 * was submitted, which may not be the record's any more (R8); after an erasure nobody knows that address.
 */
export async function requestsAgain(
  { portal, contact, occurredAt }: Signal,
  verdict: Verdict,
  { ledger }: Pick<DecideDeps, 'ledger'>,
): Promise<ConvergenceRequest[]> {
  const { again = [] } = verdict.kind === 'recorded' ? verdict : {};
  if (again.length === 0) return [];
  const entries = await ledger.read({ portal, contact });
  return again.map(({ form, at, recordedAt, by }) => {
    const source = { channel: 'audit', change: 'FORM', id: form } as const;
    const typed = entries.flatMap(({ addressHash, personal }) => (addressHash === by && personal?.address) || []);
    const address = by === undefined ? undefined : typed.at(-1);
    const submission = { v: 1, kind: 'form', portal, contact, form, source, untimed: true } as const;
    return {
      v: 1,
      portal,
      contact,
      occurredAt,
      again: withId({
        ...submission,
        ...(address !== undefined && { address }),
        occurredAt: at,
        receivedAt: recordedAt,
      }),
    };
  });
}
