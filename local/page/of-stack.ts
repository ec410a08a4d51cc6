import { S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { lastAudit } from '../../ops/last-audit.ts';
import type { Lookup } from '../../ops/person.ts';
import { speechOf } from '../../ops/texts/speech.ts';
import { systemClock } from '../../src/clocks.ts';
import { createHubSpot } from '../../src/hubspot/hubspot.ts';
import { createPacer } from '../../src/hubspot/pacing.ts';
import { createTransport } from '../../src/hubspot/transport.ts';
import { dynamodbLedger } from '../../src/ledger/dynamodb-ledger.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import type { RegistryFile } from '../../src/registry/schema.ts';
import type { Cloud } from '../aws/cloud.ts';
import { REGION } from '../aws/intrinsics.ts';
import type { Twin } from '../hubspot/twin.ts';
import { layoutOf } from './layout.ts';
import type { Live } from './live.ts';
import { startPage } from './page.ts';
import { peopleOfPortal } from './people.ts';
import { peopleOfLedger } from './people-of-ledger.ts';
import type { Served } from './server.ts';

export type StackOfPage = {
  port: number;
  cloud: Cloud;
  live: Live;
  file: RegistryFile;
  logs: string;
  accessToken: string;
  twin?: Twin;
};

/** Calls in ten seconds that looking people up may make beside the workers. */
const CALLS_PER_10S = 15;
const TIMEOUT_MS = 5_000;

/** The page of a running stack. */
export function pageOf({ file, twin, accessToken, ...rest }: StackOfPage): Promise<Served> {
  const { cloud } = rest;
  const registry = arrangeRegistry(file);
  const layout = layoutOf(file, registry);
  const ledger = dynamodbLedger(cloud.dynamodb, cloud.output('LedgerTableName'));
  const send = createTransport({
    baseUrl: cloud.output('HubSpotApi'),
    accessToken: () => Promise.resolve(accessToken),
    timeoutMs: TIMEOUT_MS,
    pace: createPacer(CALLS_PER_10S),
  });
  const lookup: Lookup = {
    registry,
    ledger,
    hubspot: createHubSpot(send, systemClock, registry),
    addressKey: () => secretOf(cloud, 'AddressKeyArn'),
  };
  const source = twin === undefined ? peopleOfLedger(lookup) : peopleOfPortal(twin.portal, registry, layout);
  const speeches = { en: speechOf('en', file), de: speechOf('de', file) };
  const s3 = new S3Client({ ...clientOf(cloud.endpoints.s3), forcePathStyle: true });
  const newestAudit = () => lastAudit(s3, cloud.output('ReportBucketName'));
  return startPage({
    ...rest,
    ...lookup,
    layout,
    source,
    speeches,
    lastAudit: newestAudit,
    ...(twin !== undefined && { twin }),
  });
}

const clientOf = (endpoint: string) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: 'page', secretAccessKey: 'local' },
});

async function secretOf({ endpoints, output }: Cloud, name: string): Promise<string> {
  const secrets = new SecretsManagerClient(clientOf(endpoints.secretsmanager));
  return (await secrets.send(new GetSecretValueCommand({ SecretId: output(name) }))).SecretString ?? '';
}
