import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inject } from 'vitest';

/** Runs the operator's tool as an operator does, on the local stack whose folder `dataDir` names. */
export async function widerrufOn(
  dataDir: string,
  args: readonly string[],
): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, WIDERRUF_DATA: dataDir, WIDERRUF_REGISTRY: inject('registryFile') };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['ops/widerruf.ts', ...args], { env });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}
