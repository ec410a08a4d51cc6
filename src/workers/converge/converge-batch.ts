import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { asOurTime, millis } from '../../clocks.ts';
import { isHopeless, RetryableError } from '../../errors.ts';
import { type ConvergenceRequest, ConvergenceRequestSchema } from '../../queues/convergence-request.ts';
import { deadLetter, type FailureDeps, settleFailures } from '../../queues/failures.ts';
import { readBody } from '../../queues/read-body.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { converge, type Outcome } from './converge.ts';
import type { ConvergeDeps } from './deps.ts';
import { type Job, lookAgain } from './look-again.ts';

export type ConvergeBatchDeps = ConvergeDeps & {
  request: (requests: readonly ConvergenceRequest[]) => Promise<void>;
  failures: FailureDeps;
  telemetry: Telemetry;
};

/** Contacts that are converged together: as many as HubSpot's batches take, or few where each status takes a call. */
const TOGETHER = 100;
const SINGLY = 10;

/**
 * Converges the contacts that a batch names, together, so that HubSpot is called in batches. When `mayGoOn` says no, the
 * rest goes back to the queue: an invocation that runs out of time would lose what it had done.
 */
export async function convergeBatch(
  event: SQSEvent,
  deps: ConvergeBatchDeps,
  mayGoOn: () => boolean,
): Promise<SQSBatchResponse> {
  const { jobs, failed } = await lookAgain(await readJobs(event, deps), deps);
  const outcomes = await convergeAll(jobs, deps, mayGoOn);
  for (const { record, request } of jobs) {
    const outcome = outcomes.get(request.contact);
    if (outcome?.ok === true) await follow(request, outcome, deps);
    else {
      failed.push({ record, error: outcome?.error ?? new RetryableError('no time was left for this contact') });
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

async function convergeAll(
  jobs: readonly Job[],
  deps: ConvergeBatchDeps,
  mayGoOn: () => boolean,
): Promise<Map<string, Outcome>> {
  const toIdentify = jobs.filter(({ request }) => request.identify).map(({ request }) => request);
  const identify = new Map(toIdentify.map(({ contact, occurredAt }) => [contact, asOurTime(occurredAt)]));
  const contacts = [...new Set(jobs.map(({ request }) => request.contact))];
  const outcomes = new Map<string, Outcome>();
  while (contacts.length > 0 && (outcomes.size === 0 || mayGoOn())) {
    const some = contacts.splice(0, deps.hubspot.statuses.inBatches() ? TOGETHER : SINGLY);
    for (const [contact, outcome] of await converge(some, deps, identify)) outcomes.set(contact, outcome);
  }
  return outcomes;
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
 * Measures the propagation, and asks for another look when something ends that the contact's ledger waits for. The request is
 * queued before the message counts as done, so that a crash between the two loses no wait.
 */
async function follow(
  request: ConvergenceRequest,
  outcome: Extract<Outcome, { ok: true }>,
  deps: ConvergeBatchDeps,
): Promise<void> {
  const now = deps.now();
  if (request.wakeAt === undefined && outcome.closed > 0) {
    deps.telemetry.measure('PropagationTime', ageOf(request, deps));
  }
  // A message that came before its moment (SQS delays 15 minutes at most) waits on; any other waits for what is next.
  const tooEarly = request.wakeAt !== undefined && request.wakeAt > now;
  const wakeAt = tooEarly ? request.wakeAt : outcome.wakeAt;
  if (wakeAt !== undefined) await deps.request([{ ...request, wakeAt }]);
}
