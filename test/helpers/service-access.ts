import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT } from '../../local/aws/intrinsics.ts';
import { type Access, arn, last, type Resource } from './service-paths.ts';

type Policy = { Statement: unknown[] };

/** IAM's answer to a path, by the policies of the template alone. */
export async function answerTo(access: Access, resources: readonly Resource[]): Promise<string> {
  const { principal, action, resource, context = {} } = access;
  const isRole = principal.startsWith('arn:');
  const resourcePolicy = resourcePolicyOf(resource, resources);
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { 'aws:SecureTransport': 'true', 'aws:SourceAccount': ACCOUNT, ...context },
      },
      identityPolicies: isRole ? [{ name: 'role', policy: identityPolicyOf(principal, resources) }] : [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy !== undefined && { resourcePolicy }),
    },
    {},
  );
  return result.resultType === 'error' ? JSON.stringify(result.errors) : result.overallResult;
}

function identityPolicyOf(roleArn: string, resources: readonly Resource[]): object {
  const attached = resources.filter(
    ({ type, properties }) => type === 'AWS::IAM::Policy' && (properties['Roles'] as string[]).includes(last(roleArn)),
  );
  const statements = attached.flatMap(({ properties }) => (properties['PolicyDocument'] as Policy).Statement);
  return { Version: '2012-10-17', Statement: statements };
}

/** The statements that the template attaches to a resource, in whichever way its service does that. */
function resourcePolicyOf(resource: string, resources: readonly Resource[]): object | undefined {
  const statements = resources.flatMap((one) => statementsOf[one.type]?.(one, resource) ?? []);
  return statements.length === 0 ? undefined : { Version: '2012-10-17', Statement: statements };
}

/** The statements that a resource of each type attaches to another resource (its ARN). */
const statementsOf: Record<string, (from: Resource, to: string) => unknown[]> = {
  'AWS::SNS::TopicPolicy': ({ properties }, to) => attachedTo(to, properties['Topics'], properties),
  'AWS::SQS::QueuePolicy': ({ properties }, to) => attachedTo(to, properties['Queues'], properties),
  'AWS::KMS::Key': ({ id, properties }, to) =>
    to.endsWith(`key/${id}`) ? (properties['KeyPolicy'] as Policy).Statement : [],
  'AWS::IAM::Role': ({ id, properties }, to) =>
    to.endsWith(`role/${id}`) ? (properties['AssumeRolePolicyDocument'] as Policy).Statement : [],
  'AWS::Logs::ResourcePolicy': ({ properties }, to) =>
    to.includes(':logs:') ? (JSON.parse(String(properties['PolicyDocument'])) as Policy).Statement : [],
  'AWS::Lambda::Permission': ({ properties }, to) => (to.includes(':lambda:') ? [statementOf(properties, to)] : []),
};

function attachedTo(resource: string, list: unknown, properties: Resource['properties']): unknown[] {
  const isListed = (list as string[]).some((one) => last(one) === last(resource));
  return isListed ? (properties['PolicyDocument'] as Policy).Statement : [];
}

/** Lambda keeps permissions as statements of the policy of exactly the function, version or alias that they name. */
function statementOf(properties: Record<string, unknown>, resource: string): object {
  const given = String(properties['FunctionName']);
  const target = given.startsWith('arn:') ? given : arn('lambda', `function:${given}`);
  return {
    Effect: 'Allow',
    Principal: { Service: properties['Principal'] },
    Action: properties['Action'],
    Resource: target === resource ? resource : target,
    ...(properties['SourceArn'] !== undefined && {
      Condition: { ArnLike: { 'AWS:SourceArn': properties['SourceArn'] } },
    }),
  };
}
