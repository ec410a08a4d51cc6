import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { FunctionTimeout } from './lambda.ts';

export type Invoke = (event: unknown) => Promise<unknown>;
/** An answer to a request: its status, and how long the request took. */
export type Answered = { status: number; ms: number };
export type HttpApi = {
  url: string;
  /** Route keys such as `POST /webhooks/hubspot`, or `ANY …`. Until a route is set, its requests are answered 503. */
  routes: Map<string, Invoke>;
  /** Told of each answer. */
  onAnswer: (answered: Answered) => void;
  stop(): Promise<void>;
};

/** API Gateway takes 10 MB, but a synchronous invocation only 6 MB. */
const MAX_BODY = 6 * 1024 * 1024;

/** An HTTP API of API Gateway: hands requests to functions in payload format 2.0. `port` 0: any free one. */
export async function startHttpApi(port: number): Promise<HttpApi> {
  const routes: HttpApi['routes'] = new Map();
  const server = createServer((request, response) => {
    const began = performance.now();
    response.once('finish', () => api.onAnswer({ status: response.statusCode, ms: performance.now() - began }));
    answer(request, response, routes).catch(() => reply(response, 500, 'Internal Server Error'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is in use; set PORT to a free one`) : error),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const api: HttpApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    routes,
    onAnswer: () => undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
  return api;
}

async function answer(request: IncomingMessage, response: ServerResponse, routes: HttpApi['routes']): Promise<void> {
  const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const body = await readBody(request);
  if (body === undefined) return reply(response, 413, 'Request Entity Too Large');
  // As in API Gateway, the route of the very method goes before the route of any method.
  const routeKey = [`${request.method} ${path}`, `ANY ${path}`].find((key) => routes.has(key)) ?? '';
  const invoke = routes.get(routeKey);
  if (invoke !== undefined) return hand(eventOf(request, { routeKey, path, query, body }), invoke, response);
  if (routes.size === 0) reply(response, 503, 'Service Unavailable');
  else reply(response, 404, 'Not Found');
}

/** Hands an event to its function and answers with what the function returns. */
async function hand(event: APIGatewayProxyEventV2, invoke: Invoke, response: ServerResponse): Promise<void> {
  try {
    const result = (await invoke(event)) as APIGatewayProxyStructuredResultV2;
    const payload = Buffer.from(result.body ?? '', result.isBase64Encoded === true ? 'base64' : 'utf8');
    response.writeHead(result.statusCode ?? 200, result.headers as Record<string, string>).end(payload);
  } catch (error) {
    if (error instanceof FunctionTimeout) reply(response, 503, 'Service Unavailable');
    else reply(response, 500, 'Internal Server Error');
  }
}

/** The body's bytes, or undefined when there are too many; then the rest is read and thrown away. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  return size <= MAX_BODY ? Buffer.concat(chunks) : undefined;
}

type Asked = { routeKey: string; path: string; query: string; body: Buffer };

/** A request in API Gateway's payload format 2.0. */
function eventOf(request: IncomingMessage, { routeKey, path, query, body }: Asked): APIGatewayProxyEventV2 {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  const text = textOf(headers['content-type'] ?? '', body);
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.byteLength > 0 && { body: text ?? body.toString('base64') }),
    isBase64Encoded: body.byteLength > 0 && text === undefined,
  };
}

/** Text as it is for text types; API Gateway encodes anything else in base64. */
function textOf(contentType: string, body: Buffer): string | undefined {
  if (!/^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded))/.test(contentType)) return undefined;
  const text = body.toString('utf8');
  return Buffer.from(text, 'utf8').equals(body) ? text : undefined;
}

/** An answer of API Gateway itself. */
function reply(response: ServerResponse, status: number, message: string): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}
