import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { connect } from '../../ops/connect.ts';
import { prodSettings } from '../helpers/template.ts';

/** The region and key id with which CloudFormation was asked first. */
async function askedWith(stage: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'widerruf-profile-'));
  writeFileSync(join(folder, 'config'), '[profile noeku]\nregion = eu-west-3\n');
  writeFileSync(
    join(folder, 'credentials'),
    '[noeku]\naws_access_key_id = of-noeku\naws_secret_access_key = x\n[default]\naws_access_key_id = other\naws_secret_access_key = x\n',
  );
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization ?? '');
    response.writeHead(400).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID'])
    vi.stubEnv(name, undefined);
  await expect(connect({ stage, profile: 'noeku' })).rejects.toThrow();
  server.close();
  vi.unstubAllEnvs();
  return (
    /Credential=([^/]+)\/\d+\/([^/]+)\/cloudformation\//
      .exec(asked[0] ?? '')
      ?.slice(1)
      .join(' in ') ?? ''
  );
}

test('a profile gives its region as well as its credentials', async () => {
  expect(await askedWith('nowhere')).toBe('of-noeku in eu-west-3');
});

test('the region of the stage’s settings comes first: there the stack is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'widerruf-stage-'));
  const file = join(folder, 'here.yaml');
  const registry = resolve('registry/noeku.example.yaml');
  const settings = { ...prodSettings, production: false, region: 'eu-south-1', registry };
  writeFileSync(file, JSON.stringify(settings));
  expect(await askedWith(file)).toBe('of-noeku in eu-south-1');
});
