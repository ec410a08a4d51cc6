import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { decideBatch } from '../src/workers/decide/decide-batch.ts';
import { withDeadline } from './hubspot.ts';
import { createWorker } from './worker.ts';

const worker = createWorker('decide');

/** Reads `signals.fifo`: decides each signal and records it. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(worker.telemetry.logger, { resetKeys: true }))
  .use(logMetrics(worker.telemetry.metrics, { captureColdStartMetric: true }))
  .use(withDeadline(worker))
  .handler(async (event) => decideBatch(event, { ...worker, addressKey: await worker.addressKey() }));
