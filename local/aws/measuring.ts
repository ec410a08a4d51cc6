import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { LocalMetrics, Measured } from './cloudwatch.ts';
import type { Answered } from './http-api.ts';
import { FunctionError, type LocalFunction } from './lambda.ts';
import type { QueueService } from './queues.ts';

/** Trouble of Lambda's that can be rehearsed: every function ends in an error, or is not run at all. */
export type Trouble = 'none' | 'functions crash' | 'functions throttled';

/** How often the queues are looked at, in ms. */
const LOOK_MS = 5000;

/** Measures what AWS Lambda measures of a function: invocations, errors, throttles, duration. `trouble`: what is the matter now. */
export function measuredFunction(one: LocalFunction, metrics: LocalMetrics, trouble: () => Trouble): LocalFunction {
  const count = (name: string, value: number) => {
    // An alarm of a release looks at the alias.
    const alias = { Resource: `${one.name}:live` };
    for (const more of [{}, alias]) {
      const dimensions = { FunctionName: one.name, ...more };
      metrics.measure({ namespace: 'AWS/Lambda', name, dimensions }, [value], Date.now());
    }
  };
  const invoke: LocalFunction['invoke'] = async (event, traceHeader) => {
    const isThrottled = trouble() === 'functions throttled';
    count('Throttles', isThrottled ? 1 : 0);
    if (isThrottled) throw new FunctionError(`${one.name} is throttled`);
    const began = performance.now();
    count('Invocations', 1);
    try {
      if (trouble() === 'functions crash') throw new FunctionError(`${one.name} crashed`);
      const result = await one.invoke(event, traceHeader);
      count('Errors', 0);
      return result;
    } catch (error) {
      count('Errors', 1);
      throw error;
    } finally {
      count('Duration', performance.now() - began);
    }
  };
  return { ...one, invoke };
}

/** Measures what API Gateway measures of an HTTP API. `ids`: of the APIs that are served. */
export function measureAnswers(ids: readonly string[], metrics: LocalMetrics): (answered: Answered) => void {
  return ({ status, ms }) => {
    const values = { Count: 1, '4xx': isOf(status, 4), '5xx': isOf(status, 5), Latency: ms };
    for (const ApiId of ids) {
      for (const [name, value] of Object.entries(values)) {
        metrics.measure({ namespace: 'AWS/ApiGateway', name, dimensions: { ApiId } }, [value], Date.now());
      }
    }
  };
}

const isOf = (status: number, hundreds: number) => (Math.floor(status / 100) === hundreds ? 1 : 0);

type Watched = { service: QueueService; names: readonly string[]; urlOf: (name: string) => string };

/** Measures what SQS measures of queues, from now on until the returned function is called. */
export function measureQueues(queues: Watched, metrics: LocalMetrics): { look: () => Promise<void>; stop: () => void } {
  const look = async () => {
    // Queues may be gone while the stack stops: then there is nothing to measure.
    for (const name of queues.names) await lookAt(name, queues, metrics).catch(() => undefined);
  };
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return { look, stop: () => clearInterval(timer) };
}

async function lookAt(QueueName: string, { service, urlOf }: Watched, metrics: LocalMetrics): Promise<void> {
  const attributes = new GetQueueAttributesCommand({ QueueUrl: urlOf(QueueName), AttributeNames: ['All'] });
  const { Attributes = {} } = await service.client.send(attributes);
  const now = Date.now();
  const oldest = service.oldest(QueueName);
  const values: Record<string, number> = {
    ApproximateNumberOfMessagesVisible: Number(Attributes.ApproximateNumberOfMessages),
    ApproximateNumberOfMessagesNotVisible: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    ...(oldest !== 'unknown' && {
      ApproximateAgeOfOldestMessage: oldest === undefined ? 0 : Math.max(0, now - oldest) / 1000,
    }),
  };
  for (const [name, value] of Object.entries(values)) {
    const metric: Measured = { namespace: 'AWS/SQS', name, dimensions: { QueueName } };
    metrics.measure(metric, [value], now);
  }
}
