import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { type Freshness, listOf, SECRET_MAX_AGE_S, secret } from './settings.ts';

/** Versions of a secret are cached by the secret's name alone, so the previous ones have a cache of their own. */
const previousVersions = new SecretsProvider();

/**
 * The client secrets in force: a comma-separated list while one is being rotated.
 *
 * A generated placeholder (JSON, as infra/secrets.ts makes it) proves nothing. CloudFormation generates a new version whenever
 * the rule for generating changes, and so puts a placeholder over what the operator had set; the version before it counts then.
 * @throws Error when no client secret was ever set: the caller answers 503, and HubSpot tries again until one is.
 */
export async function clientSecrets(arn: string, freshness: Freshness): Promise<string[]> {
  const current = await secret(arn, freshness);
  if (!isPlaceholder(current)) return listOf(current);
  const previous = await previousVersions
    .get(arn, { maxAge: SECRET_MAX_AGE_S, sdkOptions: { VersionStage: 'AWSPREVIOUS' } })
    .catch(() => undefined);
  if (typeof previous === 'string' && !isPlaceholder(previous)) return listOf(previous);
  throw new Error('the client secret was never set: put the HubSpot app’s into the secret of output ClientSecretArn');
}

function isPlaceholder(text: string): boolean {
  return text.trimStart().startsWith('{');
}
