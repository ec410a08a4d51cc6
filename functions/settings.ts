import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const number = z.pipe(
  z.string().check(z.regex(/^\d+(\.\d+)?$/)),
  z.transform((value: string) => Number(value)),
);

/** Environment of each function; the stack's constructs are typed by the same keys. */
export const ReceiveSettings = z.object({
  SIGNALS_QUEUE_URL: text,
  PUBLIC_URL: text,
  CLIENT_SECRET_ARN: text,
  ACCEPT_V2: z.enum(['true', 'false']),
});

const HubSpotSettings = {
  HUBSPOT_API_URL: text,
  ACCESS_TOKEN_ARN: text,
  ADDRESS_KEY_ARN: text,
  HUBSPOT_CALLS_PER_10S: number,
};
const WorkerSettings = {
  LEDGER_TABLE: text,
  QUEUE_URL: text,
  DEAD_LETTER_QUEUE_URL: text,
  CONVERGENCE_QUEUE_URL: text,
  BACKOFF_FIRST_S: number,
  BACKOFF_LONGEST_S: number,
};
export const DecideSettings = z.object({ ...HubSpotSettings, ...WorkerSettings });
export const ConvergeSettings = DecideSettings;

/** Reads a function's environment. @throws Error naming every missing or wrong variable, never a value. */
export function settings<T extends z.ZodMiniObject>(schema: T): z.output<T> {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
  throw new Error(`environment: ${names.join(', ')} missing or malformed`);
}

/** Seconds for which a secret is kept: a rotated one is in force everywhere after this. */
const SECRET_MAX_AGE_S = 300;

/** A secret's text, cached. */
export async function secret(arn: string): Promise<string> {
  const value = await getSecret(arn, { maxAge: SECRET_MAX_AGE_S });
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
