import { createHash, createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Signature } from '@hubspot/api-client/lib/src/utils/signature.js';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { normaliseAddress } from '../../../src/address.ts';
import { ourTime } from '../../../src/clocks.ts';
import { signedUri, verifyV3 } from '../../../src/hubspot/signature.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { receive } from '../../../src/workers/receive/receive.ts';
import { forms, testRegistry } from '../../helpers/registry.ts';

const SECRET = 'a client secret';
const NOW = 1_764_000_000_000;
const PUBLIC_URL = 'https://hooks.example.at';
const PATH = '/webhooks/hubspot';
const WORKFLOWS = '/webhooks/hubspot/workflows';
const OPT_OUT = {
  subscriptionType: 'object.propertyChange',
  objectTypeId: '0-1',
  portalId: 1,
  objectId: 101,
  propertyName: 'hs_email_optout_501',
  propertyValue: 'true',
  occurredAt: NOW - 1000,
};
const BODY = JSON.stringify([OPT_OUT]);

type Request = {
  body: Buffer;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  isBase64Encoded: boolean;
};

function sign(what: string, body: Buffer, time: string, secret = SECRET): string {
  return createHmac('sha256', secret).update(what).update(body).update(time).digest('base64');
}

/** A request as HubSpot signs it; every part can be replaced before it is signed, or afterwards. */
function signed(body: Buffer | string = BODY, path = PATH, time = NOW): Request {
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

/** What our endpoint makes of it: the status, and the signals it queued. */
async function send(request: Request, now = NOW, acceptV2 = false): Promise<{ status: number; signals: Signal[] }> {
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
    acceptV2,
    queue: (all) => Promise.resolve(void signals.push(...all)),
    now: () => ourTime(now),
    measure: () => undefined,
  });
  return { status: statusCode, signals };
}

const nothingQueued = (status: number) => ({ status, signals: [] });

test('untouched, it is taken: everything below fails for its own reason', async () => {
  const { status, signals } = await send(signed());
  expect(status).toBe(200);
  expect(signals).toMatchObject([{ contact: '101', control: 'subscription:501', to: 'closed' }]);
});

describe('whatever is altered after signing, nothing is queued', () => {
  test('any other bytes in the body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(BODY.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const body = Buffer.from(BODY);
        body[at] = (body[at] ?? 0) ^ by;
        expect(await send({ ...signed(), body, isBase64Encoded: true })).toEqual(nothingQueued(401));
      }),
    );
  });

  test('anything added, cut off or put in its place', async () => {
    const other = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => BODY + text),
      fc.nat(BODY.length - 1).map((length) => BODY.slice(0, length)),
      fc.json(),
    );
    await fc.assert(
      fc.asyncProperty(other, async (body) => {
        fc.pre(body !== BODY);
        expect(await send({ ...signed(), body: Buffer.from(body) })).toEqual(nothingQueued(401));
      }),
    );
  });

  test('method, path, query', async () => {
    const altered = fc.record({
      method: fc.constantFrom('GET', 'PUT', 'post', 'POST '),
      path: fc.constantFrom(
        `${PATH}/`,
        `/${PATH}`,
        PATH.toUpperCase(),
        '/webhooks/./hubspot',
        `${PATH}%2F`,
        `${PATH}%00`,
      ),
      query: fc.string({ minLength: 1 }).map(encodeURIComponent),
    });
    await fc.assert(
      fc.asyncProperty(altered, fc.constantFrom('method', 'path', 'query'), async (all, part) => {
        expect(await send({ ...signed(), [part]: all[part] })).toEqual(nothingQueued(401));
      }),
    );
  });

  test('signature and timestamp', async () => {
    const header = fc.constantFrom('x-hubspot-signature-v3', 'x-hubspot-request-timestamp');
    await fc.assert(
      fc.asyncProperty(header, fc.string({ unit: 'binary' }), async (name, value) => {
        const request = signed();
        fc.pre(request.headers[name] !== value);
        request.headers[name] = value;
        expect(await send(request)).toEqual(nothingQueued(401));
      }),
    );
  });

  test('a header sent twice arrives joined by a comma, and fits nothing', async () => {
    for (const name of ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp']) {
      const request = signed();
      request.headers[name] = `${request.headers[name]},${request.headers[name]}`;
      expect(await send(request)).toEqual(nothingQueued(401));
    }
  });

  test('a signature of version 1 or 2 in place of version 3', async () => {
    const { body } = signed();
    const headers = {
      'x-hubspot-signature': sign(`POST${PUBLIC_URL + PATH}`, body, ''),
      'x-hubspot-signature-version': 'v2',
    };
    expect(await send({ ...signed(), headers })).toEqual(nothingQueued(401));
    expect(await send({ ...signed(), headers: { ...headers, 'x-hubspot-signature-version': 'v1' } })).toEqual(
      nothingQueued(401),
    );
  });
});

describe('the workflow route, which takes version 2 as well', () => {
  const FORM = JSON.stringify({
    event: 'form-submission',
    formId: forms.ofCompany,
    contactId: '101',
    email: 'anna@example.at',
    submittedAt: NOW - 1000,
  });
  const v2 = (body: string, over = `${SECRET}POST${PUBLIC_URL}${WORKFLOWS}${body}`): Request => ({
    ...signed(body, WORKFLOWS),
    headers: {
      'x-hubspot-signature': createHash('sha256').update(over).digest('hex'),
      'x-hubspot-signature-version': 'v2',
    },
  });
  const sendThere = (request: Request) => send(request, NOW, true);

  test('untouched it is taken, there and only there', async () => {
    expect(await sendThere(v2(FORM))).toMatchObject({ status: 200, signals: [{ kind: 'form' }] });
    expect(await send(v2(FORM)), 'where the configuration switches it off').toEqual(nothingQueued(401));
    expect(await sendThere({ ...v2(BODY, `${SECRET}POST${PUBLIC_URL}${PATH}${BODY}`), path: PATH })).toEqual(
      nothingQueued(401),
    );
  });

  test('any other byte of the body, another method, path, query, secret or version is not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(FORM.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const body = Buffer.from(FORM);
        body[at] = (body[at] ?? 0) ^ by;
        expect(await sendThere({ ...v2(FORM), body, isBase64Encoded: true })).toEqual(nothingQueued(401));
      }),
    );
    const genuine = v2(FORM);
    const other = (header: Record<string, string>) => ({ ...genuine, headers: { ...genuine.headers, ...header } });
    for (const forged of [
      { ...genuine, method: 'PUT' },
      { ...genuine, query: 'x=1' },
      { ...genuine, body: Buffer.from(`${FORM} `) },
      v2(FORM, `${SECRET}x`),
      v2(FORM, `POST${PUBLIC_URL}${WORKFLOWS}${FORM}`),
      v2(FORM, SECRET + FORM),
      other({ 'x-hubspot-signature-version': 'v1' }),
      other({ 'x-hubspot-signature': '' }),
      other({ 'x-hubspot-signature': `${genuine.headers['x-hubspot-signature']},` }),
    ]) {
      expect(await sendThere(forged)).toEqual(nothingQueued(401));
    }
  });

  test('a stale or forged version 3 is not saved by a genuine version 2 beside it', async () => {
    for (const time of [NOW, NOW - 6 * 60_000]) {
      const headers = { ...signed(FORM, WORKFLOWS, time).headers, ...v2(FORM).headers };
      if (time === NOW) headers['x-hubspot-signature-v3'] = sign('POSTelsewhere', Buffer.from(FORM), String(NOW));
      expect(await sendThere({ ...v2(FORM), headers })).toEqual(nothingQueued(401));
    }
  });

  test('a replay is the same signal', async () => {
    const [first, again] = [await sendThere(v2(FORM)), await send(v2(FORM), NOW + 30 * 24 * 3_600_000, true)];
    expect(again.signals.map(({ id }) => id)).toEqual(first.signals.map(({ id }) => id));
  });
});

describe('time', () => {
  test('a replay counts for five minutes, and changes nothing: the same signal has the same name', async () => {
    const [first, again] = [await send(signed()), await send(signed(), NOW + 4 * 60_000)];
    expect(again.status).toBe(200);
    expect(again.signals.map(({ id }) => id)).toEqual(first.signals.map(({ id }) => id));
  });

  test('outside of five minutes, past or future, nothing is taken', async () => {
    const away = fc.tuple(fc.integer({ min: 5 * 60_000 + 1, max: 10 ** 12 }), fc.constantFrom(1, -1));
    await fc.assert(
      fc.asyncProperty(away, async ([ms, sign]) => {
        expect(await send(signed(BODY, PATH, NOW + sign * ms))).toEqual(nothingQueued(401));
      }),
    );
  });
});

describe('encoding tricks in the URL', () => {
  const TWELVE = [':', '/', '?', '@', '!', '$', "'", '(', ')', '*', ',', ';'];
  const escapeOf = (text: string) => `%${text.charCodeAt(0).toString(16).toUpperCase()}`;
  const piece = fc.oneof(
    fc.constantFrom(...TWELVE.map(escapeOf)),
    fc.constantFrom(...TWELVE.map((one) => escapeOf(one).toLowerCase())),
    fc.constantFrom(...TWELVE),
    fc.constantFrom('%20', '%26', '%3D', '%25', '%253A', '%25253a', '%', '%3', '%zz', '+', 'ä', '%C3%A4'),
    fc.string({ maxLength: 3 }),
  );
  const query = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));

  test('the URL is decoded once, by the twelve escapes and no others', () => {
    fc.assert(
      fc.property(query, (text) => {
        const expected = text.replaceAll(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (found) =>
          decodeURIComponent(found),
        );
        expect(signedUri(text)).toBe(expected);
      }),
    );
  });

  test('signed in that form it is taken, in any other it is not', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        fc.pre(text !== '');
        const url = `${PUBLIC_URL}${PATH}?${text}`;
        const request = { ...signed(), query: text };
        const under = async (form: string) => {
          request.headers['x-hubspot-signature-v3'] = sign(`POST${form}`, request.body, String(NOW));
          return (await send(request)).status;
        };
        expect(await under(signedUri(url))).toBe(200);
        if (signedUri(url) !== url) expect(await under(url)).toBe(401);
        const twice = signedUri(signedUri(url));
        if (twice !== signedUri(url)) expect(await under(twice)).toBe(401);
      }),
    );
  });
});

describe('signed, but no honest body', () => {
  test.each([
    ['empty', '', 400],
    ['no JSON', '{', 400],
    ['an object', '{}', 400],
    ['null', 'null', 400],
    ['over a hundred events', JSON.stringify(Array.from({ length: 101 }, () => OPT_OUT)), 413],
    ['over 6 MiB', JSON.stringify(['x'.repeat(6 * 1024 * 1024)]), 413],
  ])('%s is refused', async (_name, body, status) => {
    expect(await send(signed(body))).toEqual(nothingQueued(status));
  });

  test('nested beyond any stack: an array without a readable event, which is dropped', async () => {
    expect(await send(signed(`${'['.repeat(500_000)}${']'.repeat(500_000)}`))).toEqual(nothingQueued(200));
  });

  test('gzip is not unpacked: the bytes are what was signed, and they are no JSON', async () => {
    const request = { ...signed(gzipSync(BODY)), isBase64Encoded: true };
    request.headers['content-encoding'] = 'gzip';
    expect(await send(request)).toEqual(nothingQueued(400));
  });

  test('another content type changes nothing: the signature covers the body', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const request = signed();
      request.headers['content-type'] = type;
      expect((await send(request)).signals).toHaveLength(1);
    }
  });

  test('keys that JavaScript takes for its own pollute nothing', async () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'];
    for (const key of keys) {
      for (const event of [
        `{"${key}":{"polluted":true}}`,
        `{"subscriptionType":"contact.${key}","portalId":1,"occurredAt":1}`,
      ]) {
        expect((await send(signed(`[${event}]`))).signals).toEqual([]);
      }
      const property = JSON.stringify([{ ...OPT_OUT, propertyName: key }]);
      expect((await send(signed(property))).signals).toEqual([]);
      const form = `{"event":"form-submission","formId":"${key}","contactId":"1","submittedAt":1,"${key}":{"polluted":true}}`;
      expect((await send(signed(form, WORKFLOWS))).signals).toEqual([]);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('no signed JSON whatever is answered with 5xx or thrown at', async () => {
    const shaped = fc.record(
      {
        subscriptionType: fc.oneof(
          fc.constantFrom('object.propertyChange', 'contact.merge', 'contact.deletion'),
          fc.jsonValue(),
        ),
        objectTypeId: fc.constantFrom('0-1', '0-2'),
        portalId: fc.oneof(fc.constant<unknown>(1), fc.jsonValue()),
        objectId: fc.jsonValue(),
        occurredAt: fc.jsonValue(),
        propertyName: fc.oneof(fc.constant<unknown>('hs_email_optout_501'), fc.jsonValue()),
        propertyValue: fc.jsonValue(),
        mergedObjectIds: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const body = fc.oneof(
      fc.json({ maxDepth: 8 }),
      fc.array(shaped, { maxLength: 5 }).map((events) => JSON.stringify(events)),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(PATH, WORKFLOWS), async (text, path) => {
        expect([200, 400, 413]).toContain((await send(signed(text, path))).status);
      }),
      { numRuns: 500 },
    );
  });
});

test('an address that only looks like the owner’s is another address', async () => {
  const owner = 'anna@example.at';
  const lookalikes = [
    'аnna@example.at',
    'anna@exаmple.at',
    'anna@example.at.evil.at',
    'anna+x@example.at',
    'an.na@example.at',
    'anna@exampIe.at',
    'anna\u200b@example.at',
    'ａnna@example.at',
  ];
  for (const address of lookalikes) expect(normaliseAddress(address)).not.toBe(owner);
  // And what is the same address in another dress is the same.
  for (const address of [' ANNA@EXAMPLE.AT ', 'anna@ｅxample.at', 'anna@example。at'])
    expect(normaliseAddress(address)).toBe(owner);
  const body = JSON.stringify({
    event: 'form-submission',
    formId: forms.ofCompany,
    contactId: '101',
    email: lookalikes[0],
    submittedAt: NOW,
  });
  expect((await send(signed(body, WORKFLOWS))).signals).toMatchObject([{ kind: 'form', address: lookalikes[0] }]);
});

/** HubSpot's own library as a second opinion. Where it is right both agree; each difference below is its mistake. */
describe('Signature.isValid of @hubspot/api-client', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const theirs = (request: Request, url: string, now: number): boolean => {
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
  const ours = (request: Request, url: string, now: number): boolean =>
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
