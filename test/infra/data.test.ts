import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { makeTemplate, stageOf } from '../helpers/template.ts';

type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };
const resources = (template: Template) => Object.entries(template.toJSON()['Resources'] as Record<string, Resource>);
const of = (template: Template, type: string) => resources(template).filter(([, { Type }]) => Type === type);
const variables = (template: Template) =>
  of(template, 'AWS::Lambda::Function').map(
    ([id, { Properties }]) =>
      [id, (Properties['Environment'] as { Variables: Record<string, unknown> }).Variables] as const,
  );

describe('what outlives a production stack', () => {
  const prod = makeTemplate(stageOf('prod'));

  test('is the ledger, its key, the key of the address hashes, and the reports', () => {
    const kept = resources(prod).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain');
    const data = kept.map(([id]) => id).filter((id) => !/Logs|AccessLog/.test(id));
    expect(new Set(data.map((id) => id.replace(/[0-9A-F]{8}$/, '')))).toEqual(
      new Set(['LedgerTable', 'LedgerKey', 'SecretsAddressKey', 'ReportsBucket']),
    );
  });
});

describe('a stage to try things on', () => {
  const dev = makeTemplate(stageOf('dev'));

  test('leaves nothing behind when it is destroyed', () => {
    const kept = resources(dev).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain');
    expect(kept.map(([id]) => id)).toEqual([]);
    for (const [id, { Properties }] of of(dev, 'AWS::DynamoDB::Table')) {
      expect(Properties['DeletionProtectionEnabled'], id).not.toBe(true);
    }
  });

  // CloudFormation deletes no bucket that holds something (S3: BucketNotEmpty).
  test('has its bucket emptied', () => {
    const buckets = of(dev, 'AWS::S3::Bucket').map(([id]) => id);
    const emptied = of(dev, 'Custom::S3AutoDeleteObjects').map(([, { Properties }]) => Properties['BucketName']);
    expect(emptied).toEqual(buckets.map((Ref) => ({ Ref })));
    expect(of(makeTemplate(stageOf('prod')), 'Custom::S3AutoDeleteObjects')).toEqual([]);
  });

  // Lambda makes a log group by itself where a function names none; that one belongs to no stack.
  test('has no function whose log group would stay', () => {
    for (const [id, { Properties }] of of(dev, 'AWS::Lambda::Function')) {
      expect(Properties['LoggingConfig'], id).toMatchObject({ LogGroup: { Ref: expect.stringMatching(/Logs/) } });
    }
  });
});

describe('existing data', () => {
  const existing = {
    ledgerTable: 'restored-ledger',
    ledgerKey: 'arn:aws:kms:eu-central-1:111122223333:key/0f',
    addressKey: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:AddressKey-AbCdEf',
  };
  const template = makeTemplate(stageOf('prod', { existing }));

  test('is what every function uses', () => {
    for (const [id, { LEDGER_TABLE, ADDRESS_KEY_ARN }] of variables(template)) {
      if (LEDGER_TABLE !== undefined) expect(LEDGER_TABLE, id).toBe('restored-ledger');
      if (ADDRESS_KEY_ARN !== undefined) expect(ADDRESS_KEY_ARN, id).toBe(existing.addressKey);
    }
    template.hasOutput('LedgerTableName', { Value: 'restored-ledger' });
    template.hasOutput('AddressKeyArn', { Value: existing.addressKey });
  });

  test('is all that any function may touch', () => {
    const policies = JSON.stringify(of(template, 'AWS::IAM::Policy'));
    expect(policies).toContain(':table/restored-ledger"');
    expect(policies).toContain(':table/restored-ledger/index/by-address"');
    expect(policies).toContain(existing.ledgerKey);
    expect(policies).toContain(existing.addressKey);
    expect(policies).not.toMatch(/LedgerTable[0-9A-F]{8}|LedgerKey[0-9A-F]{8}|SecretsAddressKey[0-9A-F]{8}/);
  });

  test('takes nothing away: the stack’s own table, keys and secret stay under their logical ids', () => {
    const ids = (one: Template) =>
      ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret'].flatMap((type) =>
        of(one, type).map(([id]) => id),
      );
    expect(ids(template)).toEqual(ids(makeTemplate(stageOf('prod'))));
  });
});

test('whoever pays finds everything by its tags', () => {
  const tagged = [
    'AWS::DynamoDB::Table',
    'AWS::Lambda::Function',
    'AWS::S3::Bucket',
    'AWS::SQS::Queue',
    'AWS::KMS::Key',
  ];
  for (const type of tagged) {
    for (const [id, { Properties }] of of(makeTemplate(stageOf('prod')), type)) {
      for (const [Key, Value] of Object.entries({ owner: 'crm-team', 'cost-center': '4711', stage: 'prod' })) {
        expect(Properties['Tags'], id).toContainEqual({ Key, Value });
      }
    }
  }
});
