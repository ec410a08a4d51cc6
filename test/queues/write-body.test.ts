import { expect, test } from 'vitest';
import { writeBody } from '../../src/queues/write-body.ts';

test('a body is JSON in ASCII, whatever it says: SQS refuses some characters, and the message with them', () => {
  const value = { page: 'ä \u007f \u2028 \ud83d\ude00 \ufffe \uffff \ud800', plain: '"\\\n' };
  const body = writeBody(value);
  expect(body).toMatch(/^[\u0020-\u007e]*$/);
  expect(JSON.parse(body)).toEqual(value);
});
