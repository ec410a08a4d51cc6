import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistryFile } from '../src/registry/schema.ts';

/** Keeps the registry of this start in the data folder, and tells whether an earlier start had another one. */
export function hasOtherRegistry(dataDir: string, registry: RegistryFile): boolean {
  const file = join(dataDir, 'registry.json');
  const now = JSON.stringify(registry);
  const hadAnother = existsSync(file) && readFileSync(file, 'utf8') !== now;
  writeFileSync(file, now);
  return hadAnother;
}
