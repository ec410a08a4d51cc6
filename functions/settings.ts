import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import * as z from 'zod/mini';
import type { SignalQueues } from '../src/queues/queue-signals.ts';

const text = z.string().check(z.minLength(1));
const number = z.pipe(
  z.string().check(z.regex(/^\d+(\.\d+)?$/)),
  z.transform((value: string) => Number(value)),
);

const SignalQueueSettings = { SIGNALS_QUEUE_URL: text, CROWD_SIGNALS_QUEUE_URL: text };

/** Environment of each function; the stack's constructs are typed by the same keys. */
export const ReceiveSettings = z.object({
  STAGE: text,
  ...SignalQueueSettings,
  PUBLIC_URL: text,
  CLIENT_SECRET_ARN: text,
  ACCEPT_V2: z.enum(['true', 'false']),
});

const HubSpotSettings = {
  STAGE: text,
  HUBSPOT_API_URL: text,
  ACCESS_TOKEN_ARN: text,
  HUBSPOT_CALLS_PER_10S: number,
  LEDGER_TABLE: text,
};
const QueueSettings = {
  QUEUE_URL: text,
  DEAD_LETTER_QUEUE_URL: text,
  CONVERGENCE_QUEUE_URL: text,
  BACKOFF_FIRST_S: number,
  BACKOFF_LONGEST_S: number,
};
/** decide and converge. */
export const WorkerSettings = z.object({ ...HubSpotSettings, ...QueueSettings, ADDRESS_KEY_ARN: text });
export const AuditSettings = z.object({
  ...HubSpotSettings,
  ...QueueSettings,
  HUBSPOT_SPARE_CALLS_PER_10S: number,
  ...SignalQueueSettings,
  ADDRESS_KEY_ARN: text,
  REPORT_BUCKET: text,
  AUDIT_MODE: z.enum(['repair', 'report']),
});
export const CanarySettings = z.object(HubSpotSettings);

/** Reads a function's environment. @throws Error naming every missing or wrong variable, never a value. */
export function settings<T extends z.ZodMiniObject>(schema: T): z.output<T> {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
  throw new Error(`environment: ${names.join(', ')} missing or malformed`);
}

/** The queues of signals, for whoever fills them. */
export function queuesOf(env: { SIGNALS_QUEUE_URL: string; CROWD_SIGNALS_QUEUE_URL: string }): SignalQueues {
  return { persons: env.SIGNALS_QUEUE_URL, crowds: env.CROWD_SIGNALS_QUEUE_URL };
}

/** Seconds for which a secret is kept; a rotated one is in force everywhere after this, or when `fresh` asks for it. */
export const SECRET_MAX_AGE_S = 300;
/** Asking anew costs a call: whoever sends forged requests must not be able to cause one each. */
const FRESH_EVERY_MS = 30_000;
const askedAt = new Map<string, number>();

/** `fresh`: read anew, unless that was done a moment ago. */
export type Freshness = 'cached' | 'fresh';

/** A secret's text. @throws Error when the secret holds none. */
export async function secret(arn: string, freshness: Freshness = 'cached'): Promise<string> {
  const now = Date.now();
  const forceFetch = freshness === 'fresh' && now - (askedAt.get(arn) ?? 0) > FRESH_EVERY_MS;
  if (forceFetch) askedAt.set(arn, now);
  const value = await getSecret(arn, { maxAge: SECRET_MAX_AGE_S, forceFetch });
  if (typeof value !== 'string' || value === '') throw new Error(`secret ${arn} holds no text`);
  return value;
}

/** The client secrets in force: a comma-separated list while one is being rotated. */
export function listOf(secrets: string): string[] {
  return secrets
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
