import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { fromIni } from '@aws-sdk/credential-providers';
import { systemClock } from '../src/clocks.ts';
import { createHubSpot } from '../src/hubspot/hubspot.ts';
import { createSenders } from '../src/hubspot/senders.ts';
import { dynamodbLedger } from '../src/ledger/dynamodb-ledger.ts';
import { dynamodbTally } from '../src/ledger/dynamodb-tally.ts';
import { type ConvergenceRequest, messageOf } from '../src/queues/convergence-request.ts';
import { queueSignals } from '../src/queues/queue-signals.ts';
import { sendAll } from '../src/queues/send.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry } from '../src/registry/registry.ts';
import type { RegistryFile } from '../src/registry/schema.ts';
import type { Signal } from '../src/signals/signal.ts';
import { loadStage, stageFile } from '../stages/stage.ts';
import { PACKAGE_ROOT } from './package-root.ts';
import { type Language, type OutputTexts, outputTexts } from './texts/words.ts';

export type ConnectOptions = {
  /** Stage of a deployed stack; undefined: the local stack. */
  stage?: string;
  profile?: string;
  region?: string;
  registry?: string;
};

type Telling = (t: OutputTexts['errors']) => string;

/** Something the operator has to mend before the command can work. The message is English; `in` tells the message in a language. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  private readonly tell: Telling;
  constructor(message: string | Telling) {
    const tell = typeof message === 'string' ? () => message : message;
    super(tell(outputTexts.en.errors));
    this.tell = tell;
  }
  in(language: Language): string {
    return this.tell(outputTexts[language].errors);
  }
}

const LOCAL = { region: 'eu-central-1', credentials: { accessKeyId: 'operator', secretAccessKey: 'local' } };
type Local = {
  sqs: string;
  dynamodb: string;
  secretsmanager: string;
  s3: string;
  outputs: Record<string, string>;
  registry: string;
};

/** Calls in ten seconds that an operator's command may make beside the workers; and the share of the limit that it may take in an idle portal. */
const CALLS_PER_10S = 15;
const SPARE = 0.15;

/**
 * Connects to a deployed stack (by profile and stage) or to the local stack that runs on `WIDERRUF_DATA`. What is not given
 * comes from `stages/<stage>.yaml`, as the deployment's did.
 */
export async function connect(options: ConnectOptions) {
  const { stage } = options;
  const settings = settingsOf(stage);
  const dataDir = localDataDir();
  const local = stage === undefined ? readLocal(dataDir) : undefined;
  const aws = awsOf(options);
  const client = (service: keyof Omit<Local, 'outputs' | 'registry'>) =>
    local === undefined ? aws : { ...LOCAL, endpoint: local[service] };
  const outputs = local?.outputs ?? (await outputsOf(stackNameOf(options), aws));
  const output = (name: string): string => {
    const value = outputs[name];
    if (!value) throw new OperatorError((t) => t.noOutput(name));
    return value;
  };
  const secrets = new SecretsManagerClient(client('secretsmanager'));
  const secret = async (arn: string) =>
    (await secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString ?? '';
  const sqs = new SQSClient(client('sqs'));
  const registryFile = registryOf(options, settings?.registry, local?.registry);
  const registry = arrangeRegistry(registryFile);
  const dynamodb = new DynamoDBClient(client('dynamodb'));

  const token = await secret(output('AccessTokenArn'));
  const { send, search } = createSenders({
    baseUrl: output('HubSpotApi'),
    accessToken: () => Promise.resolve(token),
    perTenSeconds: CALLS_PER_10S,
    spare: Math.floor(Number(output('HubSpotCallsPer10Seconds')) * SPARE),
  });
  return {
    where: stage ?? `local (${dataDir})`,
    dataDir,
    registryFile,
    registry,
    hubspot: createHubSpot(send, systemClock, registry),
    search,
    sqs,
    s3: new S3Client({ ...client('s3'), forcePathStyle: true }),
    secret,
    output,
    ledger: dynamodbLedger(dynamodb, output('LedgerTableName')),
    tally: dynamodbTally(dynamodb, output('LedgerTableName')),
    addressKey: () => secret(output('AddressKeyArn')),
    queueSignals: (signals: readonly Signal[]) =>
      queueSignals(sqs, { persons: output('SignalsQueueUrl'), crowds: output('CrowdSignalsQueueUrl') }, signals),
    request: (requests: readonly ConvergenceRequest[]) =>
      sendAll(
        sqs,
        output('ConvergenceQueueUrl'),
        requests.map((one) => messageOf(one, systemClock())),
      ),
    now: systemClock,
  };
}
export type Connection = Awaited<ReturnType<typeof connect>>;

/** Where the local stack keeps its data. */
export const localDataDir = () => process.env['WIDERRUF_DATA'] || '.widerruf';

/** The name of a stage's stack in CloudFormation. */
export function stackNameOf({ stage }: ConnectOptions): string {
  return `Widerruf-${settingsOf(stage)?.stage.name ?? stage}`;
}

/** Settings of AWS clients that reach a stage. */
export function awsOf({ stage, profile, ...options }: ConnectOptions) {
  const region = options.region ?? settingsOf(stage)?.stage.region;
  return { ...(region && { region }), ...(profile && { profile, credentials: fromIni({ profile }) }) };
}

/** A stage's settings, where this folder or the package has them: the tool may be installed apart from the checkout. */
function settingsOf(stage: string | undefined): ReturnType<typeof loadStage> | undefined {
  if (stage === undefined) return undefined;
  const root = [process.cwd(), PACKAGE_ROOT].find((folder) => existsSync(stageFile(stage, folder)));
  return root === undefined ? undefined : loadStage(stage, root);
}

function registryOf(
  { stage, registry }: ConnectOptions,
  ofStage: RegistryFile | undefined,
  ofLocal: string | undefined,
): RegistryFile {
  if (registry === undefined && ofStage !== undefined) return ofStage;
  const file = registry ?? ofLocal ?? process.env['WIDERRUF_REGISTRY'];
  if (file !== undefined) return loadRegistry(file);
  throw new OperatorError((t) => t.nameRegistry(stage));
}

function readLocal(dataDir: string): Local {
  const file = join(dataDir, 'connection.json');
  if (!existsSync(file)) {
    throw new OperatorError((t) => t.noStack(dataDir));
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Local;
}

async function outputsOf(name: string, aws: object): Promise<Record<string, string>> {
  const { Stacks = [] } = await new CloudFormationClient(aws).send(new DescribeStacksCommand({ StackName: name }));
  return Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}
