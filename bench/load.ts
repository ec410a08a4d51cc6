import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { BUNDLING } from '../infra/bundling.ts';
import { readAssembly, synthesize } from '../local/aws/assembly.ts';
import { ofType, type Resource } from '../local/aws/resources.ts';
import { writeStageFile } from '../local/stage-file.ts';
import { type Candidates, ratiosOf } from './interleaved.ts';
import type { Row } from './rows.ts';

type Loaded = 'receive' | 'decide' | 'converge' | 'audit';

const REGISTRY = 'registry/noeku.example.yaml';
const GOALS: Readonly<Record<Loaded, number>> = { receive: 1.2, decide: 1.3, converge: 1.4, audit: 1.5 };

/** The AWS clients that each function makes, with one command of each: what a handler of this kind cannot do without. */
const CLIENTS = {
  sqs: ['@aws-sdk/client-sqs', 'SQSClient', 'SendMessageBatchCommand'],
  secrets: ['@aws-sdk/client-secrets-manager', 'SecretsManagerClient', 'GetSecretValueCommand'],
  dynamodb: ['@aws-sdk/client-dynamodb', 'DynamoDBClient', 'QueryCommand'],
  documents: ['@aws-sdk/lib-dynamodb', 'DynamoDBDocumentClient', 'PutCommand'],
  s3: ['@aws-sdk/client-s3', 'S3Client', 'PutObjectCommand'],
} as const;
const USES: Readonly<Record<Loaded, readonly (keyof typeof CLIENTS)[]>> = {
  receive: ['sqs', 'secrets'],
  decide: ['sqs', 'secrets', 'dynamodb', 'documents'],
  converge: ['sqs', 'secrets', 'dynamodb', 'documents'],
  audit: ['sqs', 'secrets', 'dynamodb', 'documents', 's3'],
};

/** How much processor time a fresh process needs to load each deployed bundle, held against a bundle with the same AWS clients and nothing else. */
export async function loadRows(rounds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'widerruf-bench-'));
  try {
    const bundles = await bundlesOf(folder);
    const rows: Row[] = [];
    for (const name of Object.keys(GOALS) as Loaded[]) {
      const floor = await floorBundle(folder, name);
      const bundle = bundles[name];
      const { ours, floor: least } = takeTurns({ floor: () => load(floor), ours: () => load(bundle) }, rounds);
      rows.push({
        what: `module load of ${name}’s bundle, fresh process, processor time`,
        floor: `a handler with the same AWS clients (${USES[name].join(', ')}) and nothing else`,
        ms: ours.ms,
        floorMs: least.ms,
        ratio: ours.ratio,
        goal: GOALS[name],
      });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Bundle = { file: string; environment: Record<string, string> };

/** The bundles as they would be deployed: those of the synthesized stack. */
async function bundlesOf(folder: string): Promise<Record<Loaded, Bundle>> {
  const out = join(folder, 'cdk.out');
  await synthesize(out, { stage: writeStageFile(folder, 'bench', REGISTRY), nag: 'off' });
  const { template } = readAssembly(out);
  const resources: Resource[] = Object.entries(template.Resources).map(([id, { Type, Properties = {} }]) => ({
    id,
    type: Type,
    properties: Properties,
  }));
  const functions = ofType(resources, 'AWS::Lambda::Function');
  const bundleOf = (name: Loaded): Bundle => {
    const wanted = new RegExp(`${name}[0-9A-F]{8}$`, 'i');
    const found = functions.filter(({ id }) => wanted.test(id));
    const { Code, Environment } = (found[0]?.properties ?? {}) as {
      Code?: { S3Key: string };
      Environment?: { Variables: Record<string, unknown> };
    };
    if (Code === undefined || found.length !== 1) throw new Error(`the template has no function ${name}`);
    const asset = join(out, `asset.${Code.S3Key.replace(/\.zip$/, '')}`);
    const variables = Object.entries(Environment?.Variables ?? {}).map(([key, value]) => [
      key,
      // A reference is something that only a deployment knows; loading needs a value of the right kind.
      typeof value === 'string' ? value : '1',
    ]);
    return {
      file: join(asset, 'index.mjs'),
      environment: { ...Object.fromEntries(variables), LAMBDA_TASK_ROOT: asset },
    };
  };
  return {
    receive: bundleOf('receive'),
    decide: bundleOf('decide'),
    converge: bundleOf('converge'),
    audit: bundleOf('audit'),
  };
}

async function floorBundle(folder: string, name: Loaded): Promise<Bundle> {
  const used = USES[name].map((client) => CLIENTS[client]);
  const imports = used.map(([from, client, command]) => `import { ${client}, ${command} } from '${from}';`);
  const making = used.map(([, client, command]) =>
    client === 'DynamoDBDocumentClient'
      ? `[DynamoDBDocumentClient.from(new DynamoDBClient({})), ${command}]`
      : `[new ${client}({}), ${command}]`,
  );
  const entry = join(folder, `floor-${name}.ts`);
  writeFileSync(
    entry,
    `${imports.join('\n')}\nconst clients = [${making.join(', ')}];\nexport const handler = async () => clients.length;\n`,
  );
  const { banner, externalModules, sourceMap: _, ...settings } = BUNDLING;
  const file = join(folder, `floor-${name}.mjs`);
  await build({
    ...settings,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    sourcemap: 'external',
    banner: { js: banner },
    external: externalModules,
    nodePaths: [join(import.meta.dirname, '..', 'node_modules')],
    logLevel: 'error',
  });
  return { file, environment: {} };
}

/** Processor time: on a shared machine the time on the clock is mostly that of whatever else runs. */
const SCRIPT =
  'const began = process.cpuUsage(); await import(process.argv[1]); const { user, system } = process.cpuUsage(began); console.log((user + system) / 1000);';

/** Milliseconds of processor time that a fresh process needs to load a bundle. */
function load({ file, environment }: Bundle): number {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', SCRIPT, pathToFileURL(file).href], {
    env: { PATH: process.env['PATH'] ?? '', AWS_REGION: 'eu-central-1', ...environment },
    encoding: 'utf8',
  });
  return Number(output.trim().split('\n').at(-1));
}

function takeTurns(candidates: Candidates<'ours' | 'floor'>, rounds: number) {
  const times = new Map<'ours' | 'floor', number[]>([
    ['floor', []],
    ['ours', []],
  ]);
  for (let round = 0; round < rounds; round++) {
    for (const [name, all] of times) all.push(Number(candidates[name]()));
  }
  return ratiosOf(times);
}
