import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forms } from '../../helpers/registry.ts';
import {
  BODY,
  type Forgery,
  NOW,
  nothingQueued,
  PATH,
  PUBLIC_URL,
  SECRET,
  send,
  sign,
  signed,
  WORKFLOWS,
} from './forge.ts';

describe('the workflow route, which takes version 2 as well', () => {
  const FORM = JSON.stringify({
    event: 'form-submission',
    formId: forms.ofCompany,
    contactId: '101',
    email: 'anna@example.at',
    submittedAt: NOW - 1000,
  });
  const v2 = (body: string, over = `${SECRET}POST${PUBLIC_URL}${WORKFLOWS}${body}`): Forgery => ({
    ...signed(body, WORKFLOWS),
    headers: {
      'x-hubspot-signature': createHash('sha256').update(over).digest('hex'),
      'x-hubspot-signature-version': 'v2',
    },
  });
  const sendThere = (request: Forgery) => send(request, { versions: 'v2 too' });

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
    expect(await sendThere({ ...genuine, method: 'PUT' })).toEqual(nothingQueued(405));
    const other = (header: Record<string, string>) => ({ ...genuine, headers: { ...genuine.headers, ...header } });
    for (const forged of [
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
    const [first, again] = [
      await sendThere(v2(FORM)),
      await send(v2(FORM), { now: NOW + 30 * 24 * 3_600_000, versions: 'v2 too' }),
    ];
    expect(again.signals.map(({ id }) => id)).toEqual(first.signals.map(({ id }) => id));
  });
});
