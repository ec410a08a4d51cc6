import { join } from 'node:path';
import { REGION } from './intrinsics.ts';
import { createFunction, type LocalFunction } from './lambda.ts';
import { MAX_ENVIRONMENTS, mappingsOf } from './mappings.ts';
import { type Names, nameOfFunction, ofType, type Resource } from './resources.ts';

import type { Stores } from './stores.ts';

type FunctionProperties = {
  Code: { S3Key: string };
  Handler: string;
  Timeout?: number;
  MemorySize?: number;
  Environment?: { Variables?: Record<string, string> };
};

export type FunctionsOptions = {
  resources: readonly Resource[];
  names: Names;
  /** Where the functions find AWS. */
  endpoints: Stores['endpoints'];
  /** Folder of the assembly, which holds the bundles. */
  folder: string;
  log: (source: string, line: string) => void;
  /** Stands between a function and whoever invokes the function. */
  around: (one: LocalFunction) => LocalFunction;
};

/** Names of the functions that may be invoked in a chain of messages as often as they like. */
export function loopingFunctions(resources: readonly Resource[], { nameOf }: Names): ReadonlySet<string> {
  const functions = ofType(resources, 'AWS::Lambda::Function');
  return new Set(
    functions.filter(({ properties }) => properties['RecursiveLoop'] === 'Allow').map(({ id }) => nameOf(id)),
  );
}

export type Functions = {
  all: readonly LocalFunction[];
  /** By name or ARN. @throws Error when the template has no such function. */
  named: (nameOrArn: string) => LocalFunction;
};

/** The Lambda functions of a template. */
export function createFunctions(options: FunctionsOptions): Functions {
  const all = ofType(options.resources, 'AWS::Lambda::Function').map((resource) =>
    options.around(functionOf(resource, options)),
  );
  const byName = new Map(all.map((one) => [one.name, one]));
  return {
    all,
    named(nameOrArn) {
      const found = byName.get(nameOfFunction(nameOrArn));
      if (found === undefined) throw new Error(`template: no function ${nameOrArn}`);
      return found;
    },
  };
}

function functionOf({ id, properties }: Resource, options: FunctionsOptions): LocalFunction {
  const { Code, Handler, Timeout = 3, MemorySize = 128, Environment } = properties as FunctionProperties;
  const { names, resources, folder, log } = options;
  const name = names.nameOf(id);
  const mapping = mappingsOf(resources).find(({ FunctionName }) => FunctionName === name);
  return createFunction({
    name,
    arn: names.scope.attribute(id, 'Arn'),
    folder: join(folder, `asset.${Code.S3Key.replace(/\.zip$/, '')}`),
    handler: Handler,
    timeoutMs: Timeout * 1000,
    memoryMb: MemorySize,
    maxEnvironments: mapping?.ScalingConfig?.MaximumConcurrency ?? MAX_ENVIRONMENTS,
    environment: { ...runtimeOf(name, MemorySize, options.endpoints), ...Environment?.Variables },
    log: (line) => log(name, line),
  });
}

/** The variables that Lambda itself sets. The access key id names the caller: the call recorder knows a function by it. */
function runtimeOf(name: string, memoryMb: number, endpoints: Stores['endpoints']): Record<string, string> {
  return {
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
  };
}
