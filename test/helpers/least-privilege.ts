import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Assembly } from '../../local/aws/assembly.ts';
import type { AwsCall } from '../../local/aws/call-recorder.ts';
import type { Cloud } from '../../local/aws/cloud.ts';

export type Statement = { Effect: string; Action: string | string[]; Resource: string | string[] };

/** What a function's role allows, as the template makes it. */
export function policiesOf(functionId: string, cloud: Cloud, { template }: Assembly): Statement[] {
  const role = String(cloud.properties(functionId)['Role']).split('/').at(-1);
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Policy')
    .map(([id]) => cloud.properties(id) as { Roles: string[]; PolicyDocument: { Statement: Statement[] } })
    .filter(({ Roles }) => Roles.includes(role ?? ''))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** IAM's answer to one call of a function. */
export async function answerTo(call: AwsCall, cloud: Cloud, assembly: Assembly): Promise<string> {
  const { function: caller, action, resource } = call;
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::000000000000:role/${caller}`,
        action,
        resource: { resource, accountId: '000000000000' },
        contextVariables: { 'aws:SecureTransport': 'true', ...call.context },
      },
      identityPolicies: [
        { name: caller, policy: { Version: '2012-10-17', Statement: policiesOf(caller, cloud, assembly) } },
      ],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  return result.resultType === 'error' ? JSON.stringify(result.errors) : result.overallResult;
}

/** The calls made so far that IAM would have denied, each with its answer. */
export async function deniedCalls(cloud: Cloud, assembly: Assembly): Promise<string[]> {
  const distinct = new Map(cloud.calls.map((call) => [`${call.function} ${call.action} ${call.resource}`, call]));
  const denied: string[] = [];
  for (const [name, call] of distinct) {
    const answer = await answerTo(call, cloud, assembly);
    if (answer !== 'Allowed') denied.push(`${name}: ${answer}`);
  }
  return denied;
}
