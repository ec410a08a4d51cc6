import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/aws/assembly.ts';
import { shortRegistry } from '../../local/demo/short-registry.ts';
import { writeStageFile } from '../../local/stage-file.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    assembly: string;
    registryFile: string;
  }
}

/** Synthesizes the stack once for all end-to-end tests: the bundles that would be deployed. */
export default async function setup(project: TestProject): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  const folder = join(temporary, 'cdk.out');
  const registry = shortRegistry();
  await synthesize(folder, { stage: writeStageFile(temporary, 'test', registry) });
  project.provide('assembly', folder);
  project.provide('registryFile', registry);
}
