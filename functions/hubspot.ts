import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { systemClock } from '../src/clocks.ts';
import { createHubSpot } from '../src/hubspot/hubspot.ts';
import { createPacer, createSearchPacer } from '../src/hubspot/pacing.ts';
import { type Deadline, retrying } from '../src/hubspot/retry.ts';
import { createTransport } from '../src/hubspot/transport.ts';
import { dynamodbLedger } from '../src/ledger/dynamodb-ledger.ts';
import { bundledRegistry } from '../src/registry/bundled.ts';
import { createTelemetry } from '../src/telemetry/telemetry.ts';
import { secret } from './settings.ts';

const HUBSPOT_TIMEOUT_MS = 10_000;
/** HubSpot's answers to a token that is revoked, or that lacks a scope. */
const REFUSALS = new Set([401, 403]);

/** What every function that talks to HubSpot is made of: the real clock, ledger, telemetry and API. */
export function createBase(
  service: string,
  env: {
    STAGE: string;
    HUBSPOT_API_URL: string;
    ACCESS_TOKEN_ARN: string;
    HUBSPOT_CALLS_PER_10S: number;
    LEDGER_TABLE: string;
  },
) {
  const telemetry = createTelemetry(service, env.STAGE);
  const deadline: Deadline = { remainingMs: () => 0 };
  const transport = (pace: ReturnType<typeof createPacer>) => {
    const send = createTransport({
      baseUrl: env.HUBSPOT_API_URL,
      accessToken: () => secret(env.ACCESS_TOKEN_ARN),
      timeoutMs: HUBSPOT_TIMEOUT_MS,
      pace,
      onAnswer(status) {
        telemetry.measure('HubSpotAnswer', 1, { status: String(status) });
        telemetry.measure('HubSpotRefusal', REFUSALS.has(status) ? 1 : 0);
      },
    });
    return retrying(send, { deadline, timeoutMs: HUBSPOT_TIMEOUT_MS, wait, random: Math.random });
  };
  const send = transport(createPacer(env.HUBSPOT_CALLS_PER_10S));
  const registry = bundledRegistry();
  return {
    registry,
    telemetry,
    hubspot: createHubSpot(send, systemClock, registry),
    search: transport(createSearchPacer()),
    ledger: dynamodbLedger(new DynamoDBClient({}), env.LEDGER_TABLE),
    now: systemClock,
    deadline,
  };
}

/** Tells the calls to HubSpot how long the invocation under way may still run. */
export function withDeadline({ deadline }: { deadline: Deadline }): MiddlewareObj<unknown, unknown, Error, Context> {
  return {
    before({ context }) {
      deadline.remainingMs = () => context.getRemainingTimeInMillis();
    },
  };
}
