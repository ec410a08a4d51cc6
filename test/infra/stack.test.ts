import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, inject, test } from 'vitest';
import { checkWithNag } from '../../infra/nag.ts';
import { readAssembly } from '../../local/aws/assembly.ts';
import { functionNamedIn, makeStack, makeTemplate, stageOf } from '../helpers/template.ts';

type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };
const dev = makeTemplate();
const prod = makeTemplate(stageOf('prod'));
const all = (template: Template, type: string) => Object.entries(template.findResources(type)) as [string, Resource][];
/** Ours, without the one by which CDK empties the bucket of a stage to try things on. */
const functionsOf = (template: Template) =>
  all(template, 'AWS::Lambda::Function').filter(([, { Properties }]) => 'Environment' in Properties);
const environmentOf = ({ Properties }: Resource) =>
  (Properties['Environment'] as { Variables: Record<string, unknown> }).Variables;

describe('cdk-nag (AwsSolutions)', () => {
  test.each(['dev', 'prod'] as const)('stage %s has no finding that is not acknowledged with a reason', (name) => {
    const { app, stack } = makeStack(stageOf(name));
    checkWithNag(app, stack);
    expect(() => app.synth()).not.toThrow();
  });
});

describe('functions', () => {
  test('run nodejs24.x on arm64, untraced, without Lambda’s lines of each invocation, each with a role of its own', () => {
    const functions = all(prod, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(5);
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
      });
      expect(Properties).not.toHaveProperty('TracingConfig.Mode', 'Active');
    }
    expect(new Set(functions.map(([, { Properties }]) => JSON.stringify(Properties['Role']))).size).toBe(5);
    expect(JSON.stringify(all(prod, 'AWS::IAM::Role'))).not.toContain('AWSLambdaBasicExecutionRole');
  });

  test('are traced where the stage says so', () => {
    const template = makeTemplate({ ...stageOf('dev'), traces: true });
    const modes = functionsOf(template).map(([, { Properties }]) => Properties['TracingConfig']);
    expect(modes).toEqual(modes.map(() => ({ Mode: 'Active' })));
  });

  test('hold no secret in their environment', () => {
    for (const [, one] of all(prod, 'AWS::Lambda::Function')) {
      for (const [name, value] of Object.entries(environmentOf(one))) {
        if (/SECRET|TOKEN|KEY/.test(name)) expect(value, name).toHaveProperty('Ref');
      }
    }
  });

  const bundles = () => {
    const { folder, template } = readAssembly(inject('assembly'));
    return Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
      if (Type !== 'AWS::Lambda::Function' || Properties?.['Environment'] === undefined) return [];
      const code = Properties?.['Code'] as { S3Key: string } | undefined;
      return [[id, join(folder, `asset.${code?.S3Key.replace('.zip', '')}`, 'index.mjs')] as const];
    });
  };

  test('no bundle exceeds 800 KB, receive not 450 KB', () => {
    expect(bundles()).toHaveLength(5);
    for (const [id, file] of bundles())
      expect(statSync(file).size, id).toBeLessThan(id.startsWith('IngressReceive') ? 450_000 : 800_000);
  });

  test('a bundle loads neither undici, by an import of node:http, nor the list of all media types', () => {
    for (const [id, file] of bundles()) {
      const text = readFileSync(file, 'utf8');
      expect(text, id).toContain('node:http');
      expect(text, id).not.toMatch(/from\s*"node:http"/);
      expect(text, id).not.toContain('application/vnd.3gpp');
    }
  });

  test('the placeholder of the client secret is known as one, and holds no comma that would make two of it', () => {
    const [, secret] =
      all(prod, 'AWS::SecretsManager::Secret').find(([id]) => id.startsWith('SecretsClientSecret')) ?? [];
    expect(secret?.Properties['GenerateSecretString']).toMatchObject({
      SecretStringTemplate: '{}',
      ExcludePunctuation: true,
    });
  });

  test('log groups end some day', () => {
    for (const [id, { Properties }] of all(prod, 'AWS::Logs::LogGroup'))
      expect(Properties['RetentionInDays'], id).toBe(90);
  });
});

describe.each([190, 100, 250])('with a portal that takes %d calls in ten seconds', (limit) => {
  test('all workers together stay below it by construction', () => {
    const template = makeTemplate(stageOf('dev', { hubspot: { callsPer10Seconds: limit, acceptV2: true } }));
    const concurrency = new Map<string, number>();
    for (const [, { Properties }] of all(template, 'AWS::Lambda::EventSourceMapping')) {
      const fed = functionNamedIn(template, Properties['FunctionName']);
      const { MaximumConcurrency } = Properties['ScalingConfig'] as { MaximumConcurrency: number };
      concurrency.set(fed, (concurrency.get(fed) ?? 0) + MaximumConcurrency);
    }
    let [calls, spare] = [0, 0];
    for (const [id, one] of functionsOf(template)) {
      const perWorker = Number(environmentOf(one)['HUBSPOT_CALLS_PER_10S'] ?? 0);
      if (id.startsWith('WorkersDecide') || id.startsWith('WorkersConverge')) expect(concurrency.has(id)).toBe(true);
      calls += perWorker * (concurrency.get(id) ?? 1);
      spare += Number(environmentOf(one)['HUBSPOT_SPARE_CALLS_PER_10S'] ?? 0) * (concurrency.get(id) ?? 1);
    }
    expect(spare).toBeGreaterThan(0);
    expect(calls + spare).toBeLessThanOrEqual(limit);
    expect(calls).toBeGreaterThan(limit / 2);
    expect(calls).toBeLessThanOrEqual(limit * 0.9);
  });
});

describe('the ledger', () => {
  test('is on demand, recoverable, encrypted with a key of its own that rotates', () => {
    prod.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: Match.anyValue() },
    });
    prod.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  test('cannot be deleted in production, and of an entry nothing but personal data and what it counts as may be touched', () => {
    prod.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
    expect(JSON.stringify(all(prod, 'AWS::IAM::Policy'))).not.toMatch(/dynamodb:(Delete|BatchWrite|\*)/);
    type Policy = { PolicyDocument: { Statement: { Action: string | string[]; Condition?: unknown }[] } };
    const statements = all(prod, 'AWS::IAM::Policy').flatMap(
      ([, { Properties }]) => (Properties as Policy).PolicyDocument.Statement,
    );
    const updates = statements.filter(({ Action }) => [Action].flat().includes('dynamodb:UpdateItem'));
    const touched = updates.map(({ Condition }) => Condition);
    expect(touched).toEqual(
      ['personal', 'tally'].map((attribute) =>
        expect.objectContaining({
          'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['person', 'seq', attribute] },
        }),
      ),
    );
    expect(makeStack(stageOf('prod')).stack.terminationProtection).toBe(true);
    expect(makeStack().stack.terminationProtection).toBe(false);
  });
});

test('the HTTP API logs each access and throttles', () => {
  prod.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    AccessLogSettings: Match.objectLike({ DestinationArn: Match.anyValue() }),
    DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
  });
  expect(all(prod, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey'])).toEqual([
    'POST /webhooks/hubspot',
    'ANY /webhooks/hubspot',
    'POST /webhooks/hubspot/workflows',
    'ANY /webhooks/hubspot/workflows',
  ]);
});

describe('stages', () => {
  test('tell of alarms by e-mail where an address is given', () => {
    for (const Endpoint of ['on-duty@example.at', 'crm-team@example.at']) {
      prod.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint });
    }
    const nobody = makeTemplate(stageOf('dev', { alarms: { actNow: [], lookTomorrow: [] } }));
    nobody.resourceCountIs('AWS::SNS::Subscription', 0);
  });

  test('show the dashboard in German where wanted', () => {
    const body = (template: Template) => JSON.stringify(all(template, 'AWS::CloudWatch::Dashboard'));
    expect(body(makeTemplate(stageOf('dev', { language: 'de' })))).toContain('Ist ein Widerruf noch nicht in HubSpot?');
    expect(body(dev)).toContain('Is any opt-out not yet in HubSpot?');
  });

  test('have a canary only where the registry names one', async () => {
    const { registryText } = await import('../helpers/registry.ts');
    const without = makeTemplate(undefined, registryText);
    expect(functionsOf(without)).toHaveLength(4);
    without.resourceCountIs('AWS::Scheduler::Schedule', 1);
    dev.resourceCountIs('AWS::Scheduler::Schedule', 3);
  });
});

/** A new logical id, or a change of one of these properties, would make CloudFormation replace it and lose its content. */
test('nothing that holds data would be replaced by this version', () => {
  const kept = [
    'AWS::DynamoDB::Table',
    'AWS::SQS::Queue',
    'AWS::S3::Bucket',
    'AWS::SecretsManager::Secret',
    'AWS::KMS::Key',
  ];
  const replacing = [
    'KeySchema',
    'AttributeDefinitions',
    'LocalSecondaryIndexes',
    'TableName',
    'FifoQueue',
    'QueueName',
    'BucketName',
    'Name',
    'KeyUsage',
    // No replacement, but a new version with another text (AWS::SecretsManager::Secret): every address hash would change.
    'GenerateSecretString',
  ];
  const identity = kept.flatMap((type) =>
    all(prod, type).map(([id, { Properties }]) => [
      id,
      Object.fromEntries(replacing.filter((key) => key in Properties).map((key) => [key, Properties[key]])),
    ]),
  );
  expect(Object.fromEntries(identity)).toMatchSnapshot();
});

test('the rest of the template changes only on purpose', () => {
  const text = JSON.stringify(prod.toJSON(), null, 2)
    .replaceAll(/[0-9a-f]{64}/g, '<asset>')
    // A version's logical id holds a hash of its function.
    .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<hash>');
  expect(JSON.parse(text)).toMatchSnapshot();
});
