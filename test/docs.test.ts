import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** What a reader is led to is there: files in backticks, links, and npm scripts. */
const docs = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'src/rules/README.md', ...globSync('docs/**/*.md')];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

test.each(docs)('%s names only files and commands that exist', (doc) => {
  const text = readFileSync(doc, 'utf8');
  const files = [
    ...text.matchAll(
      /`((?:src|test|functions|infra|ops|local|hubspot|bench|docs)\/[\w./-]+\.(?:ts|md|yaml|json|txt))`/g,
    ),
  ];
  expect(files.map(([, file = '']) => file).filter((file) => !existsSync(file))).toEqual([]);
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, link = '']) => join(dirname(doc), link));
  expect(links.filter((link) => !existsSync(link))).toEqual([]);
  const commands = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
});
