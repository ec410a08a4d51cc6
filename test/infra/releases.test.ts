import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { functionNamedIn, makeTemplate, stageOf } from '../helpers/template.ts';

type Resource = { Properties: Record<string, unknown>; UpdatePolicy?: Record<string, unknown> };
const all = (template: Template, type: string) => Object.entries(template.findResources(type)) as [string, Resource][];
const prod = makeTemplate(stageOf('prod'));
const functions = all(prod, 'AWS::Lambda::Function').map(([id]) => id);

describe('each function', () => {
  test('has versions and an alias, which CodeDeploy moves', () => {
    const aliases = all(prod, 'AWS::Lambda::Alias');
    expect(new Set(aliases.map(([, { Properties }]) => functionNamedIn(prod, Properties['FunctionName'])))).toEqual(
      new Set(functions),
    );
    for (const [id, { UpdatePolicy }] of aliases)
      expect(UpdatePolicy, id).toHaveProperty('CodeDeployLambdaAliasUpdate');
  });

  test('is called by its alias only: else a new version would have all the work at once', () => {
    const callers = [
      ...all(prod, 'AWS::Lambda::EventSourceMapping').map(([id, one]) => [id, one.Properties['FunctionName']] as const),
      ...all(prod, 'AWS::ApiGatewayV2::Integration').map(
        ([id, one]) => [id, one.Properties['IntegrationUri']] as const,
      ),
      ...all(prod, 'AWS::Lambda::Permission').map(([id, one]) => [id, one.Properties['FunctionName']] as const),
      ...all(prod, 'AWS::Scheduler::Schedule').map(
        ([id, one]) => [id, (one.Properties['Target'] as { Arn: unknown }).Arn] as const,
      ),
    ];
    expect(callers.length).toBeGreaterThan(6);
    for (const [id, target] of callers) {
      if (!JSON.stringify(target).includes('Queues'))
        expect(JSON.stringify(target), id).toMatch(/"Ref":"\w+Live[0-9A-F]{8}"/);
    }
  });
});

describe('a new version', () => {
  const groups = all(prod, 'AWS::CodeDeploy::DeploymentGroup');

  test('has a tenth of the work first, and goes back on an alarm', () => {
    expect(groups).toHaveLength(functions.length);
    const alarms = new Map(all(prod, 'AWS::CloudWatch::Alarm'));
    for (const [id, { Properties }] of groups) {
      expect(Properties['DeploymentConfigName'], id).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
      expect(Properties['AutoRollbackConfiguration']).toMatchObject({
        Enabled: true,
        Events: expect.arrayContaining(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM']),
      });
      const { Enabled, Alarms } = Properties['AlarmConfiguration'] as {
        Enabled: boolean;
        Alarms: { Name: { Ref: string } }[];
      };
      expect(Enabled).toBe(true);
      for (const { Name } of Alarms) {
        const alarm = alarms.get(Name.Ref)?.Properties;
        expect(alarm).not.toHaveProperty('AlarmActions');
        // "From zero" would hold in every minute without trouble.
        expect(alarm).toMatchObject({ Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' });
      }
      expect(Alarms).toHaveLength(1);
    }
  });

  // Functions catch most of their errors, so Lambda's count alone would let a faulty version through.
  test('is watched for what it catches, too', () => {
    const watched = JSON.stringify(all(prod, 'AWS::CloudWatch::Alarm').filter(([id]) => id.startsWith('Releases')));
    expect(watched).toContain('"Value":"deferred"');
    expect(watched.match(/"MessageDeadLettered"/g)).toHaveLength(3);
    expect(watched.match(/"MetricName":"Errors"/g)).toHaveLength(functions.length);
  });

  test('comes at once where the stage says so, alarms or not: so a mend gets through while trouble lasts', () => {
    const atOnce = makeTemplate(stageOf('prod', { releases: 'at-once' }));
    for (const [id, { Properties }] of all(atOnce, 'AWS::CodeDeploy::DeploymentGroup')) {
      expect(Properties['DeploymentConfigName'], id).toBe('CodeDeployDefault.LambdaAllAtOnce');
      expect(JSON.stringify(Properties['AlarmConfiguration'] ?? {})).not.toContain('"Enabled":true');
    }
  });
});
