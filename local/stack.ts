import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry } from '../src/registry/registry.ts';
import { type Assembly, synthesize } from './aws/assembly.ts';
import { type Cloud, startCloud } from './aws/cloud.ts';
import type { Twin } from './hubspot/twin.ts';
import { hasOtherRegistry } from './last-registry.ts';
import { Live } from './page/live.ts';
import { pageOf } from './page/of-stack.ts';
import { isOwnWrite } from './page/own-write.ts';
import { makeDataFolder } from './preflight.ts';
import { writeStageFile } from './stage-file.ts';
import { LOCAL_ACCESS_TOKEN, LOCAL_CLIENT_SECRET, startTwinOf } from './twin-of.ts';

export type LocalStackOptions = {
  registryFile: string;
  dataDir: string;
  /** Port of the webhook endpoints; 0: any free one. */
  port: number;
  /** Port of the twin; undefined or 0: any free one. */
  twinPort?: number;
  /** Base URL that HubSpot signs; undefined: the one of the endpoints. */
  publicUrl?: string;
  /** Another HubSpot than the twin. */
  hubspotApiUrl?: string;
  accessToken?: string;
  /** Comma-separated while rotating. */
  clientSecret?: string;
  /** An assembly synthesized before; undefined: it is synthesized now. */
  assembly?: Assembly;
  parameters?: Readonly<Record<string, string>>;
  recordCalls?: boolean;
  /** Endpoint of another emulator of SQS than fauxqs. */
  sqs?: string;
};

export type LocalStack = {
  webhooks: string;
  workflows: string;
  /** URL of the page that shows the system. */
  console: string;
  cloud: Cloud;
  twin?: Twin;
  stop(): Promise<void>;
};

/** The port after `PORT` is the twin's, the next one the page's; 0: any free one. */
const pagePort = (port: number) => (port === 0 || port + 2 > HIGHEST_PORT ? 0 : port + 2);
const HIGHEST_PORT = 65_535;

/** Starts the whole system on this machine: AWS from the synthesized template, and a HubSpot twin unless another HubSpot is named. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { dataDir, accessToken = LOCAL_ACCESS_TOKEN, clientSecret = LOCAL_CLIENT_SECRET } = options;
  const file = loadRegistry(options.registryFile);
  makeDataFolder(dataDir);
  const unlock = lock(dataDir);
  const assembly =
    options.assembly ??
    (await synthesize(join(dataDir, 'cdk.out'), {
      stage: writeStageFile(dataDir, 'local', options.registryFile),
      // The rules are for what is deployed; `cdk synth` and the tests check them.
      nag: 'off',
    }));
  const live = new Live();
  const twin: Twin | undefined =
    options.hubspotApiUrl === undefined
      ? await startTwinOf(file, arrangeRegistry(file), {
          journal: join(dataDir, 'hubspot.jsonl'),
          port: options.twinPort ?? 0,
          accessToken,
          clientSecret: clientSecret.split(',')[0] ?? '',
          observe: (event) => live.changed({ ...event, byWiderruf: isOwnWrite(event, twin?.portal) }),
        })
      : undefined;
  const outputs = assembly.template.Outputs ?? {};
  const given = new Map([
    [referenceOf(outputs['ClientSecretArn']), clientSecret],
    [referenceOf(outputs['AccessTokenArn']), accessToken],
  ]);
  const cloud = await startCloud({
    assembly,
    dataDir,
    port: options.port,
    parameters: {
      PublicUrl: options.publicUrl ?? '',
      HubSpotApiUrl: options.hubspotApiUrl ?? twin?.url ?? '',
      ...options.parameters,
    },
    watch: (batch) => live.passed(batch),
    ...(options.recordCalls !== undefined && { recordCalls: options.recordCalls }),
    ...(options.sqs !== undefined && { sqs: options.sqs }),
    secret: (id) => given.get(id) ?? generatedSecret(dataDir, id),
    log: (source, line) => appendFileSync(join(dataDir, 'logs', `${source}.log`), `${line}\n`),
  });
  const endpoint = (base: string) => ({
    webhooks: `${base}/webhooks/hubspot`,
    workflows: `${base}/webhooks/hubspot/workflows`,
  });
  const { webhooks, workflows } = endpoint(cloud.http.url);
  const signed = endpoint((options.publicUrl ?? cloud.http.url).replace(/\/$/, ''));
  twin?.connect({ webhooks, workflows, signedWebhooks: signed.webhooks, signedWorkflows: signed.workflows });
  // The operator's tool finds the running stack by this file.
  const connection = join(dataDir, 'connection.json');
  const resolvedOutputs = Object.fromEntries(Object.keys(outputs).map((name) => [name, cloud.output(name)]));
  writeFileSync(
    connection,
    JSON.stringify({ ...cloud.endpoints, outputs: resolvedOutputs, registry: options.registryFile }),
    { mode: 0o600 },
  );
  if (hasOtherRegistry(dataDir, file)) await cloud.deployed();
  const page = await pageOf({
    port: pagePort(options.port),
    cloud,
    live,
    file,
    logs: join(dataDir, 'logs'),
    accessToken,
    ...(twin !== undefined && { twin }),
  });
  return {
    webhooks,
    workflows,
    console: page.url,
    cloud,
    ...(twin !== undefined && { twin }),
    async stop() {
      await page.stop();
      await twin?.stop();
      await cloud.stop();
      rmSync(connection, { force: true });
      unlock();
    },
  };
}

/** The logical id that an output refers to. */
function referenceOf(output: { Value: unknown } | undefined): string {
  return String((output?.Value as { Ref?: string } | undefined)?.Ref);
}

/** A secret that AWS would have generated: made once, kept beside the data that depends on it. */
function generatedSecret(dataDir: string, id: string): string {
  const file = join(dataDir, `secret-${id}`);
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** Two processes on one folder would spoil each other's queues and table. */
function lock(dataDir: string): () => void {
  const file = join(dataDir, 'pid');
  const other = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (other > 0 && other !== process.pid && isAlive(other)) {
    throw new Error(`${dataDir} is in use by process ${other}; stop it, or set WIDERRUF_DATA to another folder`);
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
