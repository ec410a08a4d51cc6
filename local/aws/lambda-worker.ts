/** Runs inside a worker thread: one execution environment of a function, with an environment of its own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

export type Invocation = { event: unknown; requestId: string; deadline: number; traceHeader: string | undefined };
/** Asks for the bytes of heap that are held after a garbage collection. */
export type Measure = { measure: MessagePort };

const { folder, handlerName } = workerData as { folder: string; handlerName: string };
const [file = 'index', exported = 'handler'] = handlerName.split('.');
const path = ['.mjs', '.js', '.cjs'].map((extension) => join(folder, file + extension)).find((one) => existsSync(one));
if (path === undefined) throw new Error(`${folder} holds no ${file}.mjs`);

const loaded = (await import(pathToFileURL(path).href)) as Record<string, (event: unknown, context: object) => unknown>;
const handler = loaded[exported];
if (handler === undefined) throw new Error(`${path} exports no ${exported}`);

const name = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? '';
parentPort?.on('message', (message: Invocation | Measure) => {
  if ('measure' in message) {
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    message.measure.postMessage(process.memoryUsage().heapUsed);
    return;
  }
  const { event, requestId, deadline, traceHeader } = message;
  // As Lambda's runtime does; the SDK sends it with each call.
  if (traceHeader === undefined) delete process.env['_X_AMZN_TRACE_ID'];
  else process.env['_X_AMZN_TRACE_ID'] = traceHeader;
  const context = {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: process.env['LOCAL_FUNCTION_ARN'],
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    awsRequestId: requestId,
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  Promise.resolve()
    .then(() => handler(event, context))
    .then(
      // Lambda carries results as JSON; so a result that is none shows here too.
      (result) => parentPort?.postMessage({ result: JSON.stringify(result) }),
      (error: unknown) =>
        parentPort?.postMessage({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }),
    );
});
parentPort?.postMessage({ ready: true });
