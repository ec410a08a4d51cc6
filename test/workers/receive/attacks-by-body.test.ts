import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseAddress } from '../../../src/address.ts';
import { forms } from '../../helpers/registry.ts';
import { BODY, NOW, nothingQueued, OPT_OUT, PATH, send, signed, WORKFLOWS } from './forge.ts';

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
