import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * Whoever follows a page finds what the page names: files, links, scripts. The pages that lead through the house are held here;
 * the runbook's commands are held by test/infra/runbook.test.ts.
 */
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...globSync('docs/**/*.md'),
  'src/rules/README.md',
  'hubspot/README.md',
];
const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n');
const names = new Set(tracked.map((file) => basename(file)));
const folders = new Set(tracked.filter((file) => file.includes('/')).map((file) => file.split('/')[0] ?? ''));
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** What the reader makes (an own registry and stage, the project that is written from it), and an object of a bucket. */
const NOT_IN_GIT = ['registry/our-portal.yaml', 'stages/prod.yaml', 'hubspot/project/', 'cdk.out/', 'audit/<time>.txt'];
/** Tells of measurements of earlier code, by the names that its files had. */
const TELLS_OF_THE_PAST = 'docs/reliability.md';
const FILE = /^[\w.-]+\.(?:ts|md|json|ya?ml|txt|snap)$/;

const inBackticks = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, inner = '']) => inner);

/** Paths from the root of the repository or from the page's folder, and bare names of files; `<name>` stands for any. */
function filesNamedIn(page: string): string[] {
  return inBackticks(readFileSync(page, 'utf8')).filter((inner) => {
    if (!/^[\w.][\w.<>*/-]*$/.test(inner) || NOT_IN_GIT.includes(inner)) return false;
    if (!inner.includes('/')) return page !== TELLS_OF_THE_PAST && FILE.test(inner);
    return folders.has(inner.split('/')[0] ?? '') || FILE.test(basename(inner.replaceAll(/[<>]/g, '')));
  });
}

function exists(named: string, page: string): boolean {
  if (!named.includes('/')) return names.has(named) || existsSync(named);
  const pattern = named.replaceAll(/<\w+>/g, '*');
  return [pattern, join(dirname(page), pattern), join('src', pattern)].some((one) => globSync(one).length > 0);
}

describe('every file that a page names exists', () => {
  test.each(pages)('%s', (page) => {
    expect(filesNamedIn(page).filter((named) => !exists(named, page))).toEqual([]);
  });
});

test('docs/architecture.md names each function in the file that has it', () => {
  const walk = readFileSync('docs/architecture.md', 'utf8');
  const named = [...walk.matchAll(/`(\w+)`,?\s+\(`([\w/.-]+\.ts)`\)/g)];
  expect(named.length).toBeGreaterThan(15);
  for (const [, name = '', file = ''] of named) {
    expect(readFileSync(file, 'utf8'), `${name} in ${file}`).toMatch(
      new RegExp(`^export (async )?(function|const|type) ${name}\\b|^  (async )?${name}\\(`, 'm'),
    );
  }
});

describe('every link of a page leads somewhere', () => {
  test.each(pages)('%s', (page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const dead = links.filter((target) => {
      const [path = '', anchor] = target.split('#');
      if (/^https?:/.test(target)) return false;
      const file = path === '' ? page : join(dirname(page), path);
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });
    expect(dead).toEqual([]);
  });
});

/** As GitHub makes them of headings. */
function anchorsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every npm script that a page names exists', () => {
  const named = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script),
  );
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(named)].filter((script) => scripts[script] === undefined)).toEqual([]);
});

describe('each decision says whether it stands, and what else was considered', () => {
  const decisions = globSync('docs/decisions/[0-9]*.md');

  test.each(decisions)('%s', (page) => {
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^# \d+\. .+\n\nStatus: (?:accepted|replaced by)\b/);
    for (const part of ['What', 'Why', 'Follows', 'Alternatives']) expect(text).toContain(`\n**${part}.** `);
  });

  test('the list of decisions names each', () => {
    const list = readFileSync('docs/decisions/README.md', 'utf8');
    expect(decisions.map((page) => basename(page)).filter((name) => !list.includes(`](${name})`))).toEqual([]);
  });
});
