import { describe, expect, test } from 'vitest';
import { RetryableError, type RetryableOptions } from '../../src/errors.ts';
import { retrying } from '../../src/hubspot/retry.ts';
import { type ApiRequest, type ApiResponse, ServerTroubleError } from '../../src/hubspot/transport.ts';

const ok: ApiResponse = { status: 200, body: {} };
const trouble = new ServerTroubleError(500, { afterMs: 0 });
const tooMany = (options: RetryableOptions) =>
  new RetryableError('HubSpot answered 429', { ...options, waits: 'exactly', did: 'nothing' });
const write: ApiRequest = { method: 'POST', path: '/write' };

/** Sends one request to a HubSpot that gives these answers in turn; the waits are only noted (ms). */
async function sent(answers: (ApiResponse | Error)[], remainingMs = 60_000, request = write) {
  const waits: number[] = [];
  let calls = 0;
  const send = retrying(
    () => {
      const answer = answers[calls++] ?? ok;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    {
      remainingMs: () => remainingMs,
      timeoutMs: 10_000,
      wait: (ms) => Promise.resolve(void waits.push(ms)),
      random: () => 0.5,
    },
  );
  const came = await send(request).catch((error: unknown) => error);
  return { came, calls, waits };
}

describe('a failed call is tried again at once', () => {
  test('three times, after growing waits; then the message goes back', async () => {
    expect(await sent([trouble])).toEqual({ came: { ...ok, unsure: true }, calls: 2, waits: [150] });
    expect(await sent(Array(9).fill(trouble))).toEqual({ came: trouble, calls: 4, waits: [150, 300, 600] });
  });

  test('where HubSpot names a wait, that is what is waited', async () => {
    const error = tooMany({ afterMs: 1000 });
    expect(await sent([error, error, error])).toEqual({ came: ok, calls: 4, waits: [1000, 1000, 1000] });
  });

  test('a long wait is the queue’s, and so is all that the invocation has no time for', async () => {
    const error = tooMany({ afterMs: 10_000 });
    expect(await sent([error])).toEqual({ came: error, calls: 1, waits: [] });
    expect(await sent([trouble], 20_000)).toEqual({ came: trouble, calls: 1, waits: [] });
    expect(await sent([trouble], 20_150)).toMatchObject({ calls: 2 });
  });

  test('only what passes', async () => {
    const other = new TypeError('a mistake of ours');
    expect(await sent([other])).toMatchObject({ came: other, calls: 1 });
    expect(await sent([{ status: 409, body: {} }])).toMatchObject({ came: { status: 409 }, calls: 1 });
  });

  test('an answer is unsure where an earlier try may have been done', async () => {
    const refused = tooMany({ afterMs: 1000 });
    expect((await sent([refused])).came).toEqual(ok);
    expect((await sent([new RetryableError('HubSpot did not answer in time'), refused])).came).toEqual({
      ...ok,
      unsure: true,
    });
    expect((await sent([trouble], 60_000, { method: 'GET', path: '/read' })).came).toEqual(ok);
  });
});
