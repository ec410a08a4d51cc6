import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { systemClock } from '../src/clocks.ts';
import { reasonOf } from '../src/errors.ts';
import { queueSignals } from '../src/queues/queue-signals.ts';
import { bundledRegistry } from '../src/registry/bundled.ts';
import { createTelemetry } from '../src/telemetry/telemetry.ts';
import { receive } from '../src/workers/receive/receive.ts';
import { clientSecrets } from './client-secrets.ts';
import { measured } from './measured.ts';
import { queuesOf, ReceiveSettings, settings } from './settings.ts';

const env = settings(ReceiveSettings);
const registry = bundledRegistry();
const telemetry = createTelemetry('receive', env.STAGE);
const sqs = new SQSClient({});

/** POST /webhooks/hubspot and /webhooks/hubspot/workflows; any other method is answered 405. Trouble of our own answers 503, so that HubSpot tries again. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(injectLambdaContext(telemetry.logger, { resetKeys: true }))
  .use(measured(telemetry))
  .handler(async (event) => {
    try {
      return await receive(event, {
        registry,
        publicUrl: env.PUBLIC_URL,
        clientSecrets: (freshness) => clientSecrets(env.CLIENT_SECRET_ARN, freshness),
        acceptV2: env.ACCEPT_V2 === 'true',
        queue: (signals) => queueSignals(sqs, queuesOf(env), signals),
        now: systemClock,
        measure: telemetry.measure,
      });
    } catch (error) {
      telemetry.logger.error('request deferred', { reason: reasonOf(error) });
      telemetry.measure('RequestRefused', 1, { reason: 'deferred' });
      return { statusCode: 503, headers: { 'content-type': 'application/json' }, body: '{"error":"try again"}' };
    }
  });
