import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, MiddlewareHandler } from 'hono';
import type { Failure } from '../behaviour.ts';
import type { Fault } from '../faults.ts';
import type { ApiOptions, Call } from './account.ts';
import { correlationIdOf, error, nameCall } from './answers.ts';
import type { BatchBody } from './batch.ts';
import { spellOutNulls } from './nulls.ts';

/** HubSpot counts the calls of the last ten seconds. */
const WINDOW_MS = 10_000;

/** Notes every call, and answers those that HubSpot would refuse before it looks at what they ask. */
export function guard(options: ApiOptions): MiddlewareHandler {
  const { behaviour, clock, calls } = options;
  const isWithinLimit = slidingLimit(options);
  return async (c, next) => {
    const { method, path } = c.req;
    const call: Call = { method, path, items: 1, status: 0, at: clock() };
    nameCall(c, calls.push(call));
    if (behaviour.delayMs > 0) await sleep(behaviour.delayMs);
    const refused = (await trouble(c, options)) ?? (isWithinLimit(c) ? undefined : tooManyCalls(c, options));
    if (refused !== undefined) {
      call.status = refused.status;
      return refused;
    }
    if (behaviour.explicitNulls) spellOutNulls(c);
    call.items = await itemsOf(c);
    await next();
    call.status = c.res.status;
    return undefined;
  };
}

/** The answer of a HubSpot in trouble, or to a wrong token; undefined when nothing is the matter. */
async function trouble(c: Context, { behaviour, accessToken, faults }: ApiOptions): Promise<Response | undefined> {
  if (behaviour.outage === 'answers 503') return error(c, 503, 'SERVICE_UNAVAILABLE', 'the service is down');
  const call = { method: c.req.method, path: c.req.path, body: await c.req.text() };
  const isSilent = behaviour.silent?.(call) === true;
  if (isSilent) return new Promise(() => undefined);
  const fault = faults.of(call);
  if (fault !== undefined) return faulty(c, fault);
  const failure = failureOf(behaviour.fail?.(call));
  if (failure !== undefined) {
    if (failure.status === 429 && behaviour.retryAfterSeconds !== undefined) {
      c.header('retry-after', String(behaviour.retryAfterSeconds));
    }
    if ('body' in failure) return c.json(failure.body, failure.status as 200);
    return error(c, failure.status, failure.category, `as the test wished: ${c.req.path} ${await c.req.text()}`);
  }
  if (c.req.header('authorization') !== `Bearer ${accessToken}`) {
    return error(c, 401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
  }
  return undefined;
}

function failureOf(told: number | Failure | undefined): Failure | undefined {
  return typeof told === 'number' ? { status: told, category: 'INJECTED' } : told;
}

function faulty(c: Context, { status, body, category = 'INJECTED', retryAfter }: Fault): Response {
  if (retryAfter !== undefined) c.header('retry-after', String(retryAfter));
  if (body !== undefined) return c.json(body, (status ?? 200) as 200);
  return error(c, status ?? 500, category, 'as the twin was told');
}

/** Counts the calls that started within the window. A call beyond the limit is answered false and does not count. */
function slidingLimit({ behaviour, clock }: ApiOptions): (c: Context) => boolean {
  const starts: number[] = [];
  return (c) => {
    const now = clock();
    while (starts[0] !== undefined && starts[0] <= now - WINDOW_MS) starts.shift();
    if (starts.length >= behaviour.limitPer10Seconds) return false;
    starts.push(now);
    c.header('x-hubspot-ratelimit-max', String(behaviour.limitPer10Seconds));
    c.header('x-hubspot-ratelimit-remaining', String(behaviour.limitPer10Seconds - starts.length));
    c.header('x-hubspot-ratelimit-interval-milliseconds', String(WINDOW_MS));
    return true;
  };
}

function tooManyCalls(c: Context, { behaviour }: ApiOptions): Response {
  const headers: Record<string, string> =
    behaviour.retryAfterSeconds === undefined ? {} : { 'retry-after': String(behaviour.retryAfterSeconds) };
  const body = {
    status: 'error',
    message: 'You have reached your ten_secondly_rolling limit.',
    errorType: 'RATE_LIMIT',
    policyName: 'TEN_SECONDLY_ROLLING',
    correlationId: correlationIdOf(c),
  };
  return c.json(body, 429, headers);
}

/** How many inputs a call holds: those of a batch, one for any other call. */
async function itemsOf(c: Context): Promise<number> {
  const body = c.req.method === 'GET' ? undefined : await c.req.json<BatchBody>().catch(() => undefined);
  return Array.isArray(body?.['inputs']) ? body['inputs'].length : 1;
}
