import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

type Manifest = Record<'dependencies' | 'devDependencies', Record<string, string>> & {
  allowScripts: Record<string, boolean>;
};
type Lock = {
  packages: Record<string, { integrity?: string; resolved?: string; inBundle?: boolean; hasInstallScript?: boolean }>;
};
const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8');
const { dependencies, devDependencies, allowScripts } = JSON.parse(read('package.json')) as Manifest;
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

test('install scripts are those of the packages that package.json allows', () => {
  const scripted = Object.entries(lock.packages).filter(([, one]) => one.hasInstallScript === true);
  const names = scripted.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(new Set(names)).toEqual(new Set(Object.keys(allowScripts)));
});

test('docs/reliability.md says of each runtime dependency why it is there', () => {
  const explained = [...read('docs/reliability.md').matchAll(/^\| `([^`]+)` \| /gm)].map(([, name]) => name);
  expect(new Set(explained)).toEqual(new Set(Object.keys(dependencies)));
});

test('the command is executable in git, so that installing it changes nothing in a fresh clone', () => {
  const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
  for (const file of Object.values(bin))
    expect(statSync(join(import.meta.dirname, '..', file)).mode & 0o111).toBe(0o111);
});
