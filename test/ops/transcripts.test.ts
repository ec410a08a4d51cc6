import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startTestStack, type TestStack } from '../helpers/local-stack.ts';

/** README.md shows what the tool says: here the same people do the same, and the tool has to say the same. */
const readme = readFileSync('README.md', 'utf8');
const [, block = ''] = /```console\n([\s\S]*?)```/.exec(readme) ?? [];
const transcripts = block.split(/^\$ widerruf /m).slice(1);
/** What people do on the twin, in the order in which the page has it. */
const actions = [...readme.matchAll(/^curl -X POST \$TWIN\/twin\/(\w+)\s+-d '([^']+)'/gm)];

let it: TestStack;
const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
beforeAll(async () => {
  it = await startTestStack();
  for (const name of ['ops', 'registry']) symlinkSync(resolve(name), join(folder, name));
  for (const [, action = '', argument = ''] of actions) {
    const answer = await fetch(`${it.twin.url}/twin/${action}`, { method: 'POST', body: argument });
    expect(answer.status, `${action} ${argument}`).toBe(200);
    await it.settled();
  }
});
afterAll(() => it.stop());

const TIMES: [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>'],
  [/\d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d/g, '<time>'],
];
const timeless = (text: string) => TIMES.reduce((so, [time, word]) => so.replaceAll(time, word), text);

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What a transcript allows: a line `…` stands for any lines, `…` within a line for anything. */
function patternOf(transcript: string): RegExp {
  const lines = timeless(transcript)
    .trimEnd()
    .split('\n')
    .map((line) =>
      line === '…'
        ? '(?:.*\\n)*?'
        : `${line
            .split('…')
            .map((part) => escaped(part))
            .join('.*')}\\n`,
    );
  return new RegExp(`^${lines.join('')}$`);
}

test('the page shows what people do, and what the tool says', () => {
  expect(actions).toHaveLength(3);
  expect(transcripts.length).toBeGreaterThanOrEqual(10);
});

describe('the transcripts of README.md', () => {
  test.each(transcripts.map((text) => [text.split('\n')[0] ?? '', text] as const))(
    'widerruf %s',
    async (line, text) => {
      const env = { ...process.env, WIDERRUF_DATA: it.dataDir, WIDERRUF_REGISTRY: inject('registryFile') };
      const args = [resolve('ops/widerruf.ts'), ...line.split(' ')];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env, cwd: folder });
      expect(timeless(stderr + stdout)).toMatch(patternOf(text.slice(line.length + 1)));
    },
  );
});
