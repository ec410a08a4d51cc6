import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { AwsCall } from './call-recorder.ts';
import { type EventSource, startEventSource } from './event-source.ts';
import { type Functions, loopingFunctions } from './functions.ts';
import type { HttpApi } from './http-api.ts';
import { MAX_ENVIRONMENTS, mappingsOf } from './mappings.ts';
import { type QueueService, queueUrl } from './queues.ts';
import type { RecursionDetection } from './recursion.ts';
import { type Names, nameOfArn, ofType, type Resource } from './resources.ts';
import { type LocalSchedule, startSchedule } from './scheduler.ts';

type ScheduleProperties = {
  ScheduleExpression: string;
  ScheduleExpressionTimezone?: string;
  Target: { Arn: string; Input?: string };
};

/** What sets functions going, and what they are. */
export type SourcesOptions = {
  resources: readonly Resource[];
  functions: Functions;
  queues: QueueService;
  recursion: RecursionDetection;
  names: Names;
  log: (source: string, line: string) => void;
  /** Told of each batch of a queue twice: when its function is invoked, and when that has ended. */
  watch?: (batch: Batch) => void;
};

/** A batch of messages that a queue handed to its function. Times in ms. */
export type Batch = { queue: string; records: readonly SQSRecord[]; startedAt: number; endedAt?: number };

/** Lets every queue that a mapping names set its function going. */
export function startEventSources(options: SourcesOptions): EventSource[] {
  const { resources, functions, queues, recursion, names, log, watch } = options;
  const looping = loopingFunctions(resources, names);
  return mappingsOf(resources).map((mapping) => {
    const queueName = nameOfArn(mapping.EventSourceArn);
    const target = functions.named(mapping.FunctionName);
    return startEventSource({
      client: queues.client,
      longPollSeconds: queues.longPollSeconds,
      queueUrl: queueUrl(queues, queueName),
      queueArn: mapping.EventSourceArn,
      batchSize: mapping.BatchSize ?? 10,
      windowMs: (mapping.MaximumBatchingWindowInSeconds ?? 0) * 1000,
      maxConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? MAX_ENVIRONMENTS,
      partialFailures: mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
      invoke: (event, traceHeader) => watched(queueName, event, () => target.invoke(event, traceHeader), watch),
      functionName: target.name,
      recursion,
      mayLoop: looping.has(target.name),
      deadLetterQueueUrl: deadLettersOf(mapping.EventSourceArn, options),
      log: (line) => log(queueName, line),
    });
  });
}

/** The queue to which a queue's redrive policy moves messages. */
function deadLettersOf(queueArn: string, { resources, queues, names }: SourcesOptions): string | undefined {
  const queue = ofType(resources, 'AWS::SQS::Queue').find(({ id }) => names.nameOf(id) === nameOfArn(queueArn));
  const policy = queue?.properties['RedrivePolicy'] as { deadLetterTargetArn: string } | undefined;
  return policy && queueUrl(queues, nameOfArn(policy.deadLetterTargetArn));
}

async function watched(
  queue: string,
  { Records: records }: SQSEvent,
  invoke: () => Promise<unknown>,
  watch: SourcesOptions['watch'],
): Promise<unknown> {
  const startedAt = Date.now();
  watch?.({ queue, records, startedAt });
  try {
    return await invoke();
  } finally {
    watch?.({ queue, records, startedAt, endedAt: Date.now() });
  }
}

/** The calls of Lambda's poller, which acts with the function's role. */
export function pollerCalls(resources: readonly Resource[]): AwsCall[] {
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  return mappingsOf(resources).flatMap(({ EventSourceArn, FunctionName }) =>
    actions.map((action) => ({ function: FunctionName, action, resource: EventSourceArn })),
  );
}

/** The schedules of a template, by logical id. */
export function startSchedules(options: SourcesOptions): Map<string, LocalSchedule> {
  return new Map(
    ofType(options.resources, 'AWS::Scheduler::Schedule').map(({ id, properties }) => {
      const { ScheduleExpression, ScheduleExpressionTimezone = 'UTC', Target } = properties as ScheduleProperties;
      const schedule = startSchedule({
        name: id,
        expression: ScheduleExpression,
        timeZone: ScheduleExpressionTimezone,
        run: () => runTarget(Target, options),
      });
      return [id, schedule];
    }),
  );
}

/** What happens when CloudFormation has deployed the stack: the targets of the rules that wait for that. */
export function afterDeployment(options: SourcesOptions): () => Promise<void> {
  const rules = ofType(options.resources, 'AWS::Events::Rule').map(({ properties }) => properties as RuleProperties);
  const waiting = rules.filter(({ EventPattern }) => EventPattern.source.includes('aws.cloudformation'));
  return async () => {
    for (const target of waiting.flatMap(({ Targets }) => Targets)) await runTarget(target, options);
  };
}

type RuleProperties = { EventPattern: { source: string[] }; Targets: ScheduleProperties['Target'][] };

/** A schedule or a rule invokes a function, or sends a message to a queue. */
async function runTarget({ Arn, Input }: ScheduleProperties['Target'], { functions, queues }: SourcesOptions) {
  if (Arn.split(':')[2] === 'lambda') {
    await functions.named(Arn).invoke(JSON.parse(Input ?? '{}'));
    return;
  }
  const QueueUrl = queueUrl(queues, nameOfArn(Arn));
  await queues.client.send(new SendMessageCommand({ QueueUrl, MessageBody: Input ?? '' }));
}

/** Hands the requests of each route to its function. */
export function addRoutes(http: HttpApi, { resources, functions, names: { nameOf } }: SourcesOptions): void {
  const integrations = new Map(
    ofType(resources, 'AWS::ApiGatewayV2::Integration').map(({ id, properties }) => [
      `integrations/${nameOf(id)}`,
      functions.named(String(properties['IntegrationUri'])),
    ]),
  );
  for (const { properties } of ofType(resources, 'AWS::ApiGatewayV2::Route')) {
    const target = integrations.get(String(properties['Target']));
    if (target !== undefined) http.routes.set(String(properties['RouteKey']), (event) => target.invoke(event));
  }
}
