import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  deadlineBefore,
  inHalfTheTime,
  inTime,
  isTimeUp,
  paceInTime,
  remainingMs,
  withDeadline,
} from '../src/deadline.ts';
import { RetryableError } from '../src/errors.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lambda's clock of an invocation that may take a minute. */
const ofAMinute = () => 60_000 - Date.now();
const deadline = () => deadlineBefore(ofAMinute, 10_000);
const never = () => new Promise<never>(() => undefined);

test('without a deadline there is always time', async () => {
  expect(remainingMs()).toBe(Number.POSITIVE_INFINITY);
  expect(isTimeUp()).toBe(false);
  expect(await inTime(Promise.resolve('done'))).toBe('done');
  const slow = inHalfTheTime(async () => {
    await new Promise((resolve) => setTimeout(resolve, 3600_000));
    return remainingMs();
  });
  await vi.advanceTimersByTimeAsync(3600_000);
  expect(await slow).toBe(Number.POSITIVE_INFINITY);
  expect(await paceInTime((call) => call())(() => Promise.resolve('done'))).toBe('done');
});

test('work ends before the invocation does, by what is kept back', async () => {
  await withDeadline(deadline(), async () => {
    expect(remainingMs()).toBe(50_000);
    const late = expect(inTime(never())).rejects.toThrow(RetryableError);
    await vi.advanceTimersByTimeAsync(50_000);
    await late;
    expect(isTimeUp()).toBe(true);
  });
});

test('what cannot succeed in time leaves half of the time to what comes after', async () => {
  await withDeadline(deadline(), async () => {
    let inside: number | undefined;
    const late = expect(
      inHalfTheTime(() => {
        inside = remainingMs();
        return never();
      }),
    ).rejects.toThrow(RetryableError);
    await vi.advanceTimersByTimeAsync(25_000);
    await late;
    expect([inside, remainingMs()]).toEqual([25_000, 25_000]);
  });
});

test('a call that waits for its turn past the deadline never begins', async () => {
  const turn = Promise.withResolvers<void>();
  const pace = paceInTime(async (call) => {
    await turn.promise;
    return call();
  });
  const call = vi.fn(() => Promise.resolve('answered'));
  await withDeadline(deadline(), async () => {
    const waiting = expect(pace(call)).rejects.toThrow(RetryableError);
    await vi.advanceTimersByTimeAsync(50_000);
    await waiting;
    turn.resolve();
    await vi.advanceTimersByTimeAsync(1000);
    await expect(pace(call)).rejects.toThrow(RetryableError);
  });
  expect(call).not.toHaveBeenCalled();
});
