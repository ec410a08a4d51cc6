import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFiles } from '../../hubspot/project.ts';
import { testRegistry } from '../helpers/registry.ts';

type Webhooks = {
  config: {
    settings: { targetUrl: string };
    subscriptions: { crmObjects: { subscriptionType: string; propertyName?: string }[]; hubEvents: object[] };
  };
};

test('exactly the properties that the rules need are subscribed, in the generic format', () => {
  const registry = testRegistry();
  const files = projectFiles(registry, 'https://hooks.example.at');
  const { config } = JSON.parse(files.get('src/app/webhooks/webhooks-hsmeta.json') ?? '') as Webhooks;
  expect(config.settings.targetUrl).toBe('https://hooks.example.at/webhooks/hubspot');
  const changes = config.subscriptions.crmObjects.filter(
    ({ subscriptionType }) => subscriptionType === 'object.propertyChange',
  );
  expect(new Set(changes.map(({ propertyName }) => propertyName))).toEqual(
    new Set([...registry.watched.keys(), 'hs_emailconfirmationstatus', 'email', 'hs_additional_emails']),
  );
  expect(config.subscriptions.hubEvents).toEqual([{ subscriptionType: 'contact.privacyDeletion', active: true }]);
  expect(JSON.parse(files.get('hsproject.json') ?? '')).toMatchObject({ platformVersion: '2026.09' });
});

test('the command writes the files, and says what is missing', () => {
  const out = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  const run = (...args: string[]) =>
    execFileSync(process.execPath, ['hubspot/write-project.ts', ...args], { encoding: 'utf8', stdio: 'pipe' });
  expect(run('--url', 'https://hooks.example.at/', '--out', out)).toContain('hsproject.json');
  expect(readFileSync(join(out, 'src/app/webhooks/webhooks-hsmeta.json'), 'utf8')).toContain('"hs_email_optout_501"');
  expect(() => run()).toThrow(/--url is missing/);
  expect(run('--help')).toContain('hs project upload');
});
