import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Assembly } from './assembly.ts';
import { type AwsCall, startCallRecorder } from './call-recorder.ts';
import { type AlarmProperties, LocalMetrics } from './cloudwatch.ts';
import { type EventSource, startEventSource } from './event-source.ts';
import { type HttpApi, startHttpApi } from './http-api.ts';
import { conditionHolds, REGION, resolve } from './intrinsics.ts';
import { createFunction, type LocalFunction } from './lambda.ts';
import { namesOf } from './names.ts';
import { createQueue, queuesAt, queueUrl, startQueues } from './queues.ts';
import { type LocalSchedule, startSchedule } from './scheduler.ts';
import { startSecrets } from './secrets.ts';
import { createTable, startTables } from './tables.ts';

export type CloudOptions = {
  assembly: Assembly;
  parameters: Readonly<Record<string, string>>;
  /** Folder for queues and tables. */
  dataDir: string;
  port: number;
  /** Endpoint of another emulator of SQS than fauxqs. */
  sqs?: string;
  /** A secret's text, by what the template says of it (logical id and properties). */
  secret: (logicalId: string, properties: Readonly<Record<string, unknown>>) => string;
  log: (source: string, line: string) => void;
  /** Whether to note every AWS call of every function, for checking it against the function's role. */
  recordCalls?: boolean;
};

/** The part of AWS that a template asks for, running on this machine. */
export type Cloud = {
  http: HttpApi;
  endpoints: { sqs: string; s3: string; dynamodb: string; secretsmanager: string };
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
  /** Queue and table names and URLs, by logical id. */
  queueUrls: ReadonlyMap<string, string>;
  tableNames: ReadonlyMap<string, string>;
  bucketNames: ReadonlyMap<string, string>;
  /** By logical id; each also runs at once when told to. */
  schedules: ReadonlyMap<string, LocalSchedule>;
  metrics: LocalMetrics;
  functions: readonly LocalFunction[];
  alarms: readonly AlarmProperties[];
  dashboards: readonly string[];
  /** The AWS calls of the functions, with `recordCalls`. */
  calls: readonly AwsCall[];
  /** A resource's resolved properties, by logical id. */
  properties: (logicalId: string) => Readonly<Record<string, unknown>>;
  output: (name: string) => string;
  stop(): Promise<void>;
};

/** Types that need nothing running here. Any other type that is not made below is an error: nothing is left out silently. */
const INERT = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CDK::Metadata',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::KMS::Alias',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::QueuePolicy',
]);

const MADE = new Set([
  'AWS::ApiGatewayV2::Route',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::Scheduler::Schedule',
]);

/** Environments per function when nothing in the template bounds them. */
const MAX_ENVIRONMENTS = 10;

export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { template } = options.assembly;
  const http = await startHttpApi(options.port);
  const fauxqs = await startQueues(join(options.dataDir, 'queues'));
  const queues = options.sqs === undefined ? fauxqs : queuesAt(options.sqs);
  const tables = await startTables(join(options.dataDir, 'tables'));

  const recorder = options.recordCalls
    ? await startCallRecorder({
        sqs: () => queues.endpoint,
        s3: () => fauxqs.endpoint,
        dynamodb: () => tables.endpoint,
        secretsmanager: () => secrets.endpoint,
      })
    : undefined;

  const scope = namesOf(template, options.parameters, {
    api: http.url,
    // The SDK calls the host of a queue's URL.
    queueUrl: (name) => queueUrl(queues, name).replace(queues.endpoint, recorder?.endpoint ?? queues.endpoint),
  });
  const { nameOf } = scope;
  const resources = Object.entries(template.Resources)
    .filter(([, { Condition }]) => Condition === undefined || conditionHolds(Condition, scope))
    .map(([id, { Type, Properties }]) => ({
      id,
      type: Type,
      properties: resolve(Properties ?? {}, scope) as Properties,
    }));
  type Properties = Record<string, unknown>;
  const ofType = (type: string) => resources.filter((one) => one.type === type);
  for (const { id, type } of resources) {
    if (!INERT.has(type) && !MADE.has(type) && !type.startsWith('Custom::'))
      throw new Error(`template: ${type} (${id}) is not known to the local stack`);
  }

  const secretTexts = new Map(
    ofType('AWS::SecretsManager::Secret').map(({ id, properties }) => [
      scope.attribute(id, 'Arn'),
      options.secret(id, properties),
    ]),
  );
  const secrets = await startSecrets((arn, version) => (version === 'AWSCURRENT' ? secretTexts.get(arn) : undefined));

  // Dead-letter queues first: a redrive policy must name one that exists.
  const allQueues = ofType('AWS::SQS::Queue').sort(
    (a, b) => Number('RedrivePolicy' in a.properties) - Number('RedrivePolicy' in b.properties),
  );
  for (const { id, properties } of allQueues) await createQueue(queues, nameOf(id), properties);
  for (const { id } of ofType('AWS::S3::Bucket')) fauxqs.createBucket(nameOf(id));
  for (const { id, properties } of ofType('AWS::DynamoDB::Table')) await createTable(tables, nameOf(id), properties);

  const runtime = {
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_ENDPOINT_URL_SQS: recorder?.endpoint ?? queues.endpoint,
    AWS_ENDPOINT_URL_S3: recorder?.endpoint ?? fauxqs.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: recorder?.endpoint ?? tables.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: recorder?.endpoint ?? secrets.endpoint,
  };
  const metrics = new LocalMetrics();
  const mappings = ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties as MappingProperties);
  const functions = new Map<string, LocalFunction>();
  // Custom resources act when CloudFormation makes or deletes a stack; their functions have nothing to do here.
  const ofCloudFormation = new Set(
    resources.filter(({ type }) => type.startsWith('Custom::')).map(({ properties }) => properties['ServiceToken']),
  );
  for (const { id, properties } of ofType('AWS::Lambda::Function')) {
    if (ofCloudFormation.has(scope.attribute(id, 'Arn'))) continue;
    const { Code, Handler, Timeout = 3, MemorySize = 128, Environment } = properties as FunctionProperties;
    const name = nameOf(id);
    const concurrency = mappings.find(({ FunctionName }) => FunctionName === name)?.ScalingConfig?.MaximumConcurrency;
    functions.set(
      name,
      createFunction({
        name,
        arn: scope.attribute(id, 'Arn'),
        folder: join(options.assembly.folder, `asset.${Code.S3Key.replace(/\.zip$/, '')}`),
        handler: Handler,
        timeoutMs: Timeout * 1000,
        memoryMb: MemorySize,
        maxEnvironments: concurrency ?? MAX_ENVIRONMENTS,
        environment: {
          ...runtime,
          AWS_ACCESS_KEY_ID: name,
          AWS_LAMBDA_FUNCTION_NAME: name,
          AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
          AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
          AWS_LAMBDA_LOG_STREAM_NAME: 'local',
          ...Environment?.Variables,
        },
        log: (line) => {
          metrics.ingest(line);
          options.log(name, line);
        },
      }),
    );
  }
  const functionOf = (nameOrArn: string): LocalFunction => {
    const found = functions.get(nameOrArn.split(':').at(-1) ?? '');
    if (found === undefined) throw new Error(`template: no function ${nameOrArn}`);
    return found;
  };

  const sources: EventSource[] = mappings.map((mapping) => {
    const queueName = mapping.EventSourceArn.split(':').at(-1) ?? '';
    const target = functionOf(mapping.FunctionName);
    return startEventSource({
      client: queues.client,
      longPollSeconds: queues.longPollSeconds,
      queueUrl: queueUrl(queues, queueName),
      queueArn: mapping.EventSourceArn,
      batchSize: mapping.BatchSize ?? 10,
      windowMs: (mapping.MaximumBatchingWindowInSeconds ?? 0) * 1000,
      maxConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? MAX_ENVIRONMENTS,
      partialFailures: mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
      invoke: (event) => target.invoke(event),
      log: (line) => options.log(queueName, line),
    });
  });

  // The poller acts with the function's role.
  for (const { EventSourceArn, FunctionName } of mappings) {
    for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) {
      recorder?.calls.push({ function: FunctionName, action, resource: EventSourceArn });
    }
  }

  const schedules = new Map(
    ofType('AWS::Scheduler::Schedule').map(({ id, properties }) => {
      const { ScheduleExpression, ScheduleExpressionTimezone = 'UTC', Target } = properties as ScheduleProperties;
      const run = async () => {
        if (Target.Arn.split(':')[2] === 'lambda')
          await functionOf(Target.Arn).invoke(JSON.parse(Target.Input ?? '{}'));
        else {
          const QueueUrl = queueUrl(queues, Target.Arn.split(':').at(-1) ?? '');
          await queues.client.send(new SendMessageCommand({ QueueUrl, MessageBody: Target.Input ?? '' }));
        }
      };
      const schedule = startSchedule({
        name: id,
        expression: ScheduleExpression,
        timeZone: ScheduleExpressionTimezone,
        run,
      });
      return [id, schedule] as const;
    }),
  );

  const integrations = new Map(
    ofType('AWS::ApiGatewayV2::Integration').map(({ id, properties }) => [
      `integrations/${nameOf(id)}`,
      functionOf(String(properties['IntegrationUri'])),
    ]),
  );
  for (const { properties } of ofType('AWS::ApiGatewayV2::Route')) {
    const target = integrations.get(String(properties['Target']));
    if (target !== undefined) http.routes.set(String(properties['RouteKey']), (event) => target.invoke(event));
  }

  return {
    http,
    endpoints: {
      sqs: queues.endpoint,
      s3: fauxqs.endpoint,
      dynamodb: tables.endpoint,
      secretsmanager: secrets.endpoint,
    },
    sqs: queues.client,
    dynamodb: tables.client,
    queueUrls: new Map(ofType('AWS::SQS::Queue').map(({ id }) => [id, queueUrl(queues, nameOf(id))])),
    tableNames: new Map(ofType('AWS::DynamoDB::Table').map(({ id }) => [id, nameOf(id)])),
    bucketNames: new Map(ofType('AWS::S3::Bucket').map(({ id }) => [id, nameOf(id)])),
    schedules,
    metrics,
    functions: [...functions.values()],
    alarms: ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties as AlarmProperties),
    dashboards: ofType('AWS::CloudWatch::Dashboard').map(({ properties }) => String(properties['DashboardBody'])),
    calls: recorder?.calls ?? [],
    properties: (id) => resources.find((one) => one.id === id)?.properties ?? {},
    output: (name) => String(resolve(template.Outputs?.[name]?.Value, scope)),
    async stop() {
      // First nothing new comes in, then what is under work ends, then the stores close.
      await http.stop();
      for (const schedule of schedules.values()) schedule.stop();
      await Promise.all(sources.map((source) => source.stop()));
      await Promise.all([...functions.values()].map((one) => one.stop()));
      await recorder?.stop();
      await Promise.all([...new Set([queues, fauxqs]), tables, secrets].map((one) => one.stop()));
    },
  };
}

type FunctionProperties = {
  Code: { S3Key: string };
  Handler: string;
  Timeout?: number;
  MemorySize?: number;
  Environment?: { Variables?: Record<string, string> };
};
type MappingProperties = {
  EventSourceArn: string;
  FunctionName: string;
  BatchSize?: number;
  MaximumBatchingWindowInSeconds?: number;
  FunctionResponseTypes?: string[];
  ScalingConfig?: { MaximumConcurrency?: number };
};
type ScheduleProperties = {
  ScheduleExpression: string;
  ScheduleExpressionTimezone?: string;
  Target: { Arn: string; Input?: string };
};
