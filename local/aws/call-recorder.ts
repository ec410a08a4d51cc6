import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACCOUNT, REGION } from './intrinsics.ts';

/** One call of AWS's API, as IAM sees it: who, what, on what. */
export type AwsCall = {
  function: string;
  action: string;
  resource: string;
  /** Condition keys that the call would carry. */
  context?: Record<string, string | string[]>;
  /** For SQS: all that was sent but the messages' bodies, as JSON. */
  outside?: string;
};
export type CallRecorder = { endpoint: string; stop(): Promise<void> };
export type CallListeners = {
  called: (call: AwsCall) => void;
  /** Messages are being put into a queue; `messageIds`: what the queue answers. */
  sending: (messageIds: Promise<string[]>, traceHeader: string | undefined) => void;
};

/**
 * Stands between the functions and the emulators and tells of each call. `services`: the emulators' addresses. The caller is known by its access key id, which the
 * local stack makes the function's name; the service by the credential scope of the signature (AWS Signature V4).
 */
export async function startCallRecorder(
  services: Readonly<Record<string, string>>,
  listeners: CallListeners,
): Promise<CallRecorder> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const [, caller = '', service = ''] =
        /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? [];
      const endpoint = services[service];
      if (endpoint === undefined) {
        outgoing.writeHead(500).end(`no emulator for ${service}`);
        return;
      }
      listeners.called(callOf({ caller, service, ...operationOf(incoming), body }));
      const answered = Promise.withResolvers<string>();
      const onward = forward(
        endpoint + incoming.url,
        { method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => answered.resolve(Buffer.concat(parts).toString('utf8')));
        },
      );
      if (operationOf(incoming).operation.startsWith('SendMessage')) {
        listeners.sending(answered.promise.then(messageIdsIn), headerOf(incoming, 'x-amzn-trace-id'));
      }
      onward.on('error', (error) => {
        answered.reject(error);
        outgoing.destroy();
      });
      answered.promise.catch(() => undefined);
      outgoing.on('close', () => onward.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Request = {
  caller: string;
  service: string;
  /** The operation by its header; S3 has none and is known by method and path. */
  operation: string;
  method: string;
  path: string;
  body: Buffer;
};

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  return [headers[name]].flat()[0];
}

/** The ids that SQS gave to messages. */
function messageIdsIn(answer: string): string[] {
  const { MessageId, Successful = [] } = JSON.parse(answer) as {
    MessageId?: string;
    Successful?: { MessageId?: string }[];
  };
  return [MessageId, ...Successful.map((one) => one.MessageId)].filter((id) => id !== undefined);
}

function operationOf({ headers, method = '', url = '' }: IncomingMessage) {
  const target = String(headers['x-amz-target'] ?? '');
  return { operation: target.split('.').at(-1) ?? '', method, path: url.split('?')[0] ?? '' };
}

function callOf(request: Request): AwsCall {
  switch (request.service) {
    case 'sqs':
      return sqsCall(request);
    case 'dynamodb':
      return dynamodbCall(request);
    case 'secretsmanager': {
      const { caller, operation } = request;
      return {
        function: caller,
        action: `secretsmanager:${operation}`,
        resource: String(inputOf(request)['SecretId'] ?? ''),
      };
    }
    default:
      return s3Call(request);
  }
}

function sqsCall(request: Request): AwsCall {
  const input = inputOf(request);
  const queue = String(input['QueueUrl'] ?? '')
    .split('/')
    .at(-1);
  return {
    function: request.caller,
    // The batch calls of SQS need the permission of the single one.
    action: `sqs:${request.operation.replace(/Batch$/, '')}`,
    resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`,
    outside: JSON.stringify(input, (key, value: unknown) => (key === 'MessageBody' ? undefined : value)),
  };
}

function dynamodbCall(request: Request): AwsCall {
  const input = inputOf(request);
  const index = input['IndexName'] === undefined ? '' : `/index/${input['IndexName']}`;
  // A batch names its table beside its keys.
  const table = input['TableName'] ?? Object.keys(input['RequestItems'] ?? {})[0];
  const call = {
    function: request.caller,
    action: `dynamodb:${request.operation}`,
    resource: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}${index}`,
  };
  const isUpdate = request.operation === 'UpdateItem';
  return isUpdate ? { ...call, context: { 'dynamodb:Attributes': attributesOf(input) } } : call;
}

function s3Call({ caller, method, path }: Request): AwsCall {
  const verb = { PUT: 'PutObject', GET: 'GetObject', DELETE: 'DeleteObject' }[method] ?? method;
  return { function: caller, action: `s3:${verb}`, resource: `arn:aws:s3:::${path.slice(1)}` };
}

function inputOf({ body }: Request): Record<string, unknown> {
  return JSON.parse(body.toString('utf8') || '{}') as Record<string, unknown>;
}

/** The attributes that an update names: those of its key and of its expression. */
function attributesOf(input: Record<string, unknown>): string[] {
  const { Key, ExpressionAttributeNames } = input as Record<string, Record<string, string> | undefined>;
  return [...Object.keys(Key ?? {}), ...Object.values(ExpressionAttributeNames ?? {})];
}
