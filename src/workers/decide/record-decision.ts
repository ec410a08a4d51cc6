import type { Now } from '../../clocks.ts';
import { appendDecided, type Decided } from '../../ledger/append-decided.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Facts } from '../../rules/clause.ts';
import { decide } from '../../rules/decide.ts';
import type { Verdict } from '../../rules/decision.ts';
import type { DecisionEntry, LedgerEntry, Personal } from '../../rules/entry.ts';
import { replay, type Whose } from '../../rules/evolve.ts';
import { mailId, waitsForList } from '../../rules/r7-mails.ts';
import type { FormSignal, Signal } from '../../signals/signal.ts';

/** What of a decided signal is personal or about an address: kept beside the chain. */
export type Identity = { addressHash?: string; personal?: Personal };

/**
 * Decides one signal against the contact's ledger and appends the decision. @throws RetryableError when the ledger stays
 * contended.
 */
export function recordDecision(
  signal: Signal,
  facts: Facts,
  ledger: Ledger,
  { addressHash, personal }: Identity = {},
): Promise<Verdict> {
  const decideOn = (entries: LedgerEntry[]): Decided<Verdict> => {
    const state = replay(entries, facts.registry, whoseWord(signal, addressHash));
    const verdict = decide(state, signal, facts);
    if (verdict.kind !== 'recorded') return { result: verdict };
    const draft = {
      recordedAt: facts.now,
      ...(addressHash !== undefined && { addressHash }),
      // After an erasure nothing personal comes back in.
      ...(personal !== undefined && state.erased !== true && { personal }),
      body: entryOfSignal(signal, verdict),
    };
    return { result: verdict, draft };
  };
  return appendDecided(ledger, signal, decideOn);
}

/** R7: while a submission waits for HubSpot's list, the ledger keeps once that a mail with a link was sent. */
export function recordMail(
  signal: FormSignal,
  { ledger, registry, now }: { ledger: Ledger; registry: Registry; now: Now },
  { addressHash }: Identity = {},
): Promise<void> {
  if (registry.forms.get(signal.form)?.doubleOptIn !== true) return Promise.resolve();
  return appendDecided(ledger, signal, (entries) => {
    const isKnown = replay(entries, registry).seen.has(mailId(signal));
    const draft = {
      recordedAt: now(),
      ...(addressHash !== undefined && { addressHash }),
      body: waitsForList(signal),
    };
    return { result: undefined, ...(!isKnown && { draft }) };
  });
}

/**
 * R8: a form speaks for the address that it names, and a "no", a confirmation or a merge for the address that the record held then. What
 * is opened is opened at the address of now.
 */
function whoseWord(signal: Signal, submitted: string | undefined): Whose | undefined {
  if (signal.kind === 'form') {
    return submitted === undefined ? undefined : { address: submitted, heldAt: signal.occurredAt };
  }
  const isOpened = signal.kind === 'control' && signal.to === 'open';
  const isOfThen = ['control', 'confirmation', 'merge'].includes(signal.kind) && !isOpened;
  return isOfThen ? { at: signal.occurredAt } : undefined;
}

function entryOfSignal(signal: Signal, { decision, follow }: Extract<Verdict, { kind: 'recorded' }>): DecisionEntry {
  return {
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
    converge: follow !== 'nothing',
    ...decision,
  };
}
