import type { Template } from './assembly.ts';
import { ACCOUNT, conditionHolds, REGION, resolve, type Scope } from './intrinsics.ts';

/** A resource of the template with its references resolved. */
export type Resource = { id: string; type: string; properties: Record<string, unknown> };

/** Types that need nothing running here. Any other type that is not made here is an error: nothing is left out silently. */
const INERT = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CDK::Metadata',
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::KMS::Alias',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];

const MADE = [
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
  'AWS::Scheduler::Schedule',
];

/** What runs where, as far as references of the template need to know. */
export type Endpoints = {
  /** Base URL of the HTTP API. */
  http: () => string;
  /** URL of a queue by its name. */
  queueUrl: (name: string) => string;
};

/** The names of a template's resources, and what references to them resolve to. */
export type Names = { nameOf: (logicalId: string) => string; scope: Scope };

export function namesOf(template: Template, parameters: Scope['parameters'], endpoints: Endpoints): Names {
  const nameOf = (id: string) => nameIn(template, id);
  const attribute = (id: string, name: string): string => {
    const type = typeIn(template, id);
    if (type === 'AWS::ApiGatewayV2::Api' && name === 'ApiEndpoint') return endpoints.http();
    if (name === 'QueueName') return nameOf(id);
    // There is one version of each function here: the code that was synthesized.
    if (type === 'AWS::Lambda::Version' && name === 'Version') return '1';
    if (name !== 'Arn') throw new Error(`template: attribute ${name} of ${type} is not known to the local stack`);
    return arnOf(type, nameOf(id));
  };
  /** What `Ref` means depends on the type: a URL, an ARN, or the name. */
  const ref = (id: string): string => {
    const type = typeIn(template, id);
    if (type === 'AWS::SQS::Queue') return endpoints.queueUrl(nameOf(id));
    if (type === 'AWS::Lambda::Alias') return aliasArn(template, id, attribute);
    return NAMED_BY_ARN.includes(type) ? attribute(id, 'Arn') : nameOf(id);
  };
  return { nameOf, scope: { template, parameters, ref, attribute } };
}

/** Types of which `Ref` is the ARN. */
const NAMED_BY_ARN = ['AWS::SecretsManager::Secret', 'AWS::SNS::Topic'];

function typeIn(template: Template, id: string): string {
  const type = template.Resources[id]?.Type;
  if (type === undefined) throw new Error(`template: ${id} is not there`);
  return type;
}

/** An alias' ARN is its function's, with its name behind. */
function aliasArn(template: Template, id: string, attribute: Scope['attribute']): string {
  const { FunctionName, Name } = template.Resources[id]?.Properties ?? {};
  return `${attribute((FunctionName as { Ref: string }).Ref, 'Arn')}:${String(Name)}`;
}

/** Names are derived from logical ids, so that a later run finds its queues and table again. */
function nameIn(template: Template, id: string): string {
  const type = typeIn(template, id);
  if (type === 'AWS::S3::Bucket') return id.toLowerCase();
  const isFifo = type === 'AWS::SQS::Queue' && template.Resources[id]?.Properties?.['FifoQueue'] === true;
  return isFifo ? `${id}.fifo` : id;
}

/** What stands between account and name in a service's ARNs. */
const ARN_KIND: Record<string, string> = {
  cloudwatch: 'alarm:',
  dynamodb: 'table/',
  lambda: 'function:',
  secretsmanager: 'secret:',
  iam: 'role/',
  kms: 'key/',
  logs: 'log-group:',
};

function arnOf(type: string, name: string): string {
  const service = type.split('::')[1]?.toLowerCase() ?? '';
  if (service === 's3') return `arn:aws:s3:::${name}`;
  // IAM is of no region.
  const region = service === 'iam' ? '' : REGION;
  // CloudFormation gives a log group's ARN with all its streams.
  const end = service === 'logs' ? ':*' : '';
  return `arn:aws:${service}:${region}:${ACCOUNT}:${ARN_KIND[service] ?? ''}${name}${end}`;
}

/** The resources whose conditions hold. @throws Error naming a type that the local stack does not know. */
export function resourcesOf({ scope }: Names): Resource[] {
  const resources = Object.entries(scope.template.Resources)
    .filter(([, { Condition }]) => Condition === undefined || conditionHolds(Condition, scope))
    .map(([id, { Type, Properties }]) => ({
      id,
      type: Type,
      properties: resolve(Properties ?? {}, scope) as Record<string, unknown>,
    }));
  const unknown = resources.find(({ type }) => !INERT.includes(type) && !MADE.includes(type) && !isCustom(type));
  if (unknown === undefined) return withoutCustom(resources, scope);
  throw new Error(`template: ${unknown.type} (${unknown.id}) is not known to the local stack`);
}

/** A custom resource acts when CloudFormation makes or deletes a stack; its function has nothing to do here. */
function isCustom(type: string): boolean {
  return type.startsWith('Custom::');
}

function withoutCustom(resources: readonly Resource[], scope: Scope): Resource[] {
  const custom = resources.filter(({ type }) => isCustom(type));
  const functions = new Set(custom.map(({ properties }) => properties['ServiceToken']));
  return resources.filter(
    ({ id, type }) => type !== 'AWS::Lambda::Function' || !functions.has(scope.attribute(id, 'Arn')),
  );
}

export function ofType(resources: readonly Resource[], wanted: string): Resource[] {
  return resources.filter(({ type }) => type === wanted);
}

/** The last part of an ARN: the resource's name. */
export function nameOfArn(arn: string): string {
  return arn.split(':').at(-1) ?? '';
}

/** A function's name in its name or ARN, with or without an alias behind. */
export function nameOfFunction(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:aws:lambda:[^:]*:[^:]*:function:/, '').split(':')[0] ?? '';
}
