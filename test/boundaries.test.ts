import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** What each part may import: own folders by path prefix, packages by name. Dependencies point inwards (design §3). */
const PURE = {
  folders: ['src/consent/', 'src/registry/', 'src/signals/signal'],
  packages: ['node:crypto', 'node:url'],
};
const allowed: Record<string, { folders: string[]; packages?: string[] }> = {
  'src/consent/': PURE,
  'src/convergence/plan.ts': { folders: ['src/consent/', 'src/registry/'], packages: [] },
  'src/ledger/chain.ts': { folders: ['src/ledger/entry.ts'], packages: ['node:crypto'] },
  'src/ledger/replay.ts': { folders: ['src/consent/', 'src/ledger/', 'src/registry/'], packages: [] },
  'src/registry/': { folders: ['src/registry/'] },
  'src/hubspot/': {
    folders: ['src/hubspot/', 'src/signals/signal', 'src/registry/', 'src/consent/address.ts', 'src/errors.ts'],
  },
  'src/': { folders: ['src/'] },
  'functions/': { folders: ['functions/', 'src/'] },
  'infra/': { folders: ['infra/', 'src/', 'functions/settings.ts'] },
  'ops/': { folders: ['ops/', 'src/'] },
  'hubspot/': { folders: ['hubspot/', 'src/registry/'] },
  'local/hubspot/': { folders: ['local/hubspot/'] },
};

const files = globSync([
  'src/**/*.ts',
  'functions/*.ts',
  'infra/**/*.ts',
  'hubspot/*.ts',
  'ops/**/*.ts',
  'local/hubspot/**/*.ts',
]);

test.each(files)('%s imports only what its part may', (file) => {
  const rule = allowed[Object.keys(allowed).find((prefix) => file.startsWith(prefix)) ?? ''];
  expect(rule, 'every part has a rule').toBeDefined();
  const text = readFileSync(file, 'utf8');
  for (const [, target = ''] of text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'|^import '([^']+)'/gm)) {
    if (target.startsWith('.')) {
      const path = relative('.', join(dirname(file), target));
      expect(
        rule?.folders.some((folder) => path.startsWith(folder)),
        `${file} imports ${path}`,
      ).toBe(true);
    } else if (rule?.packages !== undefined) {
      expect(rule.packages, `${file} imports ${target}`).toContain(target);
    }
  }
});
