import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Measure } from './lambda-worker.ts';

/** The function threw, timed out or could not start. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly timedOut: boolean;
  constructor(message: string, timedOut = false) {
    super(message);
    this.timedOut = timedOut;
  }
}

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
  invoke(event: unknown): Promise<unknown>;
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
  const idle: Environment[] = [];
  const all = new Set<Environment>();
  const waiting: ((environment: Environment) => void)[] = [];
  let stopped = false;

  const start = (): Environment => {
    const worker = new Worker(join(import.meta.dirname, 'lambda-worker.ts'), {
      env: { ...options.environment, LAMBDA_TASK_ROOT: options.folder, LOCAL_FUNCTION_ARN: options.arn },
      workerData: { folder: options.folder, handlerName: options.handler },
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb },
      stdout: true,
      stderr: true,
    });
    for (const stream of [worker.stdout, worker.stderr]) forwardLines(stream, options.log);
    const ready = new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', (error) => reject(new FunctionError(`${options.name} could not start: ${error.message}`)));
      worker.once('exit', () => reject(new FunctionError(`${options.name} ended`)));
    });
    // Whoever awaits it hears of a failure; without anybody it must not end the process.
    ready.catch(() => undefined);
    const environment = { worker, ready };
    all.add(environment);
    return environment;
  };
  const acquire = (): Promise<Environment> | Environment => {
    const warm = idle.pop();
    if (warm !== undefined) return warm;
    if (all.size < options.maxEnvironments) return start();
    return new Promise((resolve) => waiting.push(resolve));
  };
  const release = (environment: Environment) => {
    const next = waiting.shift();
    if (next !== undefined) next(environment);
    else idle.push(environment);
  };
  const discard = (environment: Environment) => {
    all.delete(environment);
    void environment.worker.terminate();
    const next = waiting.shift();
    if (next !== undefined && !stopped) next(start());
  };

  return {
    name: options.name,
    async invoke(event) {
      if (stopped) throw new FunctionError(`${options.name} is stopped`);
      const environment = await acquire();
      try {
        await environment.ready;
        const result = await run(environment.worker, event, options);
        release(environment);
        return result;
      } catch (error) {
        // An error of the handler leaves the environment warm; a time-out or a crash ends it.
        if (error instanceof FunctionError && error.message.startsWith(HANDLER_ERROR)) release(environment);
        else discard(environment);
        throw error;
      }
    },
    heaps() {
      return Promise.all(
        [...all].map(async ({ worker }) => {
          const { port1, port2 } = new MessageChannel();
          worker.postMessage({ measure: port2 } satisfies Measure, [port2]);
          const [bytes] = (await once(port1, 'message')) as [number];
          port1.close();
          return bytes;
        }),
      );
    },
    async stop() {
      stopped = true;
      await Promise.all([...all].map(({ worker }) => worker.terminate()));
    },
  };
}

const HANDLER_ERROR = 'handler: ';

function run(worker: Worker, event: unknown, { name, timeoutMs, log }: FunctionOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new FunctionError(`${name} timed out`, true))), timeoutMs);
    const onMessage = ({ result, error }: Message) =>
      finish(() => {
        if (error === undefined) resolve(result === undefined ? undefined : JSON.parse(result));
        else {
          log(JSON.stringify({ level: 'ERROR', message: 'invocation failed', error }));
          reject(new FunctionError(HANDLER_ERROR + error));
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
    worker.postMessage({ event, requestId: randomUUID(), deadline: Date.now() + timeoutMs });
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
