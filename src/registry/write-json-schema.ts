/** `npm run registry:schema`: writes the JSON schema that editors use from the zod schema, so that there is one truth. */
import { writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { RegistrySchema } from './schema.ts';

/** The JSON schema's text, as the file holds it. */
export function registryJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(RegistrySchema, { io: 'input' }), null, 2)}\n`;
}

if (import.meta.main) writeFileSync('registry/registry.schema.json', registryJsonSchema());
