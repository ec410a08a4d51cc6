import { asHubSpotTime, millis, type OurTime } from '../../clocks.ts';
import { PermanentError, RetryableError, WaitError } from '../../errors.ts';
import type { Survivor } from '../../hubspot/merged.ts';
import { erasePerson } from '../../ledger/erase-person.ts';
import type { ConvergenceRequest } from '../../queues/convergence-request.ts';
import type { Facts } from '../../rules/clause.ts';
import type { Verdict } from '../../rules/decision.ts';
import { replay } from '../../rules/evolve.ts';
import { crowdOf } from '../../signals/crowd.ts';
import type { FormSignal, Signal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import { requestsAgain } from './again.ts';
import { clearedUp } from './clear-up.ts';
import type { DecideDeps } from './deps.ts';
import { MERGES, recordMerge, recordMergeFound } from './merged.ts';
import { prove } from './prove.ts';
import { type Identity, recordDecision, recordMail } from './record-decision.ts';
import { shownStatus } from './shown-status.ts';
import { whoseForm } from './whose-form.ts';

/**
 * Decides one signal; returns the requests for convergence, where the decision needs any. A merged contact's signal is decided as
 * the survivor's. @throws RetryableError while nobody can tell yet whether the signal is the echo of our own write.
 */
export async function decideOne(first: Signal, deps: DecideDeps): Promise<ConvergenceRequest[]> {
  let signal = await clearedUp(first, deps);
  for (let hop = 0; hop < MERGES; hop++) {
    const verdict = await verdictOn(signal, deps, { ofMerged: hop > 0 });
    switch (verdict.kind) {
      case 'belongs-to':
        signal = withId({ ...signal, contact: verdict.contact });
        continue;
      case 'unproved':
        throw new RetryableError('HubSpot’s list of submissions was not asked yet');
      case 'look-first':
        throw new RetryableError('HubSpot’s status is needed to decide');
      case 'look-again':
        return [
          {
            v: 1,
            portal: signal.portal,
            contact: signal.contact,
            occurredAt: signal.occurredAt,
            ...verdict.request,
          },
        ];
      case 'too-early':
        throw new RetryableError('whether this is our own write shows when that write is done', {
          afterMs: untilNextLook(verdict, deps),
          waits: 'exactly',
        });
      default:
        tell(signal, verdict, deps);
        return [...requestsFor(signal, verdict, deps.now()), ...(await requestsAgain(signal, verdict, deps))];
    }
  }
  throw new PermanentError('the contact was merged in a circle');
}

/** A write takes a moment as a rule; looking is cheap at first. */
const FIRST_LOOK_MS = 1000;

/** Half as long again as the write has been under way, so that nothing waits much longer than for the write, ms. */
function untilNextLook({ since, until }: Extract<Verdict, { kind: 'too-early' }>, { now }: DecideDeps): number {
  const [begun, latest] = [millis(now()) - millis(since), millis(until) - millis(now())];
  return Math.min(latest, Math.max(FIRST_LOOK_MS, Math.round(begun / 2)));
}

type Final = Extract<Verdict, { kind: 'recorded' | 'ignored' }>;

function tell(signal: Signal, verdict: Final, { telemetry }: DecideDeps): void {
  if (verdict.kind === 'ignored') {
    telemetry.measure('SignalIgnored', 1, { because: verdict.because });
    if (verdict.because === 'repeated') tellWho(signal, telemetry);
    return;
  }
  const { rule, outcome } = verdict.decision;
  telemetry.measure('SignalDecided', 1, { rule, outcome });
  telemetry.logger.info('signal decided', { signalId: signal.id, contact: signal.contact, rule, outcome });
}

/** Whom the alarm "somebody keeps reopening" is about. */
function tellWho({ contact, source }: Signal, { logger }: DecideDeps['telemetry']): void {
  const { change, id } = source;
  logger.warn('opened again and again under an opt-out', { contact, source: [change, id].filter(Boolean).join(' ') });
}

function requestsFor(
  { portal, contact, source, ...signal }: Signal,
  { follow, ...verdict }: Final,
  now: OurTime,
): ConvergenceRequest[] {
  if (follow === 'nothing') return [];
  // What an audit found may be years old: the way to HubSpot begins now.
  const occurredAt = source.channel === 'audit' ? asHubSpotTime(now) : signal.occurredAt;
  const crowd = signal.crowd ?? crowdOf(source);
  const lifts = signal.kind === 'form' || signal.kind === 'confirmation';
  const request: ConvergenceRequest = {
    v: 1,
    portal,
    contact,
    occurredAt,
    ...(lifts && { lifts }),
    ...(crowd !== undefined && { crowd }),
    ...(follow === 'identify' && { identify: true }),
  };
  const { lookAt = [now] } = verdict.kind === 'ignored' ? verdict : {};
  return lookAt.map((wakeAt) => (wakeAt > now ? { ...request, wakeAt } : request));
}

/** Nobody can tell yet: the signal comes again by the convergence queue. */
type Postponed = { kind: 'look-again'; request: Required<Pick<ConvergenceRequest, 'wakeAt' | 'again'>> };

async function verdictOn(
  signal: Signal,
  deps: DecideDeps,
  given: Pick<Facts, 'ofMerged'>,
): Promise<Verdict | Postponed> {
  const { registry, ledger } = deps;
  const facts: Facts = { registry, now: deps.now(), address: 'unknown', ...given };
  switch (signal.kind) {
    case 'form':
      return verdictOnForm(signal, facts, deps);
    case 'merge':
      return recordMerge(signal, deps);
    case 'lifecycle': {
      const verdict = await recordDecision(signal, facts, ledger);
      // Also when the deletion was decided before: a crash may have come between.
      if (signal.event === 'erased') await erasePerson(signal, ledger);
      return verdict;
    }
    case 'control': {
      const verdict = await recordDecision(signal, facts, deps.known ?? ledger);
      if (verdict.kind !== 'look-first') return verdict;
      return recordDecision(signal, { ...facts, shown: await shownStatus(signal, deps) }, ledger);
    }
    default:
      return recordDecision(signal, facts, ledger);
  }
}

/** HubSpot's list of submissions is asked only where the rules need a proof. */
async function verdictOnForm(signal: FormSignal, facts: Facts, deps: DecideDeps): Promise<Verdict | Postponed> {
  const { address, identity, held, survivor, lookAgainAt: wakeAt } = await whoseForm(signal, deps);
  if (survivor !== undefined) await followMerge(signal, survivor, deps);
  if (wakeAt !== undefined && (await isOpen(signal, deps))) {
    // Of a record that HubSpot does not show yet: somebody may click the mail before HubSpot does.
    if (address === 'unknown') await recordMail(signal, deps);
    return { kind: 'look-again', request: { wakeAt, again: signal } };
  }
  const verdict = await recordDecision(signal, { ...facts, address }, deps.ledger, identity);
  if (verdict.kind !== 'unproved' || held === undefined) return verdict;
  const proving = prove(signal, { ...verdict, address: held }, deps);
  const { signal: listed, proof } = await proving.catch(async (error: unknown) => {
    if (error instanceof WaitError) await recordMail(signal, deps, identity);
    throw error;
  });
  return recordDecision(listed, { ...facts, address, proof }, deps.ledger, withPage(listed, identity));
}

/** The page that counts is the one that HubSpot's list names. */
function withPage({ page }: FormSignal, identity: Identity = {}): Identity {
  const { personal } = identity;
  if (personal === undefined || page === undefined) return identity;
  return { ...identity, personal: { ...personal, page } };
}

/** Whether a signal is still to be decided, and in this contact's ledger: a contact that became part of another one is read no more. */
async function isOpen({ portal, contact, id }: Signal, { ledger, registry }: DecideDeps): Promise<boolean> {
  const { seen, mergedInto } = replay(await ledger.read({ portal, contact }), registry);
  return !seen.has(id) && mergedInto === undefined;
}

/** The contact became part of another one, of which no event told: its signals are the survivor's from now on. */
async function followMerge({ portal, contact }: Signal, survivor: Survivor, deps: DecideDeps): Promise<void> {
  await recordMergeFound(contact, survivor, deps);
  await deps.request([
    { v: 1, portal, contact: survivor.contact, occurredAt: asHubSpotTime(deps.now()), identify: true },
  ]);
}
