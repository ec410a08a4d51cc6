import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { deadlineBefore, RESERVE_MS, withDeadline } from '../src/deadline.ts';
import { decideBatch } from '../src/workers/decide/decide-batch.ts';
import { measured } from './measured.ts';
import { createWorker } from './worker.ts';

const worker = createWorker('decide');

/** Reads the queues of signals, persons' and crowds': decides each signal and records it. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(worker.telemetry.logger, { resetKeys: true }))
  .use(measured(worker.telemetry))
  .handler(async (event, context) => {
    const deadline = deadlineBefore(() => context.getRemainingTimeInMillis(), RESERVE_MS);
    const addressKey = await worker.addressKey();
    return withDeadline(deadline, () => decideBatch(event, { ...worker, addressKey }));
  });
