import type { SQSRecord } from 'aws-lambda';
import type { ConvergenceRequest } from '../../queues/convergence-request.ts';
import { decideFor } from '../decide/by-address.ts';
import type { DecideDeps } from '../decide/deps.ts';

export type Job = { record: SQSRecord; request: ConvergenceRequest };

/**
 * Decides the submissions that were to be looked at again, and asks for whatever follows. They come by this queue and not by the signals',
 * where a contact's later opt-out would wait behind them. Returns the jobs that are left.
 */
export async function lookAgain(
  jobs: readonly Job[],
  deps: DecideDeps,
): Promise<{ jobs: Job[]; failed: { record: SQSRecord; error: unknown }[] }> {
  const left: Job[] = [];
  const failed: { record: SQSRecord; error: unknown }[] = [];
  for (const { record, request } of jobs) {
    if (request.again === undefined) left.push({ record, request });
    else {
      await decideFor(request.again, deps)
        .then(deps.request)
        .catch((error: unknown) => failed.push({ record, error }));
    }
  }
  return { jobs: left, failed };
}
