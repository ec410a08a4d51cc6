import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A request as it arrived: the exact bytes of the body, or well-formed text of which these bytes are the UTF-8; the URL as HubSpot was
 * told to call it. Header names in lower case.
 */
export type SignedRequest = {
  method: string;
  url: string;
  body: Buffer | string;
  headers: Readonly<Record<string, string | undefined>>;
};

export type SignatureVerdict = 'valid' | 'missing' | 'mismatch' | 'stale';

/** HubSpot: reject a request whose timestamp is more than 5 minutes away. */
const MAX_AGE_MS = 5 * 60_000;

/** The escapes that HubSpot decodes in the URI before it signs (developer docs, "Validating requests"). All others stay. */
const DECODED: Record<string, string> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};
const ESCAPES = new RegExp(Object.keys(DECODED).join('|'), 'gi');

/** The URI in the form HubSpot signs. */
export function signedUri(url: string): string {
  return !url.includes('%') ? url : url.replace(ESCAPES, (found) => DECODED[found.toUpperCase()] ?? found);
}

/**
 * Checks signature v3: base64(HMAC-SHA256(secret, method + URI + body + timestamp)). Any of `secrets` will do, so that a
 * secret can be rotated. `now` in ms.
 */
export function verifyV3(request: SignedRequest, secrets: readonly string[], now: number): SignatureVerdict {
  const signature = request.headers['x-hubspot-signature-v3'];
  const timestamp = request.headers['x-hubspot-request-timestamp'];
  if (!signature || !timestamp) return 'missing';
  // A timestamp that is not a number would slip through a comparison with NaN.
  if (!/^\d{1,16}$/.test(timestamp)) return 'mismatch';
  if (Math.abs(now - Number(timestamp)) > MAX_AGE_MS) return 'stale';
  return secrets.some((secret) => {
    const mac = createHmac('sha256', secret)
      .update(request.method + signedUri(request.url), 'utf8')
      .update(request.body)
      .update(timestamp, 'utf8');
    return equal(signature, mac.digest('base64'));
  })
    ? 'valid'
    : 'mismatch';
}

/** Checks signature v2, which HubSpot uses for workflow calls: hex(SHA-256(secret + method + URI + body)). It covers no time. */
export function verifyV2(request: SignedRequest, secrets: readonly string[]): SignatureVerdict {
  const signature = request.headers['x-hubspot-signature'];
  if (!signature || request.headers['x-hubspot-signature-version'] !== 'v2') return 'missing';
  return secrets.some((secret) => {
    const hash = createHash('sha256')
      .update(secret + request.method + request.url, 'utf8')
      .update(request.body);
    return equal(signature, hash.digest('hex'));
  })
    ? 'valid'
    : 'mismatch';
}

/** Constant-time comparison. The length of a right signature is no secret: it is that of every signature of its version. */
function equal(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given, 'utf8'), Buffer.from(expected, 'utf8')];
  return one.length === other.length && timingSafeEqual(one, other);
}
