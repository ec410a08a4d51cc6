import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signedUri } from '../../../src/hubspot/signature.ts';
import { BODY, NOW, nothingQueued, PATH, PUBLIC_URL, send, sign, signed } from './forge.ts';

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
        const status = part === 'method' ? 405 : 401;
        expect(await send({ ...signed(), [part]: all[part] })).toEqual(nothingQueued(status));
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

describe('time', () => {
  test('a replay counts for five minutes, and changes nothing: the same signal has the same name', async () => {
    const [first, again] = [await send(signed()), await send(signed(), { now: NOW + 4 * 60_000 })];
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
