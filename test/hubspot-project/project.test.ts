import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  getProjectMetadata,
  isKnownPlatformVersion,
  isLegacyProject,
  parseProjectConfig,
} from '@hubspot/project-parsing-lib/projects';
import { translate } from '@hubspot/project-parsing-lib/translate';
import { validateUid } from '@hubspot/project-parsing-lib/uid';
import { expect, test } from 'vitest';
import { type Edition, projectFiles } from '../../hubspot/project.ts';
import { testRegistry } from '../helpers/registry.ts';

type Webhooks = {
  config: {
    settings: { targetUrl: string };
    subscriptions: { crmObjects: { subscriptionType: string; propertyName?: string }[]; hubEvents: object[] };
  };
};

test('exactly the properties that the rules need are subscribed, in the generic format', () => {
  const registry = testRegistry();
  const files = projectFiles(registry, 'https://hooks.example.at', 'any');
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

type App = {
  config: { auth: { type: string; requiredScopes: string[]; optionalScopes: []; conditionallyRequiredScopes: [] } };
};
const batch = ['communication_preferences.statuses.batch.read', 'communication_preferences.statuses.batch.write'];

test.each<[Edition, string[]]>([
  ['any', []],
  ['enterprise', batch],
])('static auth defines required scopes only (edition: %s)', (edition, more) => {
  const files = projectFiles(testRegistry(), 'https://hooks.example.at', edition);
  const { auth } = (JSON.parse(files.get('src/app/app-hsmeta.json') ?? '') as App).config;
  expect(auth).toMatchObject({ type: 'static', optionalScopes: [], conditionallyRequiredScopes: [] });
  expect(auth.requiredScopes.filter((scope) => scope.includes('batch'))).toEqual(more);
  expect(auth.requiredScopes).toEqual(expect.arrayContaining(['forms', 'content', 'crm.objects.contacts.write']));
  const guide = readFileSync('hubspot/README.md', 'utf8');
  for (const scope of auth.requiredScopes.filter((one) => !more.includes(one))) expect(guide).toContain(`\`${scope}\``);
});

/** The schemas of components, against which `hs project validate` checks the rest, come from HubSpot's API only. */
test('HubSpot’s own parser finds an app and its webhooks in the written files, each in its place', async () => {
  const out = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  run('--url', 'https://hooks.example.at', '--enterprise', '--out', out);
  const { platformVersion, srcDir } = parseProjectConfig(out);
  expect(isKnownPlatformVersion(platformVersion)).toBe(true);
  expect(isLegacyProject(platformVersion)).toBe(false);
  const projectSourceDir = join(out, srcDir);
  const { components } = await getProjectMetadata(projectSourceDir);
  expect(components).toMatchObject({ app: { count: 1, maxCount: 1 }, webhooks: { count: 1, maxCount: 1 } });
  const context = { projectSourceDir, platformVersion, accountId: 24_681_357 };
  const { intermediateRepresentation, skippedHsMetaFiles } = await translate(context, { skipValidation: true });
  expect(skippedHsMetaFiles).toEqual([]);
  const nodes = Object.values(intermediateRepresentation.intermediateNodesIndexedByUid);
  expect(nodes.map(({ uid, componentType }) => [uid, componentType])).toEqual([
    ['widerruf_app', 'APPLICATION'],
    ['widerruf_webhooks', 'WEBHOOKS'],
  ]);
  for (const { uid } of nodes) expect(validateUid(uid)).toBeUndefined();
  expect(nodes[1]?.componentDeps).toMatchObject({ app: 'widerruf_app' });
});

/** Runs the command. @throws Error with what it says when it fails. */
const run = (...args: string[]) =>
  execFileSync(process.execPath, ['hubspot/write-project.ts', ...args], { encoding: 'utf8', stdio: 'pipe' });

test('the command writes the files, and says what is missing', () => {
  const out = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  expect(run('--url', 'https://hooks.example.at/', '--out', out)).toContain('hsproject.json');
  expect(readFileSync(join(out, 'src/app/webhooks/webhooks-hsmeta.json'), 'utf8')).toContain('"hs_email_optout_501"');
  expect(() => run()).toThrow(/--url is missing/);
  expect(readFileSync(join(out, 'src/app/app-hsmeta.json'), 'utf8')).not.toContain('batch');
  for (const part of ['hs project validate', 'hs project upload', 'Distribution tab', 'renew the token']) {
    expect(run('--help')).toContain(part);
  }
});
