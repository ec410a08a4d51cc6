import type { Template } from './assembly.ts';
import { ACCOUNT, REGION, type Scope } from './intrinsics.ts';

export type Names = Scope & { typeOf: (logicalId: string) => string; nameOf: (logicalId: string) => string };

/** What only a running stack knows of the resources' addresses. */
export type Addresses = { api: string; queueUrl: (queueName: string) => string };

/** How the part of an ARN before the name is called, for services that have such a part. */
const ARN_KIND: Record<string, string> = {
  cloudwatch: 'alarm:',
  dynamodb: 'table/',
  iam: 'role/',
  kms: 'key/',
  lambda: 'function:',
  logs: 'log-group:',
  secretsmanager: 'secret:',
};

/** What a template's resources are called. Names follow from logical ids, so that a later run finds its queues and table again. */
export function namesOf(
  template: Template,
  parameters: Readonly<Record<string, string>>,
  { api, queueUrl }: Addresses,
): Names {
  const typeOf = (id: string): string => {
    const type = template.Resources[id]?.Type;
    if (type === undefined) throw new Error(`template: ${id} is not there`);
    return type;
  };
  const nameOf = (id: string): string => {
    const type = typeOf(id);
    if (type === 'AWS::S3::Bucket') return id.toLowerCase();
    return type === 'AWS::SQS::Queue' && template.Resources[id]?.Properties?.['FifoQueue'] === true ? `${id}.fifo` : id;
  };
  const arnOf = (id: string): string => {
    const service = typeOf(id).split('::')[1]?.toLowerCase() ?? '';
    if (service === 's3') return `arn:aws:s3:::${nameOf(id)}`;
    // IAM is of no region.
    const region = service === 'iam' ? '' : REGION;
    // CloudFormation gives a log group's ARN with all its streams.
    const end = service === 'logs' ? ':*' : '';
    return `arn:aws:${service}:${region}:${ACCOUNT}:${ARN_KIND[service] ?? ''}${nameOf(id)}${end}`;
  };
  return {
    template,
    parameters,
    typeOf,
    nameOf,
    ref(id) {
      switch (typeOf(id)) {
        case 'AWS::SQS::Queue':
          return queueUrl(nameOf(id));
        case 'AWS::SecretsManager::Secret':
        case 'AWS::SNS::Topic':
          return arnOf(id);
        default:
          return nameOf(id);
      }
    },
    attribute(id, name) {
      const type = typeOf(id);
      if (type === 'AWS::ApiGatewayV2::Api' && name === 'ApiEndpoint') return api;
      if (name === 'QueueName') return nameOf(id);
      if (name !== 'Arn') throw new Error(`template: attribute ${name} of ${type} is not known to the local stack`);
      return arnOf(id);
    },
  };
}
