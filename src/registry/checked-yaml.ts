import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { mendOf } from './mend.ts';

z.config(z.locales.en());

/** One mistake in a file that a person wrote: where it stands, what is wrong, how to mend it. */
export type Mistake = { path: (string | number)[]; message: string; mend: string };

export type YamlSource<T> = {
  text: string;
  /** Only named in messages. */
  file: string;
  schema: z.ZodMiniType<T>;
  /** Where to look up what is expected; stands after the mend. */
  hint: string;
  /** Makes the error that is thrown. */
  error: (message: string) => Error;
};

/** A file's content, and the way to refuse the file for what a schema cannot see. */
export type Checked<T> = { value: T; refuse: (mistakes: readonly Mistake[]) => never };

/** Reads YAML (JSON is a part of it) and checks it. @throws one line per mistake: `file:line: what is wrong. Mend: how`. */
export function checkedYaml<T>({ text, file, schema, hint, error }: YamlSource<T>): Checked<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const refuseAt = (mistakes: readonly { line: number; message: string; mend: string }[]): never => {
    throw error(mistakes.map((one) => `${file}:${one.line}: ${one.message}. Mend: ${one.mend}`).join('\n'));
  };
  const refuse = (mistakes: readonly Mistake[]): never =>
    refuseAt(mistakes.map((one) => ({ ...one, line: lines.linePos(offsetOf(document, one.path)).line })));

  // What follows a mistake of syntax is misread because of that mistake: only the first one says something.
  const [first] = document.errors;
  if (first !== undefined) {
    const message = (first.message.split('\n')[0] ?? 'not YAML').replace(/ at line \d+, column \d+:?$/, '');
    return refuseAt([{ line: first.linePos?.[0].line ?? 1, message, mend: syntaxMend(first.code) }]);
  }
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) return refuse(parsed.error.issues.flatMap((issue) => explain(issue, hint)));
  return { value: parsed.data, refuse };
}

/** What to do about a mistake of YAML's syntax, in words. */
function syntaxMend(code: string): string {
  if (code === 'TAB_AS_INDENT') return 'put spaces in the place of the tab';
  if (code === 'BAD_INDENT') return 'correct the YAML: begin lines of one level at one column, with spaces only';
  if (code === 'DUPLICATE_KEY') return 'remove one of the two, or rename it';
  if (code === 'MISSING_CHAR') return 'correct the YAML: close what is open, such as a quotation mark, [ or {';
  return 'correct the YAML of this line or the one before';
}

function explain(issue: z.core.$ZodIssue, hint: string): Mistake[] {
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
  const key = String(path.at(-1) ?? 'what is missing');
  return [{ path, message: `${where}: ${issue.message}`, mend: `${mendOf(issue, key)} (${hint})` }];
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
