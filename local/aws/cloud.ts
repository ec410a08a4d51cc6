import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AlarmProperties } from './alarms.ts';
import type { Assembly } from './assembly.ts';
import { type AwsCall, startCallRecorder } from './call-recorder.ts';
import { LocalMetrics } from './cloudwatch.ts';
import { createFunctions } from './functions.ts';
import { type HttpApi, startHttpApi } from './http-api.ts';
import { resolve } from './intrinsics.ts';
import type { LocalFunction } from './lambda.ts';
import { measureAnswers, measuredFunction, measureQueues, type Trouble } from './measuring.ts';
import { queueUrl } from './queues.ts';
import { RecursionDetection } from './recursion.ts';
import { namesOf, ofType, resourcesOf } from './resources.ts';
import type { LocalSchedule } from './scheduler.ts';
import { addRoutes, afterDeployment, type Batch, pollerCalls, startEventSources, startSchedules } from './sources.ts';
import { createStores, type StoreNames, type Stores, startStores } from './stores.ts';

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
  /** Told of each batch of a queue when its function is invoked, and when that has ended. */
  watch?: (batch: Batch) => void;
  /** Whether to note every AWS call of every function, for checking it against the function's role. */
  recordCalls?: boolean;
};

/** The part of AWS that a template asks for, running on this machine. */
export type Cloud = StoreNames & {
  http: HttpApi;
  endpoints: Stores['endpoints'];
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
  /** By logical id; each also runs at once when told to. */
  schedules: ReadonlyMap<string, LocalSchedule>;
  /** Tells that the stack was deployed with something new, as CloudFormation does. */
  deployed: () => Promise<void>;
  metrics: LocalMetrics;
  /** Looks at the queues now; otherwise every few seconds. */
  measureQueues: () => Promise<void>;
  /** Trouble of Lambda's, to be rehearsed. */
  trouble: { now: Trouble };
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

/** Starts what a template asks for. @throws Error when the template holds something that the local stack does not know. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { folder, template } = options.assembly;
  const http = await startHttpApi(options.port);
  const secretTexts = new Map<string, string>();
  const stores = await startStores({ ...options, secret: (arn) => secretTexts.get(arn) });
  const { queues, tables } = stores;
  const recursion = new RecursionDetection();
  const calls: AwsCall[] = [];
  const recorder = await startCallRecorder(stores.endpoints, {
    called: (call) => void (options.recordCalls && calls.push(call)),
    sending: (ids, header) => recursion.sending(ids, header),
  });
  const endpoints = options.recordCalls ? allAt(recorder.endpoint) : { ...stores.endpoints, sqs: recorder.endpoint };

  const names = namesOf(template, options.parameters, {
    http: () => http.url,
    // The SDK calls the host of a queue's URL.
    queueUrl: (name) => queueUrl(queues, name).replace(queues.endpoint, endpoints.sqs),
  });
  const resources = resourcesOf(names);
  for (const { id, properties } of ofType(resources, 'AWS::SecretsManager::Secret')) {
    secretTexts.set(names.scope.attribute(id, 'Arn'), options.secret(id, properties));
  }
  const storeNames = await createStores(stores, resources, names);

  const metrics = new LocalMetrics();
  const log = (source: string, line: string) => {
    metrics.ingest(line);
    options.log(source, line);
  };
  const trouble: Cloud['trouble'] = { now: 'none' };
  const around = (one: LocalFunction) => measuredFunction(one, metrics, () => trouble.now);
  const functions = createFunctions({ resources, names, endpoints, folder, log, around });
  const { watch } = options;
  const sourcesOptions = {
    resources,
    functions,
    queues,
    recursion,
    names,
    log: options.log,
    ...(watch !== undefined && { watch }),
  };
  const sources = startEventSources(sourcesOptions);
  calls.push(...pollerCalls(resources));
  const schedules = startSchedules(sourcesOptions);
  addRoutes(http, sourcesOptions);
  const namesOfType = (type: string) => ofType(resources, type).map(({ id }) => names.nameOf(id));
  http.onAnswer = measureAnswers(namesOfType('AWS::ApiGatewayV2::Api'), metrics);
  const measuring = measureQueues(
    { service: queues, names: namesOfType('AWS::SQS::Queue'), urlOf: (name) => queueUrl(queues, name) },
    metrics,
  );

  return {
    http,
    endpoints: stores.endpoints,
    sqs: queues.client,
    dynamodb: tables.client,
    ...storeNames,
    schedules,
    deployed: afterDeployment(sourcesOptions),
    metrics,
    measureQueues: measuring.look,
    trouble,
    functions: functions.all,
    alarms: ofType(resources, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties as AlarmProperties),
    dashboards: ofType(resources, 'AWS::CloudWatch::Dashboard').map(({ properties }) =>
      String(properties['DashboardBody']),
    ),
    calls,
    properties: (id) => resources.find((resource) => resource.id === id)?.properties ?? {},
    output: (name) => String(resolve(template.Outputs?.[name]?.Value, names.scope)),
    async stop() {
      // First nothing new comes in, then what is under work ends, then the stores close.
      await http.stop();
      measuring.stop();
      for (const schedule of schedules.values()) schedule.stop();
      await Promise.all(sources.map((source) => source.stop()));
      await Promise.all(functions.all.map((one) => one.stop()));
      await recorder.stop();
      await stores.stop();
    },
  };
}

/** All services behind one address. */
function allAt(endpoint: string): Stores['endpoints'] {
  return { sqs: endpoint, s3: endpoint, dynamodb: endpoint, secretsmanager: endpoint };
}
