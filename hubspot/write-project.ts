import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry } from '../src/registry/registry.ts';
import { projectFiles } from './project.ts';

const HELP = `npm run hubspot:project -- --url https://webhooks.example.at [--enterprise] [--registry FILE] [--out FOLDER]

Writes the files of the HubSpot project app for a registry. Then: cd FOLDER && hs project validate && hs project upload,
and install the app (or update its installation) from its Distribution tab; after a change of scopes renew the token.
  --url         base URL of the webhooks (output WebhookUrl of the stack, without /webhooks/hubspot)
  --enterprise  the account has Marketing Hub Enterprise: ask for the batch scopes of statuses, too
                (without Enterprise HubSpot would not let the app be installed; statuses then go one call each)
  --registry    registry file (default: WIDERRUF_REGISTRY or registry/noeku.example.yaml)
  --out         folder to write to (default hubspot/project)
`;

try {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      url: { type: 'string' },
      enterprise: { type: 'boolean', default: false },
      registry: { type: 'string', default: process.env['WIDERRUF_REGISTRY'] ?? 'registry/noeku.example.yaml' },
      out: { type: 'string', default: 'hubspot/project' },
    },
  });
  if (values.help === true) process.stdout.write(HELP);
  else {
    if (values.url === undefined || !/^https:\/\/[^/]+/.test(values.url)) {
      throw new Error('--url is missing or no https URL; see --help');
    }
    const registry = arrangeRegistry(loadRegistry(values.registry));
    const files = projectFiles(registry, values.url.replace(/\/$/, ''), values.enterprise ? 'enterprise' : 'any');
    for (const [path, text] of files) {
      const file = join(values.out, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      process.stdout.write(`${file}\n`);
    }
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
