import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type SignedRequest, signedUri, verifyV2, verifyV3 } from '../../src/hubspot/signature.ts';

// Fixed vectors: https://github.com/HubSpot/hubspot-api-python tests/spec/utils/test_signature.py (v3) and
// https://github.com/HubSpot/hubspot-api-nodejs test/unit/signature.spec.ts (v2).
const SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
const URL = 'https://www.example.com/webhook_uri';
const TIME = 1_693_657_560_000;
const V3 = 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=';

function v3(changes: Partial<SignedRequest> & { signature?: string; timestamp?: string } = {}): SignedRequest {
  const { signature = V3, timestamp = String(TIME), ...rest } = changes;
  return {
    method: 'POST',
    url: URL,
    body: Buffer.from("{'example_field':'example_value'}"),
    headers: { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp },
    ...rest,
  };
}

describe('signature v3', () => {
  test.each([
    [TIME, V3],
    [1_700_000_300_000, 'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw='],
  ])('the published vector at %d', (time, signature) => {
    expect(verifyV3(v3({ signature, timestamp: String(time) }), [SECRET], time)).toBe('valid');
  });

  test('either secret will do while one is rotated', () => {
    expect(verifyV3(v3(), ['new', SECRET], TIME)).toBe('valid');
    expect(verifyV3(v3(), ['new', 'other'], TIME)).toBe('mismatch');
    expect(verifyV3(v3(), [], TIME)).toBe('mismatch');
  });

  test.each([
    ['body', v3({ body: Buffer.from("{'example_field':'example_valuf'}") })],
    ['method', v3({ method: 'PUT' })],
    ['URL', v3({ url: `${URL}/` })],
    ['scheme', v3({ url: URL.replace('https', 'http') })],
    ['timestamp', v3({ timestamp: String(TIME + 1) })],
    ['signature', v3({ signature: V3.replace('K', 'L') })],
    ['length of the signature', v3({ signature: V3.slice(1) })],
  ])('an altered %s is refused', (_, request) => {
    expect(verifyV3(request, [SECRET], TIME)).toBe('mismatch');
  });

  test('a timestamp five minutes away is still taken, one beyond is stale, in either direction', () => {
    const limit = 5 * 60_000;
    for (const sign of [-1, 1]) {
      expect(verifyV3(v3(), [SECRET], TIME + sign * limit)).toBe('valid');
      expect(verifyV3(v3(), [SECRET], TIME + sign * (limit + 1))).toBe('stale');
    }
  });

  test.each(['', 'NaN', '1e13', '-1', ' 1693657560000', '0x18a5'])(
    'the timestamp "%s" is no way round the check',
    (timestamp) => {
      expect(verifyV3(v3({ timestamp }), [SECRET], TIME)).not.toBe('valid');
    },
  );

  test('headers that are not there', () => {
    expect(verifyV3(v3({ headers: {} }), [SECRET], TIME)).toBe('missing');
  });

  test('bytes that are no UTF-8 are signed as they are', () => {
    const body = Buffer.from([0xff, 0xfe, 0x00]);
    const signature = createHmac('sha256', SECRET)
      .update(`POST${URL}`)
      .update(body)
      .update(String(TIME))
      .digest('base64');
    expect(verifyV3(v3({ body, signature }), [SECRET], TIME)).toBe('valid');
  });

  test('HubSpot’s twelve escapes are decoded in the URI, all others stay', () => {
    expect(signedUri('https://a.at/x?q=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B')).toBe("https://a.at/x?q=:/?@!$'()*,;");
    expect(signedUri('https://a.at/x?q=%3a%2f')).toBe('https://a.at/x?q=:/');
    expect(signedUri('https://a.at/x?q=%20%26%3D%25%2B%253A')).toBe('https://a.at/x?q=%20%26%3D%25%2B%253A');
  });
});

describe('signature v2, of workflow calls', () => {
  const body = Buffer.from('{"example_field":"example_value"}');
  const headers = (signature: string, version = 'v2') => ({
    'x-hubspot-signature': signature,
    'x-hubspot-signature-version': version,
  });
  const POST = '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900';

  test('the published vectors', () => {
    expect(verifyV2({ method: 'POST', url: URL, body, headers: headers(POST) }, [SECRET])).toBe('valid');
    const GET = 'eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e';
    expect(verifyV2({ method: 'GET', url: URL, body: Buffer.of(), headers: headers(GET) }, [SECRET])).toBe('valid');
  });

  test('altered, of another version, or missing', () => {
    const other = Buffer.from('{"example_field":"example_valu"}');
    expect(verifyV2({ method: 'POST', url: URL, body: other, headers: headers(POST) }, [SECRET])).toBe('mismatch');
    const v1 = createHash('sha256').update(SECRET).update(body).digest('hex');
    expect(verifyV2({ method: 'POST', url: URL, body, headers: headers(v1, 'v1') }, [SECRET])).toBe('missing');
    expect(verifyV2({ method: 'POST', url: URL, body, headers: {} }, [SECRET])).toBe('missing');
  });
});
