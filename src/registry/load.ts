import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { findProblems, type RegistryProblem } from './problems.ts';
import { type RegistryFile, RegistrySchema } from './schema.ts';

z.config(z.locales.en());

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
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (path: PropertyKey[]) => lines.linePos(offsetOf(document, path)).line;
  const refuse = (problems: { line: number; message: string; mend: string }[]): never => {
    throw new RegistryError(problems.map((p) => `${file}:${p.line}: ${p.message}. Mend: ${p.mend}`).join('\n'));
  };

  if (document.errors.length > 0) {
    refuse(
      document.errors.map((e) => ({
        line: e.linePos?.[0].line ?? 1,
        message: (e.message.split('\n')[0] ?? 'not YAML').replace(/ at line \d+, column \d+:?$/, ''),
        mend: 'correct the YAML',
      })),
    );
  }
  const parsed = RegistrySchema.safeParse(document.toJS());
  if (!parsed.success) {
    return refuse(parsed.error.issues.flatMap(explain).map((p) => ({ ...p, line: at(p.path) })));
  }
  const problems = findProblems(parsed.data);
  if (problems.length > 0) refuse(problems.map((p) => ({ ...p, line: at(p.path) })));
  return parsed.data;
}

function explain(issue: z.core.$ZodIssue): RegistryProblem[] {
  const path = issue.path as (string | number)[];
  const where = path.join('.') || 'the file';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `unknown key "${key}" in ${where}`,
      mend: 'remove it, or correct its spelling',
    }));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) => ({ path, message: `${where}: ${inner.message}`, mend: 'rename it' }));
  }
  return [
    { path, message: `${where}: ${issue.message}`, mend: 'see registry/registry.schema.json for what is expected' },
  ];
}

/** Where the nearest existing part of `path` stands in the text. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isNode(key) && String(key) === String(last));
      if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
