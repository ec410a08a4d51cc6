import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadRegistry } from '../src/registry/load.ts';

const RUNBOOK = join(import.meta.dirname, '..', 'docs', 'runbook.md');

/** Writes the settings of a stage that runs on this machine, beside its data. Returns the file's path. */
export function writeStageFile(folder: string, name: string, registryFile: string): string {
  const settings = {
    production: false,
    portal: loadRegistry(registryFile).portal,
    registry: resolve(registryFile),
    alarms: { actNow: [], lookTomorrow: [] },
    runbook: pathToFileURL(RUNBOOK).href,
  };
  const file = resolve(folder, `${name}.yaml`);
  writeFileSync(file, `# Written by the local stack.\n${JSON.stringify(settings, null, 2)}\n`);
  return file;
}
