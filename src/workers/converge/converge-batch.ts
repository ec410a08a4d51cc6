import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { isHopeless, RetryableError } from '../../errors.ts';
import { type ConvergenceRequest, ConvergenceRequestSchema } from '../../queues/convergence-request.ts';
import { deadLetter, type FailureDeps, settleFailures } from '../../queues/failures.ts';
import { readBody } from '../../queues/read-body.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { type ConvergeDeps, converge, type Outcome } from './converge.ts';

export type ConvergeBatchDeps = ConvergeDeps & {
  request: (requests: readonly ConvergenceRequest[]) => Promise<void>;
  failures: FailureDeps;
  telemetry: Telemetry;
};

/** Contacts that are converged together: as many as HubSpot's batches take, or few where each status is a call of its own. */
const TOGETHER = 100;
const SINGLY = 10;

type Job = { record: SQSRecord; request: ConvergenceRequest };

/**
 * Converges the contacts that a batch names, together, so that HubSpot is called in batches. When `mayGoOn` says no, the
 * rest goes back to the queue: an invocation that runs out of time would lose what it had done.
 */
export async function convergeBatch(
  event: SQSEvent,
  deps: ConvergeBatchDeps,
  mayGoOn: () => boolean,
): Promise<SQSBatchResponse> {
  const jobs: Job[] = [];
  for (const record of event.Records) {
    try {
      jobs.push({ record, request: readBody(record.body, ConvergenceRequestSchema) });
    } catch (error) {
      if (!isHopeless(error)) throw error;
      await deadLetter(record, error, deps.failures);
    }
  }
  const identify = new Set(jobs.filter(({ request }) => request.identify).map(({ request }) => request.contact));
  const contacts = [...new Set(jobs.map(({ request }) => request.contact))];
  const outcomes = new Map<string, Outcome>();
  while (contacts.length > 0 && (outcomes.size === 0 || mayGoOn())) {
    const some = contacts.splice(0, deps.hubspot.statuses.inBatches() ? TOGETHER : SINGLY);
    for (const [contact, outcome] of await converge(some, deps, identify)) outcomes.set(contact, outcome);
  }
  const failed: { record: SQSRecord; error: unknown }[] = [];
  for (const { record, request } of jobs) {
    const outcome = outcomes.get(request.contact);
    if (outcome?.ok !== true) {
      const error = outcome?.error ?? new RetryableError('no time was left for this contact');
      failed.push({ record, error });
      deps.telemetry.measure('UnappliedAge', Math.max(0, deps.now() - request.occurredAt));
    } else await follow(request, outcome, deps);
  }
  for (const outcome of outcomes.values()) {
    if (!outcome.ok) continue;
    if (outcome.closed > 0) deps.telemetry.measure('ControlClosed', outcome.closed);
    if (outcome.opened > 0) deps.telemetry.measure('ControlReopened', outcome.opened);
  }
  return { batchItemFailures: await settleFailures(failed, deps.failures) };
}

/**
 * Measures the propagation and sees to it that the contact is looked at again when something ends that its ledger waits
 * for. It is done here, before the message counts as done, so that a crash between decision and message loses no wait.
 */
async function follow(
  request: ConvergenceRequest,
  outcome: Extract<Outcome, { ok: true }>,
  deps: ConvergeBatchDeps,
): Promise<void> {
  const now = deps.now();
  if (request.wakeAt === undefined && outcome.closed > 0) {
    deps.telemetry.measure('PropagationTime', Math.max(0, now - request.occurredAt));
  }
  // A message that came before its moment (SQS delays 15 minutes at most) waits on; any other waits for what is next.
  const tooEarly = request.wakeAt !== undefined && request.wakeAt > now;
  const wakeAt = tooEarly ? request.wakeAt : outcome.wakeAt;
  if (wakeAt !== undefined) await deps.request([{ ...request, wakeAt }]);
}
