import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { fileName, mutations } from './mutations.ts';

/** The simulation has teeth: each of these bugs breaks an invariant in its own smallest scenario. */
test.concurrent.each(mutations.map(({ name }) => name))('finds the bug "%s"', async (name) => {
  const file = join(import.meta.dirname, 'scenarios', `${fileName(name)}.json`);
  const args = [join(import.meta.dirname, 'main.ts'), '--mutation', name, '--scenario', file, '--json'];
  const answer = await promisify(execFile)(process.execPath, args).catch(
    (error: { code: number; stdout: string }) => error,
  );
  expect(answer).toMatchObject({ code: 1 });
  expect(JSON.parse(answer.stdout)).toEqual({ invariant: expect.any(String) as string });
});
