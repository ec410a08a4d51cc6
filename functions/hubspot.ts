import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../src/clocks.ts';
import { paceInTime } from '../src/deadline.ts';
import { createHubSpot } from '../src/hubspot/hubspot.ts';
import { type Allowance, createSearchPacer, createYieldingPacer, type Pace } from '../src/hubspot/pacing.ts';
import { retrying } from '../src/hubspot/retry.ts';
import { createTransport } from '../src/hubspot/transport.ts';
import { dynamodbLedger } from '../src/ledger/dynamodb-ledger.ts';
import { bundledRegistry } from '../src/registry/bundled.ts';
import { createTelemetry } from '../src/telemetry/telemetry.ts';
import { AWS_CLIENT } from './aws.ts';
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
    /** More calls for work that can wait, while the portal is idle. */
    HUBSPOT_SPARE_CALLS_PER_10S?: number;
    LEDGER_TABLE: string;
  },
) {
  const telemetry = createTelemetry(service, env.STAGE);
  const transport = (pace: Pace, onAllowance?: (allowance: Allowance) => void) => {
    const send = createTransport({
      baseUrl: env.HUBSPOT_API_URL,
      accessToken: () => secret(env.ACCESS_TOKEN_ARN),
      timeoutMs: HUBSPOT_TIMEOUT_MS,
      pace: paceInTime(pace),
      ...(onAllowance && { onAllowance }),
      onAnswer(status) {
        telemetry.measure('HubSpotAnswer', 1, { status: String(status) });
        telemetry.measure('HubSpotRefusal', REFUSALS.has(status) ? 1 : 0);
      },
    });
    return retrying(send, { timeoutMs: HUBSPOT_TIMEOUT_MS, wait, random: Math.random });
  };
  const { pace, heard } = createYieldingPacer(env.HUBSPOT_CALLS_PER_10S, env.HUBSPOT_SPARE_CALLS_PER_10S ?? 0);
  const send = transport(pace, heard);
  const registry = bundledRegistry();
  return {
    registry,
    telemetry,
    hubspot: createHubSpot(send, systemClock, registry),
    search: transport(createSearchPacer()),
    ledger: dynamodbLedger(new DynamoDBClient(AWS_CLIENT), env.LEDGER_TABLE),
    now: systemClock,
  };
}
