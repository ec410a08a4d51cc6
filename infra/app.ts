import { App } from 'aws-cdk-lib';
import { RegistryError } from '../src/registry/load.ts';
import { loadStage, StageError } from '../stages/stage.ts';
import { checkWithNag } from './nag.ts';
import { WiderrufStack } from './stack.ts';

/** Settings that older versions took from the command line: whoever still gives them must not think that they count. */
const MOVED = ['registry', 'hubspotCallsPer10Seconds', 'acceptV2', 'audit', 'alarmEmail', 'language', 'runbook'];

/** `npx cdk deploy -c stage=prod`: everything else stands in `stages/prod.yaml`. */
function main(): void {
  const app = new App();
  const context = (name: string) => app.node.tryGetContext(name) as unknown;
  const given = MOVED.filter((name) => context(name) !== undefined);
  if (given.length > 0) {
    throw new StageError(`-c ${given.join(', -c ')}: no longer read. Mend: set it in stages/<stage>.yaml`);
  }
  const { stage, registry } = loadStage(context('stage') as string | undefined);
  const { account, region } = stage;
  const env = account !== undefined && region !== undefined ? { env: { account, region } } : {};
  const stack = new WiderrufStack(app, `Widerruf-${stage.name}`, { stage, registry, ...env });
  if (context('nag') !== 'off') checkWithNag(app, stack);
}

try {
  main();
} catch (error) {
  // What a person wrote wrongly is named with its mend; a stack trace would bury that.
  if (!(error instanceof StageError) && !(error instanceof RegistryError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
