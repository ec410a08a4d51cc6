import { join } from 'node:path';

/** How esbuild makes a function's bundle; the benchmark bundles its floor in the same way. */
export const BUNDLING = {
  target: 'node24',
  minify: true,
  sourceMap: true,
  sourcesContent: false,
  mainFields: ['module', 'main'],
  // CommonJS parts of the bundle (HubSpot's client) still ask for Node's own modules by require.
  banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  // HubSpot's Client loads each API wrapper lazily by these paths. Only apiRequest is used: leaving them out saves 4 MB.
  externalModules: ['./discovery/*'],
};

const BUNDLED = join(import.meta.dirname, 'bundled');

/** What stands for a module in the bundles, so that a function loads only what it uses. */
export const ALIASES: Readonly<Record<string, string>> = {
  'form-data': join(BUNDLED, 'no-form-data.ts'),
  'node:http': join(BUNDLED, 'node-http.cjs'),
  // Without the parts that share a limit between processes by Redis.
  bottleneck: 'bottleneck/light',
};
