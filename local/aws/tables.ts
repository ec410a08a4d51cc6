import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { REGION } from './intrinsics.ts';

/** Amazon DynamoDB by dynalite, on disk. */
export type TableService = { endpoint: string; client: DynamoDBClient; stop(): Promise<void> };

export async function startTables(path: string): Promise<TableService> {
  const server: Server = dynalite({ path, createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials });
  return {
    endpoint,
    client,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Properties of AWS::DynamoDB::Table that shape its data; encryption, recovery, protection and tags mean nothing locally. */
const SHAPE = ['AttributeDefinitions', 'KeySchema', 'GlobalSecondaryIndexes', 'LocalSecondaryIndexes', 'BillingMode'];

/** Creates a table as the template says, and waits until it can be written; one of an earlier run stays as it is. */
export async function createTable(
  { client }: TableService,
  name: string,
  properties: Readonly<Record<string, unknown>>,
): Promise<void> {
  const shape = Object.fromEntries(SHAPE.filter((key) => key in properties).map((key) => [key, properties[key]]));
  try {
    await client.send(new CreateTableCommand({ TableName: name, ...shape } as unknown as CreateTableCommandInput));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: name });
}
