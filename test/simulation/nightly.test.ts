import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

test('the nightly run plays its seeds in several processes and writes one page of what they reached', async () => {
  expect(existsSync('reached.md'), 'a page of an earlier run lies about: remove reached.md').toBe(false);
  try {
    const { stdout } = await run('.ci/nightly', ['8', '101']);
    const played = [...stdout.matchAll(/^(\d+) plays from seed (\d+): written/gm)].map(([, plays]) => Number(plays));
    expect(played.reduce((sum, plays) => sum + plays, 0)).toBeGreaterThanOrEqual(8);
    expect(readFileSync('reached.md', 'utf8')).toMatch(/the seeds 101 to \d+, and \d+ plays of their scenarios/);
  } finally {
    rmSync('reached.md', { force: true });
  }
});
