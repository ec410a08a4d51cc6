import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { deadlineBefore, RESERVE_MS, withDeadline } from '../src/deadline.ts';
import { convergeBatch } from '../src/workers/converge/converge-batch.ts';
import { measured } from './measured.ts';
import { createWorker } from './worker.ts';

const worker = createWorker('converge');

/** Reads the convergence queue: brings HubSpot to what the ledgers demand. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(worker.telemetry.logger, { resetKeys: true }))
  .use(measured(worker.telemetry))
  .handler(async (event, context) => {
    const deadline = deadlineBefore(() => context.getRemainingTimeInMillis(), RESERVE_MS);
    const addressKey = await worker.addressKey();
    return withDeadline(deadline, () => convergeBatch(event, { ...worker, addressKey }));
  });
