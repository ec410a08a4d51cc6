import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package: the checkout, or where it was installed. The compiled tool lies less deep than its sources. */
export const PACKAGE_ROOT = rootAbove(import.meta.dirname);

/** The version of this package. */
export const VERSION = (JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string })
  .version;

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  return rootAbove(dirname(folder));
}
