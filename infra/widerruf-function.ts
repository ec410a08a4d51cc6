import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { BUNDLED_REGISTRY } from '../src/registry/bundled.ts';
import type { RegistryFile } from '../src/registry/schema.ts';
import type { Stage } from '../stages/stage.ts';
import { ALIASES, BUNDLING } from './bundling.ts';
import { StageLogGroup } from './stage-log-group.ts';

const ROOT = join(import.meta.dirname, '..');

export type WiderrufFunctionProps = {
  readonly entry: 'receive' | 'decide' | 'converge' | 'audit' | 'canary';
  readonly stage: Stage;
  readonly registry: RegistryFile;
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly environment: Record<string, string>;
  /**
   * Only for a function that sends itself on, and bounds how often. Lambda stops any other chain from a function over a queue to the
   * same function after about 16 times.
   */
  readonly recursiveLoop?: RecursiveLoop;
};

/** A path as one word of a shell's command, whatever stands in it. */
const quoted = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`;

/**
 * One Lambda function of `functions/`, bundled with the checked registry beside it as JSON. What calls the function calls the
 * alias `live`, which names the version in force.
 */
export class WiderrufFunction extends NodejsFunction {
  readonly entry: WiderrufFunctionProps['entry'];
  readonly live: Alias;

  constructor(scope: Construct, id: string, { entry, stage, registry, environment, ...props }: WiderrufFunctionProps) {
    const folder = mkdtempSync(join(tmpdir(), 'widerruf-registry-'));
    writeFileSync(join(folder, BUNDLED_REGISTRY), JSON.stringify(registry));
    const logGroup = new StageLogGroup(scope, `${id}Logs`, { stage });
    // A role of its own, without AWS's managed policy, which would allow every log group of the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      recursiveLoop: RecursiveLoop.TERMINATE,
      ...props,
      environment: { STAGE: stage.name, ...environment },
      role,
      logGroup,
      entry: join(ROOT, 'functions', `${entry}.ts`),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      tracing: stage.traces ? Tracing.ACTIVE : Tracing.DISABLED,
      loggingFormat: LoggingFormat.JSON,
      // Lambda's two lines of each invocation say nothing that AWS's own metrics do not; those of a failed one are warnings.
      systemLogLevelV2: SystemLogLevel.WARN,
      bundling: {
        ...BUNDLING,
        format: OutputFormat.ESM,
        sourceMapMode: SourceMapMode.EXTERNAL,
        esbuildArgs: Object.fromEntries(Object.entries(ALIASES).map(([name, other]) => [`--alias:${name}`, other])),
        commandHooks: {
          beforeInstall: () => [],
          beforeBundling: () => [],
          afterBundling: (_input, output) => [
            `cp ${quoted(join(folder, BUNDLED_REGISTRY))} ${quoted(join(output, BUNDLED_REGISTRY))}`,
          ],
        },
      },
    });
    // The bundle, which is made by now, holds a copy.
    rmSync(folder, { recursive: true, force: true });
    this.entry = entry;
    this.live = new Alias(this, 'Live', { aliasName: 'live', version: this.currentVersion });
  }
}
