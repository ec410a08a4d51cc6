import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BROWSER = join(import.meta.dirname, 'browser');

/** Libraries as they lie in node_modules: nothing is built, and nothing comes from a network. */
const LIBRARIES: Readonly<Record<string, string>> = {
  'preact.mjs': 'preact',
  'hooks.mjs': 'preact/hooks',
  'htm.mjs': 'htm',
  'uplot.mjs': 'uplot/dist/uPlot.esm.js',
  'uplot.css': 'uplot/dist/uPlot.min.css',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export type File = { type: string; body: string };

/** A file of the browser's part; undefined when there is none of that name. */
export async function browserFile(name: string): Promise<File | undefined> {
  if (!/^[a-z-]+\.(html|css|js|svg)$/.test(name)) return undefined;
  return readText(join(BROWSER, name)).catch(() => undefined);
}

/** A library's file; undefined when the page uses none of that name. */
export async function libraryFile(name: string): Promise<File | undefined> {
  const specifier = Object.hasOwn(LIBRARIES, name) ? LIBRARIES[name] : undefined;
  return specifier === undefined ? undefined : readText(fileURLToPath(import.meta.resolve(specifier)));
}

async function readText(path: string): Promise<File> {
  return { type: TYPES[extname(path)] ?? 'text/plain', body: await readFile(path, 'utf8') };
}

/** The page may load from itself only; its one inline script, the import map, is known by its hash. */
export function contentSecurityPolicy(html: string): string {
  const [, inline = ''] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html) ?? [];
  const hash = createHash('sha256').update(inline).digest('base64');
  return `default-src 'self'; script-src 'self' 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
