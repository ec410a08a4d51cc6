import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_CLIENT_SECRET } from '../../local/twin-of.ts';
import { readableSmoke, smoke } from '../../ops/smoke.ts';
import { systemClock } from '../../src/clocks.ts';
import { startTestStack, type TestStack } from '../helpers/local-stack.ts';

let it: TestStack;
beforeAll(async () => {
  it = await startTestStack();
});
afterAll(() => it.stop());

const knock = (changes: { url?: string; secret?: string } = {}) =>
  smoke({
    output: (name) => (name === 'WebhookUrl' ? (changes.url ?? it.stack.webhooks) : name),
    secret: () => Promise.resolve(changes.secret ?? LOCAL_CLIENT_SECRET),
    now: systemClock,
  });

describe('widerruf smoke', () => {
  test('is content when the front door is open to HubSpot only', async () => {
    expect(readableSmoke(await knock())).toBe(
      'ok    an unsigned request is refused\nok    an empty list with our signature is taken\n',
    );
    expect(readableSmoke(await knock({ secret: `${LOCAL_CLIENT_SECRET}, old` }))).not.toContain('FAIL');
  });

  test('names what is wrong: another secret, another address, nothing there', async () => {
    expect(readableSmoke(await knock({ secret: 'guessed' }))).toContain('answered 401, expected 200\n      mend: 401:');
    expect(readableSmoke(await knock({ url: `${it.stack.webhooks}/x` }))).toContain('answered 404, expected 401');
    expect(readableSmoke(await knock({ url: 'http://127.0.0.1:1/' }))).toContain('answered 0, expected 401');
  });

  test('changes nothing', async () => {
    await it.settled();
    expect(it.stack.cloud.metrics.find('Widerruf', 'EventQueued', { service: 'receive', stage: 'test' })).toEqual([]);
  });
});
