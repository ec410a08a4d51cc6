import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';

/**
 * Allows exactly these actions on exactly these resources. CDK's own grants add neighbours that nobody here uses
 * (`sqs:GetQueueUrl`, `secretsmanager:DescribeSecret`, the table's indexes).
 */
export function allow(grantee: IGrantable, actions: string[], ...resourceArns: string[]): void {
  Grant.addToPrincipal({ grantee, actions, resourceArns });
}
