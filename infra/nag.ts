import type { App } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { WiderrufStack } from './stack.ts';

/** Findings that are meant to be so, each with its reason. The id is the one that the finding itself names. */
const acknowledged: { id: string; reason: string }[] = [
  {
    id: 'AwsSolutions-APIG4',
    reason: 'HubSpot cannot use an authorizer; each request is authenticated by its signature over the raw body.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray has no resources: PutTraceSegments and PutTelemetryRecords need *.',
  },
  {
    id: 'AwsSolutions-IAM5[Action::kms:GenerateDataKey*]',
    reason: 'CDK’s grant for encrypting with one key: GenerateDataKey and its variants, on that key only.',
  },
  {
    id: 'AwsSolutions-IAM5[Action::kms:ReEncrypt*]',
    reason: 'CDK’s grant for encrypting with one key: ReEncryptFrom and ReEncryptTo, on that key only.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::<ReportsBucket95FE29A2.Arn>/audit/*]',
    reason: 'Each audit writes a report of its own name; the prefix is all that it may write.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::<WorkersCanaryA1E2AF83.Arn>:*]',
    reason: 'CDK’s grant to invoke one function, in any of its versions.',
  },
  {
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
    reason: 'AWS’s own and narrow policy for CodeDeploy to move aliases; CodeDeploy’s guide names it for this.',
  },
  {
    id: 'AwsSolutions-SMG4',
    reason: 'HubSpot’s secrets are rotated in HubSpot (docs/deploy.md); the address key must never change.',
  },
  {
    id: 'AwsSolutions-S1',
    reason: 'The bucket holds audit reports with contact ids only; DynamoDB and HubSpot hold the records.',
  },
];

/** Checks an app against the AwsSolutions rules when it is synthesized. */
export function checkWithNag(app: App, stack: WiderrufStack): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  for (const one of acknowledged) Validations.of(stack).acknowledge(one);
}
