import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { expect, inject, test } from 'vitest';

test('temporary files of a test lie in the folder of its file, also those of programs that it starts', () => {
  expect(tmpdir()).toContain(`${inject('temporary')}/file-`);
  const script = 'process.stdout.write(require("node:os").tmpdir())';
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe(tmpdir());
});
