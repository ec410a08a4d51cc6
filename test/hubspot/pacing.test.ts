import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPacer, createYieldingPacer, type Pace } from '../../src/hubspot/pacing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MINUTE_MS = 60_000;

/** When calls start (ms) that somebody makes one after another, for `ms`. */
async function starts(pace: Pace, ms: number): Promise<number[]> {
  const began = Date.now();
  const times: number[] = [];
  const callAgain = (): void => {
    void pace(async () => void times.push(Date.now() - began)).then(callAgain);
  };
  callAgain();
  await vi.advanceTimersByTimeAsync(ms);
  return times;
}

/** The most calls that start within any ten seconds. */
function mostInTenSeconds(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 10_000).length));
}

test.each([1, 2, 5, 7, 9, 14, 23, 33, 52, 104, 190])(
  '%d calls in ten seconds: never more, and not much less',
  async (limit) => {
    const times = await starts(createPacer(limit), MINUTE_MS);
    expect(mostInTenSeconds(times)).toBeLessThanOrEqual(limit);
    // A fifth is kept for what comes at once; of one or two calls hardly anything can be spread.
    expect(times.length).toBeGreaterThanOrEqual(limit < 5 ? limit : limit * 6 * 0.65);
  },
);

describe('a pacer for work that can wait', () => {
  const pacer = () => createYieldingPacer(9, 14);

  test('takes spare calls while half of the allowance is unused, and never more than both together', async () => {
    const { pace, heard } = pacer();
    heard({ remaining: 190, most: 190 });
    const times = await starts(pace, MINUTE_MS);
    expect(times.length).toBeGreaterThan(23 * 6 * 0.65);
    expect(mostInTenSeconds(times)).toBeLessThanOrEqual(23);
  });

  test('yields to everybody else, but never stands still', async () => {
    const { pace, heard } = pacer();
    heard({ remaining: 94, most: 190 });
    const times = await starts(pace, MINUTE_MS);
    expect(times.length).toBeGreaterThan(9 * 6 * 0.65);
    expect(mostInTenSeconds(times)).toBeLessThanOrEqual(9);
  });

  test('takes nothing spare before HubSpot told of an allowance', async () => {
    expect(mostInTenSeconds(await starts(pacer().pace, MINUTE_MS))).toBeLessThanOrEqual(9);
  });
});
