import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Cloud, startCloud } from '../../local/aws/cloud.ts';

/**
 * A function that sends each message to its own queue again, forty times in all: as a wait in hops would. Lambda refuses the seventeenth
 * invocation of such a chain (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
 */
const HOPS = 40;
const handler = `
import { SQSClient, SendMessageCommand } from '${import.meta.resolve('@aws-sdk/client-sqs')}';
const sqs = new SQSClient({});
export const handler = async ({ Records }) => {
  for (const { body } of Records) {
    const hop = Number(body);
    console.log(JSON.stringify({ hop }));
    if (hop < ${HOPS}) {
      await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: String(hop + 1) }));
    }
  }
};`;

let folder: string;
let cloud: Cloud | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  mkdirSync(join(folder, 'asset.loop'));
  writeFileSync(join(folder, 'asset.loop', 'index.mjs'), handler);
});
afterEach(() => cloud?.stop());
afterAll(() => rmSync(folder, { recursive: true }));

async function startLoop(dataDir: string, properties: object): Promise<number[]> {
  const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
  const template = {
    Resources: {
      Dead: { Type: 'AWS::SQS::Queue', Properties: {} },
      Work: {
        Type: 'AWS::SQS::Queue',
        Properties: { RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 5 } },
      },
      Loop: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Key: 'loop.zip' },
          Handler: 'index.handler',
          Timeout: 30,
          Environment: { Variables: { QUEUE_URL: { Ref: 'Work' } } },
          ...properties,
        },
      },
      Feed: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: arn('Work'), FunctionName: { Ref: 'Loop' } },
      },
    },
  };
  const hops: number[] = [];
  cloud = await startCloud({
    assembly: { folder, template },
    parameters: {},
    dataDir: join(folder, dataDir),
    port: 0,
    secret: () => '',
    log(_source, line) {
      const { hop } = JSON.parse(line) as { hop?: number };
      if (hop !== undefined) hops.push(hop);
    },
  });
  await cloud.sqs.send(new SendMessageCommand({ QueueUrl: cloud.queueUrls.get('Work'), MessageBody: '1' }));
  return hops;
}

async function waiting(id: string): Promise<number> {
  const { Attributes } =
    (await cloud?.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: cloud.queueUrls.get(id), AttributeNames: ['All'] }),
    )) ?? {};
  return Number(Attributes?.['ApproximateNumberOfMessages']);
}

test('a chain from a function over a queue to itself ends after sixteen times, in the dead-letter queue', async () => {
  const hops = await startLoop('refused', {});
  await vi.waitFor(async () => expect(await waiting('Dead')).toBe(1), { timeout: 60_000, interval: 100 });
  expect(hops).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  expect(await waiting('Work')).toBe(0);
});

test('unless the function declares that it means to', async () => {
  const hops = await startLoop('allowed', { RecursiveLoop: 'Allow' });
  await vi.waitFor(() => expect(hops).toHaveLength(HOPS), { timeout: 60_000, interval: 100 });
  expect(await waiting('Dead')).toBe(0);
});
