import { join } from 'node:path';
import { createQueue, type Fauxqs, type QueueService, queuesAt, queueUrl, startQueues } from './queues.ts';
import { type Names, ofType, type Resource } from './resources.ts';
import { type SecretService, startSecrets } from './secrets.ts';
import { createTable, startTables, type TableService } from './tables.ts';

/** The services that keep data: SQS and S3 by fauxqs, DynamoDB by dynalite, Secrets Manager by our own server. */
export type Stores = {
  queues: QueueService;
  buckets: Pick<Fauxqs, 'createBucket'>;
  tables: TableService;
  secrets: SecretService;
  endpoints: { sqs: string; s3: string; dynamodb: string; secretsmanager: string };
  stop(): Promise<void>;
};

export type StoresOptions = {
  dataDir: string;
  /** Endpoint of another emulator of SQS than fauxqs. */
  sqs?: string;
  /** A secret's text by ARN. */
  secret: (arn: string) => string | undefined;
};

export async function startStores({ dataDir, sqs, secret }: StoresOptions): Promise<Stores> {
  const fauxqs = await startQueues(join(dataDir, 'queues'));
  const queues = sqs === undefined ? fauxqs : queuesAt(sqs);
  const tables = await startTables(join(dataDir, 'tables'));
  const secrets = await startSecrets((arn, version) => (version === 'AWSCURRENT' ? secret(arn) : undefined));
  const endpoints = {
    sqs: queues.endpoint,
    s3: fauxqs.endpoint,
    dynamodb: tables.endpoint,
    secretsmanager: secrets.endpoint,
  };
  return {
    queues,
    buckets: fauxqs,
    tables,
    secrets,
    endpoints,
    async stop() {
      await Promise.all([...new Set([queues, fauxqs]), tables, secrets].map((one) => one.stop()));
    },
  };
}

/** Queue URLs and the names of tables and buckets, by logical id. */
export type StoreNames = {
  queueUrls: ReadonlyMap<string, string>;
  tableNames: ReadonlyMap<string, string>;
  bucketNames: ReadonlyMap<string, string>;
};

/** Creates the queues, buckets and tables of a template; those of an earlier run keep what they hold. */
export async function createStores(
  { queues, buckets: s3, tables }: Stores,
  resources: readonly Resource[],
  { nameOf }: Names,
): Promise<StoreNames> {
  // Dead-letter queues first: a redrive policy must name one that exists.
  const allQueues = ofType(resources, 'AWS::SQS::Queue').sort(
    (a, b) => Number('RedrivePolicy' in a.properties) - Number('RedrivePolicy' in b.properties),
  );
  const buckets = ofType(resources, 'AWS::S3::Bucket');
  const allTables = ofType(resources, 'AWS::DynamoDB::Table');
  for (const { id, properties } of allQueues) await createQueue(queues, nameOf(id), properties);
  for (const { id } of buckets) s3.createBucket(nameOf(id));
  for (const { id, properties } of allTables) await createTable(tables, nameOf(id), properties);
  return {
    queueUrls: new Map(ofType(resources, 'AWS::SQS::Queue').map(({ id }) => [id, queueUrl(queues, nameOf(id))])),
    tableNames: new Map(allTables.map(({ id }) => [id, nameOf(id)])),
    bucketNames: new Map(buckets.map(({ id }) => [id, nameOf(id)])),
  };
}
