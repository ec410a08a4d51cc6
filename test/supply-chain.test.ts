import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { plainEnvironment } from './helpers/plain-environment.ts';

type Manifest = Record<'dependencies' | 'devDependencies', Record<string, string>> & {
  allowScripts: Record<string, boolean>;
  bin: Record<string, string>;
};
type Lock = {
  packages: Record<
    string,
    { integrity?: string; resolved?: string; inBundle?: boolean; hasInstallScript?: boolean; deprecated?: string }
  >;
};
const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8');
const { dependencies, devDependencies, allowScripts, bin } = JSON.parse(read('package.json')) as Manifest;
const lock = JSON.parse(read('package-lock.json')) as Lock;

test('every version is exact, so that what was tested is what is installed', () => {
  const all = Object.entries({ ...dependencies, ...devDependencies });
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('every package of the lockfile carries its checksum, or comes inside of one that does', () => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter(([, one]) => one.integrity === undefined && one.inBundle !== true)).toEqual([]);
  expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test('no package of the lockfile is deprecated: npm ci prints a warning for each', () => {
  const packages = Object.entries(lock.packages);
  expect(packages.flatMap(([path, { deprecated }]) => (deprecated === undefined ? [] : [path]))).toEqual([]);
});

test('install scripts are those of the packages that package.json allows', () => {
  const scripted = Object.entries(lock.packages).filter(([, one]) => one.hasInstallScript === true);
  const names = scripted.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(new Set(names)).toEqual(new Set(Object.keys(allowScripts)));
});

test('docs/reliability.md says of each runtime dependency why it is there', () => {
  const explained = [...read('docs/reliability.md').matchAll(/^\| `([^`]+)` \| /gm)].map(([, name]) => name);
  expect(new Set(explained)).toEqual(new Set(Object.keys(dependencies)));
});

/** npm makes a package's commands executable: what lay in git would turn a clone dirty. */
test('the commands of package.json are built, not kept in git', () => {
  for (const file of Object.values(bin)) {
    expect(execFileSync('git', ['ls-files', file], { encoding: 'utf8' }), file).toBe('');
  }
});

/** npm compares engines with the Node that runs npm, not with the Node of the scripts. */
test('npm ci has nothing to warn of, whatever Node runs npm', () => {
  const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) writeFileSync(join(folder, file), read(file));
  const args = ['ci', '--dry-run', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, env: plainEnvironment(), encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('one Node: that of npm scripts, of version managers and of the CI workflow', () => {
  const major = (version = '') => version.trim().split('.')[0];
  expect(major(read('.nvmrc'))).toBe(major(devDependencies['node']));
  const steps = stepsOfCi();
  expect(steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))?.with).toMatchObject({
    'node-version-file': '.nvmrc',
  });
});

test('the CI workflow runs .ci/run, and takes actions by commit only', () => {
  const steps = stepsOfCi();
  expect(steps.map(({ run }) => run)).toContain('.ci/run');
  const actions = steps.flatMap(({ uses }) => uses ?? []);
  expect(actions).toHaveLength(2);
  for (const action of actions) expect(action).toMatch(/@[0-9a-f]{40}$/);
});

type Step = { uses?: string; run?: string; with?: Record<string, unknown> };

function stepsOfCi(): Step[] {
  const workflow = parse(read('.github/workflows/ci.yml')) as { jobs: Record<string, { steps: Step[] }> };
  return Object.values(workflow.jobs).flatMap(({ steps }) => steps);
}
