import { describe, expect, test } from 'vitest';
import { RetryableError, WaitError } from '../../src/errors.ts';
import { retryDelay, retryLater } from '../../src/queues/failures.ts';
import { record, startSqs } from '../helpers/sqs.ts';

/** As deployed: infra/parameters.ts and infra/queues.ts. */
const backoff = { first: 5, longest: 300 };
const MAX_RECEIVES = 300;
const wait = (receive: number, random: number, error: unknown = new RetryableError('')) =>
  retryDelay(error, receive, { backoff, random: () => random });

/** Receives that trouble of so many seconds costs a message at most. */
function receivesIn(seconds: number): number {
  let [elapsed, receives] = [0, 1];
  for (; elapsed < seconds; receives++) elapsed += wait(receives, 0);
  return receives;
}

describe('how long a failed message waits', () => {
  test('it doubles per receive up to the longest wait, spread by a tenth either way', () => {
    expect([1, 2, 3, 4].map((receive) => wait(receive, 0.5))).toEqual([5, 10, 20, 40]);
    expect(wait(50, 0)).toBe(270);
    expect(wait(50, 0.999)).toBeLessThanOrEqual(330);
  });

  test('never earlier than HubSpot asks for', () => {
    expect(wait(1, 0, new RetryableError('', { afterMs: 60_500 }))).toBe(61);
  });

  test('what HubSpot names is what is waited, not a floor under the doubling', () => {
    const named = new RetryableError('', { afterMs: 1000, waits: 'exactly' });
    for (const receive of [1, 2, 5, 10]) expect(wait(receive, 0.999, named)).toBe(1);
    expect(wait(3, 0.999, new RetryableError('', { afterMs: 60_000, waits: 'exactly' }))).toBe(71);
  });

  test('where that goes on and on the waits double all the same, so that the receives last for days', () => {
    const named = new RetryableError('', { afterMs: 1000, waits: 'exactly' });
    expect([11, 12, 13, 50].map((receive) => wait(receive, 0.5, named))).toEqual([5, 10, 20, 300]);
  });

  test('an hour of trouble does not use up a message’s receives, nor does most of a day', () => {
    expect(receivesIn(3600)).toBeLessThan(30);
    expect(receivesIn(20 * 3600)).toBeLessThan(MAX_RECEIVES);
  });
});

test('each try tells the message’s age by our own clock: SQS forgets the age of what was received often', async () => {
  const { failures, telemetry, stop } = await startSqs('standard');
  const measured: [string, number][] = [];
  const measure = (name: string, value: number) => void measured.push([name, value]);
  const tried = record({});
  tried.attributes.SentTimestamp = '1000';
  const deps = { ...failures, now: () => 61_000, telemetry: { ...telemetry, measure } };
  await retryLater([{ record: tried, error: new RetryableError('') }], deps);
  expect(measured).toContainEqual(['WaitingAge', 60_000]);
  measured.length = 0;
  await retryLater([{ record: tried, error: new WaitError('') }], deps);
  await stop();
  expect(measured, 'what is only waited for is not late').toEqual([['MessageRetried', 1]]);
});
