import { asHubSpotTime, millis } from '../../clocks.ts';
import { PermanentError, RetryableError } from '../../errors.ts';
import { erasePerson } from '../../ledger/erase-person.ts';
import type { ConvergenceRequest } from '../../queues/convergence-request.ts';
import type { Facts } from '../../rules/clause.ts';
import type { Verdict } from '../../rules/decision.ts';
import { replay } from '../../rules/evolve.ts';
import type { FormSignal, Signal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import type { DecideDeps } from './deps.ts';
import { MERGES, markMerged } from './merged.ts';
import { prove } from './prove.ts';
import { type Identity, recordDecision } from './record-decision.ts';
import { whoseForm } from './whose-form.ts';

/**
 * Decides one signal; returns the request for convergence, where the decision needs one. A merged contact's signal is decided as
 * the survivor's. @throws RetryableError while nobody can tell yet whether the signal is the echo of our own write.
 */
export async function decideOne(first: Signal, deps: DecideDeps): Promise<ConvergenceRequest | undefined> {
  let signal = first;
  for (let hop = 0; hop < MERGES; hop++) {
    const verdict = await verdictOn(signal, deps, { ofMerged: hop > 0 });
    switch (verdict.kind) {
      case 'belongs-to':
        signal = withId({ ...signal, contact: verdict.contact });
        continue;
      case 'too-early': {
        const afterMs = millis(verdict.until) - millis(deps.now());
        throw new RetryableError('whether this is our own write shows when that is done', { afterMs });
      }
      case 'unproved':
        throw new RetryableError('HubSpot’s list of submissions was not asked yet');
      default:
        tell(signal, verdict, deps);
        return requestFor(signal, verdict);
    }
  }
  throw new PermanentError('the contact was merged in a circle');
}

type Final = Extract<Verdict, { kind: 'recorded' | 'ignored' }>;

function tell(signal: Signal, verdict: Final, { telemetry }: DecideDeps): void {
  if (verdict.kind === 'ignored') {
    telemetry.measure('SignalIgnored', 1, { because: verdict.because });
    return;
  }
  const { rule, outcome } = verdict.decision;
  telemetry.measure('SignalDecided', 1, { rule, outcome });
  telemetry.logger.info('signal decided', { signalId: signal.id, contact: signal.contact, rule, outcome });
}

function requestFor({ portal, contact, source, ...signal }: Signal, { follow }: Final): ConvergenceRequest | undefined {
  if (follow === 'nothing') return undefined;
  // An opt-out that an audit found may be years old: the way to HubSpot begins when the audit found the opt-out.
  const occurredAt = source.channel === 'audit' ? asHubSpotTime(signal.receivedAt) : signal.occurredAt;
  return { v: 1, portal, contact, occurredAt, ...(follow === 'identify' && { identify: true }) };
}

async function verdictOn(signal: Signal, deps: DecideDeps, given: Pick<Facts, 'ofMerged'>): Promise<Verdict> {
  const { registry, ledger } = deps;
  const facts: Facts = { registry, now: deps.now(), address: 'unknown', ...given };
  switch (signal.kind) {
    case 'form':
      return verdictOnForm(signal, facts, deps);
    case 'merge': {
      const others = await Promise.all(
        signal.others.map(async (contact) => {
          await markMerged(signal, contact, deps);
          return replay(await ledger.read({ portal: signal.portal, contact }), registry);
        }),
      );
      return recordDecision(signal, { ...facts, others }, ledger);
    }
    case 'lifecycle': {
      const verdict = await recordDecision(signal, facts, ledger);
      // Also when the deletion was decided before: a crash may have come between.
      if (signal.event === 'erased') await erasePerson(signal, ledger);
      return verdict;
    }
    default:
      return recordDecision(signal, facts, ledger);
  }
}

/** HubSpot's list of submissions is asked only where the rules need a proof. */
async function verdictOnForm(signal: FormSignal, facts: Facts, deps: DecideDeps): Promise<Verdict> {
  const { address, identity, held } = await whoseForm(signal, deps);
  const verdict = await recordDecision(signal, { ...facts, address }, deps.ledger, identity);
  if (verdict.kind !== 'unproved' || held === undefined) return verdict;
  const { signal: listed, proof } = await prove(signal, { ...verdict, address: held }, deps);
  return recordDecision(listed, { ...facts, address, proof }, deps.ledger, withPage(listed, identity));
}

/** The page that counts is the one that HubSpot's list names. */
function withPage({ page }: FormSignal, identity: Identity = {}): Identity {
  const { personal } = identity;
  if (personal === undefined || page === undefined) return identity;
  return { ...identity, personal: { ...personal, page } };
}
