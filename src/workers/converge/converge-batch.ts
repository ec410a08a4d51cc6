import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { asOurTime, millis } from '../../clocks.ts';
import { outOfTime } from '../../deadline.ts';
import { isHopeless } from '../../errors.ts';
import { type ConvergenceRequest, ConvergenceRequestSchema } from '../../queues/convergence-request.ts';
import { deadLetter, type FailureDeps, settleFailures } from '../../queues/failures.ts';
import { readBody } from '../../queues/read-body.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { converge, type Outcome } from './converge.ts';
import type { ConvergeDeps } from './deps.ts';
import { type Job, lookAgain } from './look-again.ts';
import { byMoment, wakesBy } from './moments.ts';
import { inPortions } from './portions.ts';

export type ConvergeBatchDeps = ConvergeDeps & {
  request: (requests: readonly ConvergenceRequest[]) => Promise<void>;
  failures: FailureDeps;
  telemetry: Telemetry;
};

/** Contacts that are converged together: as many as HubSpot's batches take, or few where each status takes a call. */
const TOGETHER = 100;
const SINGLY = 10;

/**
 * Converges the contacts that a batch names, together, so that HubSpot is called in batches. When the time is up, the rest goes
 * back to the queue: an invocation that runs out of time would lose what it had done.
 */
export async function convergeBatch(event: SQSEvent, deps: ConvergeBatchDeps): Promise<SQSBatchResponse> {
  const { due, early } = byMoment(await readJobs(event, deps), deps.now());
  const { jobs, failed } = await lookAgain(due, deps);
  failed.push(...early);
  const outcomes = await convergeAll(inTurn(jobs), deps);
  for (const { record, request } of jobs) {
    const outcome = outcomes.get(request.contact);
    if (outcome?.ok === true) await follow(request, outcome, deps);
    else {
      failed.push({ record, error: outcome?.error ?? outOfTime() });
      deps.telemetry.measure('UnappliedAge', ageOf(request, deps));
      if (outcome !== undefined) tellRefused(request, outcome.refused ?? [], deps);
    }
  }
  measureControls(outcomes, deps);
  return { batchItemFailures: await settleFailures(failed, deps.failures) };
}

/** What the messages ask for; a message that nobody can read is dead-lettered. */
async function readJobs(event: SQSEvent, deps: ConvergeBatchDeps): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const record of event.Records) {
    try {
      jobs.push({ record, request: readBody(record.body, ConvergenceRequestSchema) });
    } catch (error) {
      if (!isHopeless(error)) throw error;
      await deadLetter(record, error, deps.failures);
    }
  }
  return jobs;
}

/**
 * Closings wait for nothing: what a form or a confirmation asks for may only open something and goes behind. What persons ask for goes
 * before what came in crowds, and what was tried more often behind what was tried less.
 */
function inTurn(jobs: readonly Job[]): Job[] {
  const rankOf = ({ request }: Job) => 2 * Number(request.lifts ?? false) + Number(request.crowd !== undefined);
  const triesOf = ({ record }: Job) => Number(record.attributes.ApproximateReceiveCount);
  return jobs.toSorted((a, b) => rankOf(a) - rankOf(b) || triesOf(a) - triesOf(b));
}

function convergeAll(jobs: readonly Job[], deps: ConvergeBatchDeps): Promise<Map<string, Outcome>> {
  const toIdentify = jobs.filter(({ request }) => request.identify).map(({ request }) => request);
  const identify = new Map(toIdentify.map(({ contact, occurredAt }) => [contact, asOurTime(occurredAt)]));
  const contacts = [...new Set(jobs.map(({ request }) => request.contact))];
  const size = () => (deps.hubspot.statuses.inBatches() ? TOGETHER : SINGLY);
  return inPortions(contacts, size, (some) => converge(some, deps, identify));
}

function measureControls(outcomes: ReadonlyMap<string, Outcome>, { telemetry }: ConvergeBatchDeps): void {
  for (const outcome of outcomes.values()) {
    if (!outcome.ok) continue;
    if (outcome.closed > 0) telemetry.measure('ControlClosed', outcome.closed);
    if (outcome.opened > 0) telemetry.measure('ControlReopened', outcome.opened);
  }
}

/** The registry's controls are few: their names may be a dimension. */
function tellRefused(
  { contact }: ConvergenceRequest,
  controls: readonly string[],
  { telemetry }: ConvergeBatchDeps,
): void {
  for (const control of controls) {
    telemetry.logger.error('HubSpot refuses to close a control', { contact, control });
    telemetry.measure('ControlRefused', 1, { control: control.replace(/ of another address$/, '') });
  }
}

/** How long ago the cause happened, ms; HubSpot's clock and ours are taken for one here, where seconds decide nothing. */
function ageOf({ occurredAt }: ConvergenceRequest, { now }: ConvergeBatchDeps): number {
  return Math.max(0, millis(now()) - millis(occurredAt));
}

/**
 * Measures the propagation, and asks for another look at each moment at which something ends that the contact's ledger waits for.
 * The requests are queued before the message counts as done, so that a crash between the two loses no wait.
 */
async function follow(
  request: ConvergenceRequest,
  outcome: Extract<Outcome, { ok: true }>,
  deps: ConvergeBatchDeps,
): Promise<void> {
  if (outcome.survivor !== undefined) {
    const { wakeAt: _, ...asked } = request;
    return deps.request([{ ...asked, contact: outcome.survivor, identify: true }]);
  }
  const { holders = [] } = outcome;
  if (holders.length > 0) {
    const { wakeAt: _, again: __, ...asked } = request;
    await deps.request(holders.map((contact) => ({ ...asked, contact, identify: true })));
  }
  // A message that has waited sends none: what set the wait going has asked for every moment, so no chain of messages arises.
  if (request.wakeAt !== undefined) return;
  if (outcome.closed > 0) deps.telemetry.measure('PropagationTime', ageOf(request, deps));
  const soon = wakesBy(outcome.waits, deps.now());
  if (soon.length > 0) await deps.request(soon.map((wakeAt) => ({ ...request, wakeAt })));
}
