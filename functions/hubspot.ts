import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../src/clocks.ts';
import { reasonOf } from '../src/errors.ts';
import { createHubSpot } from '../src/hubspot/hubspot.ts';
import { createSenders } from '../src/hubspot/senders.ts';
import { dynamodbLedger } from '../src/ledger/dynamodb-ledger.ts';
import type { SnapshotWriting } from '../src/ledger/dynamodb-snapshots.ts';
import { bundledRegistry } from '../src/registry/bundled.ts';
import { createTelemetry } from '../src/telemetry/telemetry.ts';
import { AWS_CLIENT } from './aws.ts';
import { secret } from './settings.ts';

/** HubSpot's answers to a token that is revoked, or that lacks a scope. */
const REFUSALS = new Set([401, 403]);

/** What every function that talks to HubSpot is made of: the real clock, ledger, telemetry and API. `keeper`: writes the ledger's snapshots. */
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
  role: 'reader' | 'keeper' = 'reader',
) {
  const telemetry = createTelemetry(service, env.STAGE);
  const { send, search } = createSenders({
    baseUrl: env.HUBSPOT_API_URL,
    accessToken: () => secret(env.ACCESS_TOKEN_ARN),
    perTenSeconds: env.HUBSPOT_CALLS_PER_10S,
    spare: env.HUBSPOT_SPARE_CALLS_PER_10S ?? 0,
    onAnswer(status) {
      telemetry.measure('HubSpotAnswer', 1, { status: String(status) });
      telemetry.measure('HubSpotRefusal', REFUSALS.has(status) ? 1 : 0);
    },
  });
  const registry = bundledRegistry();
  const snapshots: SnapshotWriting = {
    registry,
    now: systemClock,
    onTrouble: ({ contact }, error) =>
      telemetry.logger.warn('a snapshot could not be written', { contact, reason: reasonOf(error) }),
  };
  return {
    registry,
    telemetry,
    hubspot: createHubSpot(send, systemClock, registry),
    search,
    ledger: dynamodbLedger(new DynamoDBClient(AWS_CLIENT), env.LEDGER_TABLE, role === 'keeper' ? { snapshots } : {}),
    now: systemClock,
  };
}
