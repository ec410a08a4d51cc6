import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrangeRegistry, type Registry } from './registry.ts';
import { RegistrySchema } from './schema.ts';

/** The name under which the registry lies beside a function's bundle: checked and turned into JSON when the stack was made. */
export const BUNDLED_REGISTRY = 'registry.json';

/** The registry that was deployed with this function. */
export function bundledRegistry(): Registry {
  const folder = process.env['LAMBDA_TASK_ROOT'] ?? '.';
  return arrangeRegistry(RegistrySchema.parse(JSON.parse(readFileSync(join(folder, BUNDLED_REGISTRY), 'utf8'))));
}
