import { createHash, createHmac } from 'node:crypto';
import { LOCAL_CLIENT_SECRET } from '../../local/twin-of.ts';

type Changes = {
  now?: number;
  secret?: string;
  signedUrl?: string;
  contentType?: string;
  headers?: Record<string, string>;
};

/** Posts a body signed with v3 as HubSpot would; each part can be made wrong. */
export function postV3(url: string, body: string | Buffer, changes: Changes = {}): Promise<Response> {
  const { now = Date.now(), secret = LOCAL_CLIENT_SECRET, signedUrl = url, contentType = 'application/json' } = changes;
  const signature = createHmac('sha256', secret)
    .update(`POST${signedUrl}`)
    .update(body)
    .update(String(now))
    .digest('base64');
  return fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: {
      'content-type': contentType,
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': String(now),
      ...changes.headers,
    },
  });
}

export function postV2(url: string, body: string, secret = LOCAL_CLIENT_SECRET): Promise<Response> {
  const signature = createHash('sha256').update(`${secret}POST${url}${body}`).digest('hex');
  const headers = { 'x-hubspot-signature': signature, 'x-hubspot-signature-version': 'v2' };
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}
