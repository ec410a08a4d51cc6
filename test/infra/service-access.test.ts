import { describe, expect, test } from 'vitest';
import type { Template } from '../../local/aws/assembly.ts';
import { answerTo } from '../helpers/service-access.ts';
import { resolved, serviceAccess } from '../helpers/service-paths.ts';
import { makeTemplate, stageOf } from '../helpers/template.ts';

const resources = resolved(makeTemplate(stageOf('prod')).toJSON() as Template);
const paths = serviceAccess(resources);

describe('every service reaches what it must reach, by the policies of the template', () => {
  test.each(paths.map((one) => [one.path, one] as const))('%s', async (_, access) => {
    expect(await answerTo(access, resources)).toBe('Allowed');
  });

  test('the walk sees each kind of path', () => {
    const principals = new Set(paths.map(({ principal }) => principal).filter((one) => !one.startsWith('arn:')));
    expect(principals).toEqual(
      new Set([
        'cloudwatch.amazonaws.com',
        'scheduler.amazonaws.com',
        'apigateway.amazonaws.com',
        'delivery.logs.amazonaws.com',
        'lambda.amazonaws.com',
        'codedeploy.amazonaws.com',
      ]),
    );
    const count = (type: string) => resources.filter((one) => one.type === type).length;
    for (const [type, prefix] of [
      ['AWS::CloudWatch::Alarm', 'alarm '],
      ['AWS::Scheduler::Schedule', 'schedule '],
      ['AWS::ApiGatewayV2::Route', 'route '],
      ['AWS::Lambda::Function', 'function '],
      ['AWS::Lambda::EventSourceMapping', 'queue '],
    ] as const) {
      expect(paths.filter(({ path }) => path.startsWith(prefix)).length, type).toBeGreaterThanOrEqual(count(type));
    }
  });

  // SNS: a topic policy that is set replaces the default one, by which the owner's account may publish.
  test('nobody else’s account can raise our alarms', async () => {
    const [alarm] = paths.filter(({ principal }) => principal === 'cloudwatch.amazonaws.com');
    if (alarm === undefined) throw new Error('no alarm');
    const context = { ...alarm.context, 'aws:SourceAccount': '999999999999' };
    expect(await answerTo({ ...alarm, context }, resources)).toBe('ImplicitlyDenied');
  });
});
