import { readFileSync } from 'node:fs';
import { checkedYaml } from './checked-yaml.ts';
import { findProblems } from './problems.ts';
import { type RegistryFile, RegistrySchema } from './schema.ts';

/** A registry that cannot be used; the message has one line per mistake: `file:line: what is wrong. Mend: how`. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
}

/** Reads and checks a registry file (YAML, of which JSON is a part). @throws RegistryError naming line and mend of every mistake. */
export function loadRegistry(file: string): RegistryFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new RegistryError(`${file}: cannot be read. Mend: set WIDERRUF_REGISTRY to a registry file`, { cause });
  }
  return parseRegistry(text, file);
}

/** Like {@link loadRegistry}, on text already read; `file` is only named in messages. */
export function parseRegistry(text: string, file = 'registry'): RegistryFile {
  const { value, refuse } = checkedYaml({
    text,
    file,
    schema: RegistrySchema,
    hint: 'see registry/registry.schema.json for what is expected',
    error: (message) => new RegistryError(message),
  });
  const problems = findProblems(value);
  return problems.length > 0 ? refuse(problems) : value;
}
