import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * The floors of the house, lowest first (design §3). A file imports from its own part and from floors below, never from a part
 * beside it and never from a floor above. Types count like code.
 */
const floors: string[][] = [
  ['src/errors.ts', 'src/address.ts', 'src/clocks.ts', 'src/counted.ts', 'src/version.ts'],
  ['src/telemetry/', 'src/registry/', 'src/deadline.ts'],
  ['src/signals/'],
  ['src/rules/'],
  ['src/ledger/', 'src/hubspot/', 'src/queues/'],
  ['src/workers/'],
  ['functions/', 'hubspot/', 'stages/', 'local/hubspot/'],
  ['infra/', 'ops/'],
  ['local/'],
  ['bench/'],
];

/** What the rules may reach through any chain of imports: no clock, no disk, no network. */
const PURE_PACKAGES = ['zod/mini'];

const files = globSync([
  'src/**/*.ts',
  'functions/*.ts',
  'hubspot/*.ts',
  'stages/*.ts',
  'infra/**/*.ts',
  'ops/**/*.ts',
  'local/**/*.ts',
  'bench/*.ts',
]);
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file: string): { own: string[]; packages: string[] } {
  const text = readFileSync(file, 'utf8');
  const targets = [
    ...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm),
  ].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
  return {
    own: targets.filter((target) => target.startsWith('.')).map((target) => relative('.', join(dirname(file), target))),
    packages: targets.filter((target) => !target.startsWith('.')),
  };
}

function placeOf(file: string): { floor: number; part: string } {
  const floor = floors.findIndex((parts) => parts.some((part) => file.startsWith(part)));
  return { floor, part: floors[floor]?.find((part) => file.startsWith(part)) ?? '' };
}

/** Every file that a file reaches, with the chain that leads there. */
function reachedFrom(file: string): Map<string, string[]> {
  const chains = new Map<string, string[]>([[file, [file]]]);
  for (const [one, chain] of chains) {
    for (const next of imports.get(one)?.own ?? []) if (!chains.has(next)) chains.set(next, [...chain, next]);
  }
  return chains;
}

describe('arrows point down', () => {
  test.each(files)('%s', (file) => {
    const here = placeOf(file);
    expect(here.floor, `${file} stands on no floor`).toBeGreaterThanOrEqual(0);
    for (const target of imports.get(file)?.own ?? []) {
      const there = placeOf(target);
      const down = there.floor < here.floor;
      expect(down || there.part === here.part, `${file} imports ${target}`).toBe(true);
    }
  });
});

test('no file reaches itself, types included', () => {
  const circles = files.flatMap((file) =>
    (imports.get(file)?.own ?? []).flatMap((next) => {
      const back = reachedFrom(next).get(file);
      return back === undefined ? [] : [[file, ...back].join(' → ')];
    }),
  );
  expect(circles).toEqual([]);
});

describe('the rules are pure through any chain of imports', () => {
  test.each(files.filter((file) => file.startsWith('src/rules/')))('%s', (file) => {
    for (const [reached, chain] of reachedFrom(file)) {
      for (const name of imports.get(reached)?.packages ?? []) {
        expect(PURE_PACKAGES, `${chain.join(' → ')} imports ${name}`).toContain(name);
      }
    }
  });
});

describe('no function is switched by a boolean parameter', () => {
  test.each(files)('%s', (file) => {
    const flags = readFileSync(file, 'utf8').matchAll(
      /[(,]\s*(\w+)(?:\??: boolean|(?:: boolean)? = (?:true|false))\s*[,)]/g,
    );
    expect([...flags].map(([, name]) => name)).toEqual([]);
  });
});

describe('a file has one purpose: at most 200 lines', () => {
  test.each([...files, ...globSync('local/page/browser/*')])('%s', (file) => {
    expect(readFileSync(file, 'utf8').split('\n').length - 1).toBeLessThanOrEqual(200);
  });
});
