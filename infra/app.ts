import { App } from 'aws-cdk-lib';
import { loadStage, StageError } from '../stages/stage.ts';
import { checkWithNag } from './nag.ts';
import { WiderrufStack } from './stack.ts';

/** `npx cdk deploy -c stage=prod`: everything else stands in `stages/prod.yaml`. */
const app = new App();
const context = (name: string) => app.node.tryGetContext(name) as unknown;

/** Settings that older versions took from the command line: whoever still gives them must not think that they count. */
const MOVED = ['registry', 'hubspotCallsPer10Seconds', 'acceptV2', 'audit', 'alarmEmail', 'language', 'runbook'];
const given = MOVED.filter((name) => context(name) !== undefined);
if (given.length > 0) {
  throw new StageError(`-c ${given.join(', -c ')}: no longer read. Mend: set it in stages/<stage>.yaml`);
}

const { stage, registry } = loadStage(context('stage') as string | undefined);
const { account, region } = stage;
const env = account !== undefined && region !== undefined ? { env: { account, region } } : {};
const stack = new WiderrufStack(app, `Widerruf-${stage.name}`, { stage, registry, ...env });
if (context('nag') !== 'off') checkWithNag(app, stack);
