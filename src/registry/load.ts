import { checkedYaml } from './checked-yaml.ts';
import { findProblems } from './problems.ts';
import { readText } from './read-text.ts';
import { type RegistryFile, RegistrySchema } from './schema.ts';

/** A registry that cannot be used; the message has one line per mistake: `file:line: what is wrong. Mend: how`. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
}

/** Reads and checks a registry file (YAML, of which JSON is a part). @throws RegistryError naming line and mend of every mistake. */
export function loadRegistry(file: string): RegistryFile {
  const text = readText(file, (message, cause) =>
    cause === undefined
      ? new RegistryError(message)
      : new RegistryError(
          `${message}. Mend: name a registry file that can be read (as an argument, --registry or WIDERRUF_REGISTRY)`,
          { cause },
        ),
  );
  return parseRegistry(text, file);
}

/** Like {@link loadRegistry}, on text already read; `file` is only named in messages. */
export function parseRegistry(text: string, file = 'registry'): RegistryFile {
  const { value, refuse } = checkedYaml({
    text,
    file,
    schema: RegistrySchema,
    hint: 'registry/noeku.example.yaml shows one',
    error: (message) => new RegistryError(message),
  });
  const problems = findProblems(value);
  return problems.length > 0 ? refuse(problems) : value;
}
