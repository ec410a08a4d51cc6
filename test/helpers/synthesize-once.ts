import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
    /** Folder in which each file of tests has a folder of its own for what is temporary. */
    temporary: string;
  }
}

/**
 * Synthesizes the stack once for all end-to-end tests: the bundles that would be deployed. Whatever a run writes to the system's folder for
 * temporary files lies in one folder of the run. @throws Error at the end, where tests left anything there.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const run = mkdtempSync(join(tmpdir(), 'widerruf-run-'));
  const [made, temporary] = [join(run, 'made'), join(run, 'temporary')];
  for (const folder of [made, temporary]) mkdirSync(folder);
  const outside = process.env['TMPDIR'];
  // What Node keeps of compiled code is for all runs.
  process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache');
  // Node's tmpdir() and every program that is started from here follow it: CDK, npm, Chromium.
  process.env['TMPDIR'] = temporary;
  const folder = join(made, 'cdk.out');
  const registry = shortRegistry(made);
  await synthesize(folder, { stage: writeStageFile(made, 'test', registry) });
  project.provide('assembly', folder);
  project.provide('registryFile', registry);
  project.provide('temporary', temporary);
  return () => {
    if (outside === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = outside;
    const left = leftIn(temporary).slice(0, 20);
    rmSync(run, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`tests left temporary files behind: ${left.join(', ')}`);
  };
}

/** What is left, without empty folders: a file of tests that could not be read never comes to its last hook. */
function leftIn(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => !name.startsWith('file-') || all.some((other) => other.startsWith(`${name}/`)));
}
