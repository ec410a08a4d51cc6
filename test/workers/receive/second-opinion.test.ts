import { Signature } from '@hubspot/api-client/lib/src/utils/signature.js';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { verifyV3 } from '../../../src/hubspot/signature.ts';
import { BODY, type Forgery, NOW, PATH, PUBLIC_URL, SECRET, sign, signed } from './forge.ts';

/** HubSpot's own library as a second opinion. Where it is right both agree; each difference below is its mistake. */
describe('Signature.isValid of @hubspot/api-client', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const theirs = (request: Forgery, url: string, now: number): boolean => {
    vi.useFakeTimers({ now, toFake: ['Date'] });
    try {
      return Signature.isValid({
        signatureVersion: 'v3',
        signature: request.headers['x-hubspot-signature-v3'] ?? '',
        method: request.method,
        clientSecret: SECRET,
        requestBody: request.body.toString('utf8'),
        url,
        timestamp: Number(request.headers['x-hubspot-request-timestamp']),
      });
    } catch {
      return false;
    }
  };
  const ours = (request: Forgery, url: string, now: number): boolean =>
    verifyV3({ method: request.method, url, body: request.body, headers: request.headers }, [SECRET], now) === 'valid';

  test('agrees on plain URLs, UTF-8 bodies and past timestamps, genuine or forged', () => {
    const age = fc.integer({ min: 0, max: 10 * 60_000 });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), age, fc.boolean(), fc.boolean(), (text, ms, forged, otherUrl) => {
        // A lone surrogate is no UTF-8 and turns into another character on its way.
        fc.pre(text.isWellFormed());
        const request = signed(text, PATH, NOW - ms);
        if (forged) request.body = Buffer.from(`${text} `);
        const url = `${PUBLIC_URL}${otherUrl ? '/elsewhere' : PATH}`;
        expect(ours(request, url, NOW)).toBe(theirs(request, url, NOW));
      }),
    );
  });

  test('1. it takes a timestamp from any future', () => {
    const request = signed(BODY, PATH, NOW + 24 * 3_600_000);
    expect(theirs(request, PUBLIC_URL + PATH, NOW)).toBe(true);
    expect(ours(request, PUBLIC_URL + PATH, NOW)).toBe(false);
  });

  test('2. it takes a timestamp that is no number, signed as "NaN", for ever', () => {
    const request = signed();
    request.headers['x-hubspot-request-timestamp'] = 'never';
    request.headers['x-hubspot-signature-v3'] = sign(`POST${PUBLIC_URL + PATH}`, request.body, 'NaN');
    expect(theirs(request, PUBLIC_URL + PATH, NOW)).toBe(true);
    expect(ours(request, PUBLIC_URL + PATH, NOW)).toBe(false);
  });

  test('3. it does not decode the URL, and so refuses what HubSpot signs with one of the twelve escapes', () => {
    const url = `${PUBLIC_URL}${PATH}?next=%2Fhome`;
    const request = signed();
    request.headers['x-hubspot-signature-v3'] = sign(`POST${PUBLIC_URL}${PATH}?next=/home`, request.body, String(NOW));
    expect(theirs(request, url, NOW)).toBe(false);
    expect(ours(request, url, NOW)).toBe(true);
  });

  test('4. it signs text, not bytes, and so refuses a genuine body that is no UTF-8', () => {
    const request = signed(Buffer.from([0x5b, 0xff, 0x5d]));
    expect(theirs(request, PUBLIC_URL + PATH, NOW)).toBe(false);
    expect(ours(request, PUBLIC_URL + PATH, NOW)).toBe(true);
  });
});
