/**
 * `npm run build` (npm runs it at `npm ci` and at `npm pack`): compiles the operator's tool to one file of JavaScript, so that it
 * runs on plain Node 20, with the packages that the tool uses inside.
 */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
const FILE = join(ROOT, 'dist', 'widerruf.js');

await build({
  entryPoints: [join(ROOT, 'ops', 'widerruf.ts')],
  outfile: FILE,
  bundle: true,
  platform: 'node',
  // The oldest that has import.meta.dirname.
  target: 'node20.11',
  format: 'esm',
  mainFields: ['module', 'main'],
  // CommonJS packages in the bundle still ask for Node's own modules by require.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  // HubSpot's Client loads each API wrapper lazily by these paths. Only apiRequest is used.
  external: ['./discovery/*'],
  legalComments: 'none',
  logLevel: 'warning',
});
chmodSync(FILE, 0o755);
