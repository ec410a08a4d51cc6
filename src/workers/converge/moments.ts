import type { SQSRecord } from 'aws-lambda';
import { millis, type OurTime } from '../../clocks.ts';
import { RetryableError } from '../../errors.ts';
import { LONGEST_DELAY_MS } from '../../queues/convergence-request.ts';
import type { Job } from './look-again.ts';

type Early = { record: SQSRecord; error: unknown };

/**
 * The moments for which a message can wait. Later ones are left to the nightly audit: a wait made of several messages would be a
 * chain from a function over a queue to the same function, which Lambda stops after about 16 times
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
 */
export function wakesBy(waits: readonly OurTime[], now: OurTime): OurTime[] {
  return waits.filter((at) => at > now && millis(at) - millis(now) <= LONGEST_DELAY_MS);
}

/**
 * Sorts messages by whether their moment has come. One that came early stays on its queue, which is no new message. One that would
 * have to stay longer than any message waits was sent by an older version: nobody needs it, the nightly audit knows of the wait.
 */
export function byMoment(jobs: readonly Job[], now: OurTime): { due: Job[]; early: Early[] } {
  const due: Job[] = [];
  const early: Early[] = [];
  for (const job of jobs) {
    const afterMs = millis(job.request.wakeAt ?? now) - millis(now);
    if (afterMs <= 0) due.push(job);
    else if (afterMs <= LONGEST_DELAY_MS) {
      early.push({ record: job.record, error: new RetryableError('the moment has not come', { afterMs }) });
    }
  }
  return { due, early };
}
