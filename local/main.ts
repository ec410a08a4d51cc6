import { parseArgs } from 'node:util';
import { loadRegistry } from '../src/registry/load.ts';
import { checkHubSpot, checkPort, makeDataFolder } from './preflight.ts';
import { type LocalStackOptions, startLocalStack } from './stack.ts';
import { LOCAL_ACCESS_TOKEN } from './twin-of.ts';

const HELP = `npm start: Widerruf on this machine, without any account.

Prints one line "ready {…}" when it accepts events; SIGTERM or Ctrl-C stops it. Under "console" stands the page that shows people,
lets one act in the twin, and has the dashboard (two ports after PORT, any free one where that is taken).

Environment:
  PORT                  port of the webhook endpoints (default 8787)
  PUBLIC_URL            base URL that HubSpot signs (default http://127.0.0.1:$PORT)
  TWIN_PORT             port of the built-in HubSpot twin (default: the port after PORT; any free one where that is taken)
  HUBSPOT_API_URL       another HubSpot than the built-in twin, e.g. https://api.hubapi.com
  HUBSPOT_ACCESS_TOKEN  the app's access token
  HUBSPOT_CLIENT_SECRET the app's client secret; comma-separated while it is being rotated
  WIDERRUF_REGISTRY     registry file (default registry/noeku.example.yaml)
  WIDERRUF_DATA         folder for queues, ledger and logs (default .widerruf)
`;

export type StartOptions = LocalStackOptions & {
  /** Port of the twin, and whether somebody named it. 0: any free one. */
  twin: { port: number; isChosen: boolean };
};

/** The options that the environment gives (design §4). @throws Error naming what does not fit. */
export function optionsFrom(env: NodeJS.ProcessEnv): StartOptions {
  const port = portOf(env, 'PORT', 8787);
  const next = port === 0 || port === HIGHEST_PORT ? 0 : port + 1;
  for (const name of ['PUBLIC_URL', 'HUBSPOT_API_URL']) {
    const value = env[name];
    if (value && !/^https?:\/\/[^/]/.test(value)) throw new Error(`${name}=${value} is no http(s) URL`);
  }
  return {
    port,
    twin: { port: portOf(env, 'TWIN_PORT', next), isChosen: Boolean(env['TWIN_PORT']) },
    registryFile: env['WIDERRUF_REGISTRY'] || 'registry/noeku.example.yaml',
    dataDir: env['WIDERRUF_DATA'] || '.widerruf',
    ...(env['PUBLIC_URL'] && { publicUrl: env['PUBLIC_URL'] }),
    ...(env['HUBSPOT_API_URL'] && { hubspotApiUrl: env['HUBSPOT_API_URL'] }),
    ...(env['HUBSPOT_ACCESS_TOKEN'] && { accessToken: env['HUBSPOT_ACCESS_TOKEN'] }),
    ...(env['HUBSPOT_CLIENT_SECRET'] && { clientSecret: env['HUBSPOT_CLIENT_SECRET'] }),
    // For trials and tests: a machine's waits can be shorter than an operator's.
    parameters: {
      ...(env['RETRY_FIRST_SECONDS'] && { RetryFirstSeconds: env['RETRY_FIRST_SECONDS'] }),
      ...(env['RETRY_LONGEST_SECONDS'] && { RetryLongestSeconds: env['RETRY_LONGEST_SECONDS'] }),
    },
  };
}

const HIGHEST_PORT = 65_535;

function portOf(env: NodeJS.ProcessEnv, variable: string, fallback: number): number {
  const port = Number(env[variable] || fallback);
  if (Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT) return port;
  throw new Error(`${variable}=${env[variable]} is no port number`);
}

/** Finds what cannot work before anything is built. Returns the twin's port. @throws Error with the mend. */
async function preflight({ port, twin, registryFile, dataDir, ...options }: StartOptions): Promise<number> {
  loadRegistry(registryFile);
  makeDataFolder(dataDir);
  await checkPort(port, 'PORT');
  const { hubspotApiUrl: url, accessToken, clientSecret } = options;
  if (url !== undefined) await checkHubSpot({ url, accessToken, clientSecret }, LOCAL_ACCESS_TOKEN);
  if (url !== undefined || twin.port === 0) return 0;
  if (twin.isChosen) await checkPort(twin.port, 'TWIN_PORT');
  return checkPort(twin.port, 'TWIN_PORT').then(
    () => twin.port,
    () => 0,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const options = optionsFrom(process.env);
  const twinPort = await preflight(options);
  process.stderr.write('synthesizing the stack and starting it …\n');
  const stack = await startLocalStack({ ...options, twinPort });
  const { webhooks, workflows, console, twin } = stack;
  if (twin !== undefined) process.stderr.write(`HubSpot twin at ${twin.url}\n`);
  process.stdout.write(`ready ${JSON.stringify({ webhooks, workflows, console })}\n`);

  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stack.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

if (import.meta.main) await main().catch(fail);
