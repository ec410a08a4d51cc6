import type { Template } from '../../local/aws/assembly.ts';
import { ACCOUNT, REGION, resolve } from '../../local/aws/intrinsics.ts';
import { namesOf } from '../../local/aws/resources.ts';

/** A service of AWS that must be able to do something for the stack to work. */
export type Access = {
  /** In words, e.g. `alarm X → topic Y`. */
  path: string;
  principal: string;
  action: string;
  resource: string;
  /** Condition keys that the service sends. */
  context?: Record<string, string>;
};
export type Resource = { id: string; type: string; properties: Record<string, unknown> };

/** The template's resources with every reference resolved, as a deployment would. */
export function resolved(template: Template): Resource[] {
  const { scope } = namesOf(
    template,
    {},
    { http: () => 'https://api.example', queueUrl: (name) => `https://sqs/${name}` },
  );
  return Object.entries(template.Resources).map(([id, { Type, Properties }]) => ({
    id,
    type: Type,
    properties: resolve(Properties ?? {}, scope) as Record<string, unknown>,
  }));
}

/** An ARN in the local account. */
export const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
/** The last part of an ARN or a path. */
export const last = (text: unknown) => String(text).split(/[:/]/).at(-1) ?? '';

/** Every path by which a service reaches a resource, read from the template. */
export function serviceAccess(resources: readonly Resource[]): Access[] {
  const of = (type: string) => resources.filter((one) => one.type === type);
  const invoke = (path: string, principal: string, target: unknown, context: Record<string, string>) => {
    return { path, principal, action: 'lambda:InvokeFunction', resource: String(target), context };
  };
  return [
    ...of('AWS::CloudWatch::Alarm').flatMap(({ id, properties }) =>
      ['AlarmActions', 'OKActions', 'InsufficientDataActions'].flatMap((kind) =>
        ((properties[kind] ?? []) as string[]).map((topic) => ({
          path: `alarm ${id} → ${kind} ${last(topic)}`,
          principal: 'cloudwatch.amazonaws.com',
          action: 'sns:Publish',
          resource: topic,
          context: { 'aws:SourceArn': arn('cloudwatch', `alarm:${String(properties['AlarmName'])}`) },
        })),
      ),
    ),
    ...of('AWS::Scheduler::Schedule').flatMap(({ id, properties }) => {
      const { Arn, RoleArn } = properties['Target'] as { Arn: string; RoleArn: string };
      const toLambda = Arn.includes(':lambda:');
      return [
        {
          path: `schedule ${id} → role`,
          principal: 'scheduler.amazonaws.com',
          action: 'sts:AssumeRole',
          resource: RoleArn,
          // Scheduler names the schedule's group, not the schedule (Scheduler's guide, "confused deputy prevention").
          context: { 'aws:SourceArn': arn('scheduler', 'schedule-group/default') },
        },
        {
          path: `schedule ${id} → ${last(Arn)}`,
          principal: RoleArn,
          action: toLambda ? 'lambda:InvokeFunction' : 'sqs:SendMessage',
          resource: Arn,
        },
      ];
    }),
    ...of('AWS::ApiGatewayV2::Route').map(({ properties }) => {
      const [method, path] = String(properties['RouteKey']).split(' ');
      const integration = of('AWS::ApiGatewayV2::Integration').find(({ id }) => id === last(properties['Target']));
      const from = arn('execute-api', `${String(properties['ApiId'])}/$default/${method}${path}`);
      return invoke(`route ${method} ${path}`, 'apigateway.amazonaws.com', integration?.properties['IntegrationUri'], {
        'aws:SourceArn': from,
      });
    }),
    ...of('AWS::ApiGatewayV2::Stage').flatMap(({ id, properties }) => {
      const { DestinationArn } = properties['AccessLogSettings'] as { DestinationArn: string };
      return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
        path: `access log of ${id} (${action})`,
        principal: 'delivery.logs.amazonaws.com',
        action,
        resource: `${DestinationArn.replace(/:\*$/, '')}:log-stream:x`,
        context: { 'aws:SourceArn': arn('logs', '*') },
      }));
    }),
    ...of('AWS::Lambda::Function').flatMap(({ id, properties }) => {
      const role = String(properties['Role']);
      const { LogGroup } = properties['LoggingConfig'] as { LogGroup: string };
      return [
        { path: `function ${id} → role`, principal: 'lambda.amazonaws.com', action: 'sts:AssumeRole', resource: role },
        ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
          path: `function ${id} → its log (${action})`,
          principal: role,
          action,
          resource: arn('logs', `log-group:${LogGroup}:log-stream:x`),
        })),
      ];
    }),
    ...of('AWS::Lambda::EventSourceMapping').flatMap(({ properties }) => {
      const worker = of('AWS::Lambda::Function').find(({ id }) => id === functionIdOf(properties['FunctionName']));
      return ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => ({
        path: `queue ${last(properties['EventSourceArn'])} → ${String(worker?.id)} (${action})`,
        principal: String(worker?.properties['Role']),
        action,
        resource: String(properties['EventSourceArn']),
      }));
    }),
    ...of('AWS::CodeDeploy::DeploymentGroup').map(({ id, properties }) => ({
      path: `deployment group ${id} → role`,
      principal: 'codedeploy.amazonaws.com',
      action: 'sts:AssumeRole',
      resource: String(properties['ServiceRoleArn']),
    })),
    // DynamoDB asks KMS in the caller's name; whoever reads the table must be allowed to decrypt.
    ...of('AWS::DynamoDB::Table').flatMap(({ properties }) => {
      const { KMSMasterKeyId } = properties['SSESpecification'] as { KMSMasterKeyId: string };
      return of('AWS::Lambda::Function')
        .filter((one) => 'LEDGER_TABLE' in variablesOf(one))
        .map((one) => ({
          path: `function ${one.id} → DynamoDB → key`,
          principal: String(one.properties['Role']),
          action: 'kms:Decrypt',
          resource: KMSMasterKeyId,
          context: { 'kms:ViaService': `dynamodb.${REGION}.amazonaws.com`, 'kms:CallerAccount': ACCOUNT },
        }));
    }),
  ];
}

/** A function's logical id in its name or ARN, with or without an alias behind it. */
function functionIdOf(nameOrArn: unknown): string {
  return (
    String(nameOrArn)
      .replace(/^arn:aws:lambda:[^:]*:[^:]*:function:/, '')
      .split(':')[0] ?? ''
  );
}

function variablesOf({ properties }: Resource): Record<string, string> {
  return (properties['Environment'] as { Variables?: Record<string, string> } | undefined)?.Variables ?? {};
}
