import { createServer, request as forward } from 'node:http';
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
export type CallRecorder = { endpoint: string; calls: AwsCall[]; stop(): Promise<void> };

/**
 * Stands between the functions and the emulators and notes each call. The caller is known by its access key id, which the
 * local stack makes the function's name; the service by the credential scope of the signature (AWS Signature V4).
 */
export async function startCallRecorder(services: Readonly<Record<string, () => string>>): Promise<CallRecorder> {
  const calls: AwsCall[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const [, caller = '', service = ''] =
        /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? [];
      const endpoint = services[service]?.();
      if (endpoint === undefined) {
        outgoing.writeHead(500).end(`no emulator for ${service}`);
        return;
      }
      const target = String(incoming.headers['x-amz-target'] ?? '');
      calls.push(callOf(caller, service, target, incoming.method ?? '', incoming.url ?? '', body));
      const onward = forward(
        endpoint + incoming.url,
        { method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => onward.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function callOf(caller: string, service: string, target: string, method: string, url: string, body: Buffer): AwsCall {
  const operation = target.split('.').at(-1) ?? '';
  const input = service === 's3' ? {} : (JSON.parse(body.toString('utf8') || '{}') as Record<string, string>);
  const arn = (kind: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${kind}`;
  switch (service) {
    case 'sqs':
      // The batch calls of SQS need the permission of the single one.
      return {
        function: caller,
        action: `sqs:${operation.replace(/Batch$/, '')}`,
        resource: arn(input['QueueUrl']?.split('/').at(-1) ?? ''),
        outside: JSON.stringify(input, (key, value: unknown) => (key === 'MessageBody' ? undefined : value)),
      };
    case 'dynamodb': {
      const index = input['IndexName'] === undefined ? '' : `/index/${input['IndexName']}`;
      const call = {
        function: caller,
        action: `dynamodb:${operation}`,
        resource: arn(`table/${input['TableName']}${index}`),
      };
      return operation === 'UpdateItem' ? { ...call, context: { 'dynamodb:Attributes': attributesOf(input) } } : call;
    }
    case 'secretsmanager':
      return { function: caller, action: `secretsmanager:${operation}`, resource: input['SecretId'] ?? '' };
    default: {
      const verb = { PUT: 'PutObject', GET: 'GetObject', DELETE: 'DeleteObject' }[method] ?? method;
      return { function: caller, action: `s3:${verb}`, resource: `arn:aws:s3:::${url.split('?')[0]?.slice(1) ?? ''}` };
    }
  }
}

/** The attributes that an update names: those of its key and of its expression. */
function attributesOf(input: Record<string, unknown>): string[] {
  const { Key, ExpressionAttributeNames } = input as Record<string, Record<string, string> | undefined>;
  return [...Object.keys(Key ?? {}), ...Object.values(ExpressionAttributeNames ?? {})];
}
