import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { convergeBatch } from '../src/workers/converge/converge-batch.ts';
import { withDeadline } from './hubspot.ts';
import { createWorker } from './worker.ts';

const worker = createWorker('converge');
/** Time kept back for the contacts under work: a few single calls each, paced. */
const RESERVE_MS = 30_000;

/** Reads the convergence queue: brings HubSpot to what the ledgers demand. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(worker.telemetry.logger, { resetKeys: true }))
  .use(logMetrics(worker.telemetry.metrics, { captureColdStartMetric: true }))
  .use(withDeadline(worker))
  .handler(async (event, context) => {
    const mayGoOn = () => context.getRemainingTimeInMillis() > RESERVE_MS;
    return convergeBatch(event, { ...worker, addressKey: await worker.addressKey() }, mayGoOn);
  });
