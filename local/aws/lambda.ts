import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Invocation, Measure } from './lambda-worker.ts';

/** The function threw, ended or could not start. */
export class FunctionError extends Error {
  override readonly name: string = 'FunctionError';
}

/** The function took longer than it may. */
export class FunctionTimeout extends FunctionError {}

/** The handler threw: the environment stays as it is. */
class HandlerError extends FunctionError {}

export type FunctionOptions = {
  name: string;
  arn: string;
  /** Folder of the bundle that would be deployed. */
  folder: string;
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  environment: Readonly<Record<string, string>>;
  /** How many execution environments there may be; further invocations wait. */
  maxEnvironments: number;
  log: (line: string) => void;
};

export type LocalFunction = {
  name: string;
  /** `traceHeader`: of the chain of messages that led here. */
  invoke(event: unknown, traceHeader?: string): Promise<unknown>;
  /** Bytes of JavaScript heap that each execution environment holds after a garbage collection. */
  heaps(): Promise<number[]>;
  stop(): Promise<void>;
};

type Message = { ready?: true; result?: string; error?: string };
type Environment = { worker: Worker; ready: Promise<void> };

/**
 * A Lambda function made of worker threads: each is one execution environment, handles one invocation at a time, is kept
 * warm, and dies when it exceeds the time-out.
 */
export function createFunction(options: FunctionOptions): LocalFunction {
  const environments = new Environments(options);
  return {
    name: options.name,
    async invoke(event, traceHeader) {
      const environment = await environments.acquire();
      try {
        await environment.ready;
        const result = await run(environment.worker, { event, traceHeader }, options);
        environments.release(environment);
        return result;
      } catch (error) {
        // An error of the handler leaves the environment warm; a time-out or a crash ends it.
        if (error instanceof HandlerError) environments.release(environment);
        else environments.discard(environment);
        throw error;
      }
    },
    heaps: () => Promise.all(environments.workers().map(heapOf)),
    stop: () => environments.stop(),
  };
}

/** The execution environments of a function: as many as it may have, warm ones first. Invocations wait for a free one. */
class Environments {
  readonly #options: FunctionOptions;
  readonly #idle: Environment[] = [];
  readonly #all = new Set<Environment>();
  readonly #waiting: ((environment: Environment) => void)[] = [];
  #isStopped = false;

  constructor(options: FunctionOptions) {
    this.#options = options;
  }

  workers(): Worker[] {
    return [...this.#all].map(({ worker }) => worker);
  }

  async acquire(): Promise<Environment> {
    const { name, maxEnvironments } = this.#options;
    if (this.#isStopped) throw new FunctionError(`${name} is stopped`);
    const warm = this.#idle.pop();
    if (warm !== undefined) return warm;
    if (this.#all.size < maxEnvironments) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(environment: Environment): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(environment);
    else this.#idle.push(environment);
  }

  discard(environment: Environment): void {
    this.#all.delete(environment);
    void environment.worker.terminate();
    const next = this.#waiting.shift();
    if (next !== undefined && !this.#isStopped) next(this.#start());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.workers().map((worker) => worker.terminate()));
  }

  #start(): Environment {
    const environment = startEnvironment(this.#options);
    this.#all.add(environment);
    return environment;
  }
}

function startEnvironment({ name, arn, folder, handler, ...options }: FunctionOptions): Environment {
  const worker = new Worker(join(import.meta.dirname, 'lambda-worker.ts'), {
    env: { ...options.environment, LAMBDA_TASK_ROOT: folder, LOCAL_FUNCTION_ARN: arn },
    workerData: { folder, handlerName: handler },
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMb },
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) forwardLines(stream, options.log);
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', (error) => reject(new FunctionError(`${name} could not start: ${error.message}`)));
    worker.once('exit', () => reject(new FunctionError(`${name} ended`)));
  });
  // Whoever awaits it hears of a failure; without anybody it must not end the process.
  ready.catch(() => undefined);
  return { worker, ready };
}

/** Bytes of heap that an environment holds after a garbage collection. */
async function heapOf(worker: Worker): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ measure: port2 } satisfies Measure, [port2]);
  const [bytes] = (await once(port1, 'message')) as [number];
  port1.close();
  return bytes;
}

function run(
  worker: Worker,
  given: Pick<Invocation, 'event' | 'traceHeader'>,
  { name, timeoutMs, log }: FunctionOptions,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new FunctionTimeout(`${name} timed out`))), timeoutMs);
    const onMessage = ({ result, error }: Message) =>
      finish(() => {
        if (error === undefined) resolve(result === undefined ? undefined : JSON.parse(result));
        else {
          log(JSON.stringify({ level: 'ERROR', message: 'invocation failed', error }));
          reject(new HandlerError(`handler: ${error}`));
        }
      });
    const onExit = () => finish(() => reject(new FunctionError(`${name} ended in the middle of its work`)));
    const onError = (error: Error) => finish(() => reject(new FunctionError(`${name} crashed: ${error.message}`)));
    const finish = (then: () => void) => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('exit', onExit).off('error', onError);
      then();
    };
    worker.on('message', onMessage).on('exit', onExit).on('error', onError);
    const invocation: Invocation = { ...given, requestId: randomUUID(), deadline: Date.now() + timeoutMs };
    worker.postMessage(invocation);
  });
}

function forwardLines(stream: NodeJS.ReadableStream, log: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') log(line);
  });
}
