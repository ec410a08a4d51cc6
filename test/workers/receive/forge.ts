import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ourTime } from '../../../src/clocks.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { receive } from '../../../src/workers/receive/receive.ts';
import { testRegistry } from '../../helpers/registry.ts';

export const SECRET = 'a client secret';
export const NOW = 1_764_000_000_000;
export const PUBLIC_URL = 'https://hooks.example.at';
export const PATH = '/webhooks/hubspot';
export const WORKFLOWS = '/webhooks/hubspot/workflows';
export const OPT_OUT = {
  subscriptionType: 'object.propertyChange',
  objectTypeId: '0-1',
  portalId: 1,
  objectId: 101,
  propertyName: 'hs_email_optout_501',
  propertyValue: 'true',
  occurredAt: NOW - 1000,
};
export const BODY = JSON.stringify([OPT_OUT]);

/** A request that can be altered before it is sent. */
export type Forgery = {
  body: Buffer;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  isBase64Encoded: boolean;
};

/** HubSpot's signature of version 3 over `what` (method and URL), body and time. */
export function sign(what: string, body: Buffer, time: string, secret = SECRET): string {
  return createHmac('sha256', secret).update(what).update(body).update(time).digest('base64');
}

/** A request as HubSpot signs it; every part can be replaced before it is signed, or afterwards. */
export function signed(body: Buffer | string = BODY, path = PATH, time = NOW): Forgery {
  const bytes = Buffer.from(body);
  return {
    body: bytes,
    method: 'POST',
    path,
    query: '',
    isBase64Encoded: false,
    headers: {
      'content-type': 'application/json',
      'x-hubspot-signature-v3': sign(`POST${PUBLIC_URL + path}`, bytes, String(time)),
      'x-hubspot-request-timestamp': String(time),
    },
  };
}

type Circumstances = { now?: number; versions?: 'v3 only' | 'v2 too' };

/** What our endpoint makes of it: the status, and the signals it queued. */
export async function send(
  request: Forgery,
  { now = NOW, versions = 'v3 only' }: Circumstances = {},
): Promise<{ status: number; signals: Signal[] }> {
  const signals: Signal[] = [];
  const event = {
    rawPath: request.path,
    rawQueryString: request.query,
    headers: request.headers,
    body: request.body.toString(request.isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded: request.isBase64Encoded,
    requestContext: { http: { method: request.method, path: request.path } },
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode = 200 } = await receive(event, {
    registry: testRegistry(),
    publicUrl: PUBLIC_URL,
    clientSecrets: () => Promise.resolve([SECRET]),
    acceptV2: versions === 'v2 too',
    queue: (all) => Promise.resolve(void signals.push(...all)),
    now: () => ourTime(now),
    measure: () => undefined,
  });
  return { status: statusCode, signals };
}

/** The answer to a forgery. */
export const nothingQueued = (status: number) => ({ status, signals: [] });
