import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { functionNamedIn, makeTemplate, stageOf } from '../helpers/template.ts';

type Resource = { Type: string; Properties: Record<string, unknown> };
const prod = makeTemplate(stageOf('prod'));
const all = (template: Template, type: string) => Object.entries(template.findResources(type)) as [string, Resource][];

describe('queues', () => {
  test('keep messages 14 days, by TLS only', () => {
    const queues = all(prod, 'AWS::SQS::Queue');
    expect(queues).toHaveLength(7);
    for (const [, { Properties }] of queues) expect(Properties['MessageRetentionPeriod']).toBe(1_209_600);
    prod.resourceCountIs('AWS::SQS::QueuePolicy', 7);
    prod.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  test('those that are read have a dead-letter queue of their own kind, and time for six tries of the function', () => {
    const queues = new Map(all(prod, 'AWS::SQS::Queue'));
    const functions = new Map(all(prod, 'AWS::Lambda::Function'));
    const fed = all(prod, 'AWS::Lambda::EventSourceMapping');
    expect(fed).toHaveLength(4);
    for (const [, { Properties }] of fed) {
      const id = (Properties['EventSourceArn'] as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];
      const functionId = functionNamedIn(prod, Properties['FunctionName']);
      const queue = queues.get(id)?.Properties ?? {};
      const { deadLetterTargetArn, maxReceiveCount } = queue['RedrivePolicy'] as {
        deadLetterTargetArn: { 'Fn::GetAtt': [string] };
        maxReceiveCount: number;
      };
      const deadLetters = queues.get(deadLetterTargetArn['Fn::GetAtt'][0])?.Properties ?? {};
      expect(deadLetters['FifoQueue']).toBe(queue['FifoQueue']);
      expect(maxReceiveCount).toBe(1000);
      const { Timeout } = functions.get(functionId)?.Properties ?? {};
      expect(queue['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * Number(Timeout));
      expect(Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    }
  });

  // Lambda stops a chain function → queue → same function after about 16 times unless the function allows it
  // (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
  test('only the audit may send itself on; all others say that they never do', () => {
    const loops = all(prod, 'AWS::Lambda::Function').map(([id, { Properties }]) => [
      id.replace(/[0-9A-F]{8}$/, ''),
      Properties['RecursiveLoop'],
    ]);
    const own = loops.filter(([id]) => /^(Workers|Ingress)/.test(String(id)));
    expect(Object.fromEntries(own)).toEqual({
      IngressReceive: 'Terminate',
      WorkersDecide: 'Terminate',
      WorkersConverge: 'Terminate',
      WorkersAudit: 'Allow',
      ...(own.length > 4 && { WorkersCanary: 'Terminate' }),
    });
  });

  test('the audit finds who waits by an index that holds only those', () => {
    prod.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: Match.arrayWith([
        {
          IndexName: 'by-wait',
          KeySchema: [
            { AttributeName: 'portal', KeyType: 'HASH' },
            { AttributeName: 'waitUntil', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ]),
    });
  });

  test('signals are in high-throughput FIFO mode', () => {
    prod.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      FifoThroughputLimit: 'perMessageGroupId',
      DeduplicationScope: 'messageGroup',
      RedrivePolicy: Match.anyValue(),
    });
  });
});
