import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { deadlineBefore, RESERVE_MS, withDeadline } from '../src/deadline.ts';
import { queueSignals } from '../src/queues/queue-signals.ts';
import { sendAll } from '../src/queues/send.ts';
import { type AuditBatchDeps, auditBatch } from '../src/workers/audit/audit-batch.ts';
import { AWS_CLIENT } from './aws.ts';
import { createBase } from './hubspot.ts';
import { measured } from './measured.ts';
import { AuditSettings, queuesOf, secret, settings } from './settings.ts';
import { createQueues } from './worker.ts';

const env = settings(AuditSettings);
const base = createBase('audit', env);
const queues = createQueues(env, base.telemetry);
const s3 = new S3Client({ ...AWS_CLIENT, forcePathStyle: true });
/** Time kept back to finish a page and queue the rest of the run. */
const PAGE_MS = 60_000;

const deps: Omit<AuditBatchDeps, 'addressKey'> = {
  ...base,
  ...queues,
  mode: env.AUDIT_MODE,
  queueSignals: (signals) => queueSignals(queues.sqs, queuesOf(env), signals),
  goOn: (run) => sendAll(queues.sqs, env.QUEUE_URL, [{ MessageBody: JSON.stringify(run) }]),
  async keep(name, report, text) {
    const put = (extension: string, ContentType: string, Body: string) =>
      s3.send(
        new PutObjectCommand({ Bucket: env.REPORT_BUCKET, Key: `audit/${name}.${extension}`, ContentType, Body }),
      );
    await put('json', 'application/json', JSON.stringify(report, null, 2));
    await put('txt', 'text/plain; charset=utf-8', text);
  },
};

/** Reads the audit queue: sweeps HubSpot for what webhooks never told. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(base.telemetry.logger, { resetKeys: true }))
  .use(measured(base.telemetry))
  .handler(async (event, context) => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    const mayGoOn = () => remainingMs() > PAGE_MS;
    const addressKey = await secret(env.ADDRESS_KEY_ARN);
    return withDeadline(deadlineBefore(remainingMs, RESERVE_MS), () =>
      auditBatch(event, { ...deps, addressKey }, mayGoOn),
    );
  });
