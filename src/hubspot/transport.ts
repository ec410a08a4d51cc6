import { Client } from '@hubspot/api-client/lib/src/client.js';
import { RetryableError, type RetryableOptions } from '../errors.ts';
import type { Allowance, Pace } from './pacing.ts';

/** One API version everywhere (design §4). */
export const API_VERSION = '2026-09';

export type ApiRequest = { method: 'GET' | 'POST' | 'PATCH'; path: string; body?: unknown };
/** `unsure`: an earlier try of the same call may have taken effect, so that nobody knows whose doing the answer shows. */
export type ApiResponse = { status: number; body: unknown; unsure?: true };
/** Sends one request to HubSpot and returns 2xx and "no for good" answers; passing trouble is thrown as RetryableError. */
export type Send = (request: ApiRequest) => Promise<ApiResponse>;

/** HubSpot answered 5xx: its own trouble, or an input that HubSpot stumbles over. */
export class ServerTroubleError extends RetryableError {
  readonly status: number;
  constructor(status: number, options: RetryableOptions) {
    super(`HubSpot answered ${status}`, options);
    this.status = status;
  }
}

export type TransportOptions = {
  baseUrl: string;
  accessToken: () => Promise<string>;
  timeoutMs: number;
  /** Runs calls no faster than the portal allows. */
  pace: Pace;
  /** Told of every answer, for metrics: the status, or 0 when none came. */
  onAnswer?: (status: number) => void;
  /** Told what HubSpot says of the calls that are left, where an answer says so. */
  onAllowance?: (allowance: Allowance) => void;
};

/** Seconds to wait when HubSpot names none: the ten-second window, and half a minute for what a person has to mend. */
const WAIT_MS = { rateLimit: 10_000, daily: 15 * 60_000, locked: 2_000, migration: 60_000, unauthorised: 30_000 };

/**
 * HubSpot's API through @hubspot/api-client's apiRequest, which neither throws on HTTP errors, nor retries, nor times
 * out: all three are done here.
 */
export function createTransport(options: TransportOptions): Send {
  return async ({ method, path, body }) => {
    const client = new Client({ accessToken: await options.accessToken(), basePath: options.baseUrl });
    const call = async () => {
      const response = await client.apiRequest({ method, path, ...(body !== undefined && { body }) });
      return { response, text: await response.text() };
    };
    const { response, text } = await options
      .pace(() => withTimeout(call(), options.timeoutMs))
      .catch((cause: unknown) => {
        options.onAnswer?.(0);
        throw cause instanceof RetryableError ? cause : new RetryableError('HubSpot cannot be reached', { cause });
      });
    options.onAnswer?.(response.status);
    const allowance = allowanceOf(response);
    if (allowance !== undefined) options.onAllowance?.(allowance);
    const parsed = parse(text);
    const trouble = troubleOf(response, parsed);
    if (trouble !== undefined && response.status >= 500) throw new ServerTroubleError(response.status, trouble);
    if (trouble !== undefined) {
      throw new RetryableError(`HubSpot answered ${response.status}`, { ...trouble, did: 'nothing' });
    }
    return { status: response.status, body: parsed };
  };
}

/** How long to wait before another try; undefined when the answer is final. 403 is final here: it may only mean a missing scope. */
function troubleOf(response: Response, body: unknown): RetryableOptions | undefined {
  const retryAfter = Number(response.headers.get('retry-after'));
  const asked = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1000 : undefined;
  const guess = guessOf(response.status, body);
  if (guess === undefined) return undefined;
  return asked === undefined
    ? { afterMs: guess }
    : { afterMs: Math.max(asked, leastOf(response.status)), waits: 'exactly' };
}

/** The wait where HubSpot names none. */
function guessOf(status: number, body: unknown): number | undefined {
  switch (status) {
    case 429:
      return (body as { policyName?: unknown } | undefined)?.policyName === 'DAILY' ? WAIT_MS.daily : WAIT_MS.rateLimit;
    case 423:
      return WAIT_MS.locked;
    case 477:
      return WAIT_MS.migration;
    case 401:
      return WAIT_MS.unauthorised;
    default:
      return status >= 500 ? 0 : undefined;
  }
}

/** HubSpot's headers about the present ten seconds; answers of the search have none. A refused call leaves nothing. */
function allowanceOf({ status, headers }: Response): Allowance | undefined {
  const most = Number(headers.get('x-hubspot-ratelimit-max') ?? Number.NaN);
  const remaining = Number(headers.get('x-hubspot-ratelimit-remaining') ?? Number.NaN);
  if (status === 429) return { remaining: 0, most: 1 };
  return remaining >= 0 && most > 0 ? { remaining, most } : undefined;
}

/** HubSpot asks for two seconds at least where a record is locked; what a person has to mend takes its time. */
function leastOf(status: number): number {
  return status === 423 ? WAIT_MS.locked : status === 401 ? WAIT_MS.unauthorised : 0;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RetryableError('HubSpot did not answer in time')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
