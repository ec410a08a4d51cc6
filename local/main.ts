import { parseArgs } from 'node:util';
import { type LocalStackOptions, startLocalStack } from './stack.ts';

const HELP = `npm start: Widerruf on this machine, without any account.

Prints one line "ready {…}" when it accepts events; SIGTERM or Ctrl-C stops it.

Environment:
  PORT                  port of the webhook endpoints (default 8787)
  PUBLIC_URL            base URL that HubSpot signs (default http://127.0.0.1:$PORT)
  HUBSPOT_API_URL       another HubSpot than the built-in twin, e.g. https://api.hubapi.com
  HUBSPOT_ACCESS_TOKEN  the app's access token
  HUBSPOT_CLIENT_SECRET the app's client secret; comma-separated while it is being rotated
  WIDERRUF_REGISTRY     registry file (default registry/noeku.example.yaml)
  WIDERRUF_DATA         folder for queues, ledger and logs (default .widerruf)
`;

/** The options that the environment gives (design §4). @throws Error naming what does not fit. */
export function optionsFrom(env: NodeJS.ProcessEnv): LocalStackOptions {
  const port = Number(env['PORT'] || 8787);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT=${env['PORT']} is no port number`);
  for (const name of ['PUBLIC_URL', 'HUBSPOT_API_URL']) {
    const value = env[name];
    if (value && !/^https?:\/\/[^/]/.test(value)) throw new Error(`${name}=${value} is no http(s) URL`);
  }
  return {
    port,
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

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  process.stderr.write('synthesizing the stack and starting it …\n');
  const stack = await startLocalStack(optionsFrom(process.env));
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
