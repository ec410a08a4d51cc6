import { createHash, createHmac } from 'node:crypto';

/** HubSpot's side of its signatures, written apart from the code that checks them. */
type Unsigned = { method: string; url: string; body: string; secret: string };

/** The URI with HubSpot's twelve escapes decoded ("Validating requests" in the developer docs). */
function decoded(url: string): string {
  const escapes = ['3A', '2F', '3F', '40', '21', '24', '27', '28', '29', '2A', '2C', '3B'];
  return escapes.reduce(
    (text, hex) => text.replaceAll(new RegExp(`%${hex}`, 'gi'), String.fromCharCode(Number.parseInt(hex, 16))),
    url,
  );
}

/** Headers of an app webhook: v3, and v1 for old clients. `now` in ms. */
export function appWebhookHeaders({ method, url, body, secret }: Unsigned, now: number): Record<string, string> {
  const v3 = createHmac('sha256', secret)
    .update(`${method}${decoded(url)}${body}${now}`, 'utf8')
    .digest('base64');
  return {
    'content-type': 'application/json',
    'x-hubspot-signature-v3': v3,
    'x-hubspot-request-timestamp': String(now),
    'x-hubspot-signature': createHash('sha256')
      .update(secret + body, 'utf8')
      .digest('hex'),
    'x-hubspot-signature-version': 'v1',
  };
}

/** Headers of a workflow's "Send a webhook": v2 only. */
export function workflowHeaders({ method, url, body, secret }: Unsigned): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-hubspot-signature': createHash('sha256')
      .update(secret + method + url + body, 'utf8')
      .digest('hex'),
    'x-hubspot-signature-version': 'v2',
  };
}
