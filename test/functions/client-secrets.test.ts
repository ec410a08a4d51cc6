import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientSecrets } from '../../functions/client-secrets.ts';
import { type SecretService, startSecrets, type VersionStage } from '../../local/aws/secrets.ts';

/** Texts by ARN, the current version first. Each test has a secret of its own, because texts are cached. */
const versions: Record<string, Partial<Record<VersionStage, string>>> = {
  set: { AWSCURRENT: 'ours' },
  rotating: { AWSCURRENT: 'new, old' },
  'over what was set': { AWSCURRENT: '{"placeholder":"Zr3"}', AWSPREVIOUS: 'ours' },
  never: { AWSCURRENT: '{"placeholder":"Zr3"}' },
  'twice generated': { AWSCURRENT: '{"placeholder":"Zr3"}', AWSPREVIOUS: '{"placeholder":"a"}' },
};
let service: SecretService;
beforeAll(async () => {
  service = await startSecrets((arn, version) => versions[arn]?.[version]);
  process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = service.endpoint;
  Object.assign(process.env, { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' });
});
afterAll(() => service.stop());

describe('the client secrets in force', () => {
  test.each([
    ['set', ['ours']],
    ['rotating', ['new', 'old']],
    // An upgrade that changes the rule for generating must not cost a webhook.
    ['over what was set', ['ours']],
  ])('%s: %j', async (arn, secrets) => {
    expect(await clientSecrets(arn, 'cached')).toEqual(secrets);
  });

  test.each(['never', 'twice generated'])('%s set: an error, which is answered 503 and tried again', async (arn) => {
    await expect(clientSecrets(arn, 'fresh')).rejects.toThrow('the client secret was never set');
  });
});
