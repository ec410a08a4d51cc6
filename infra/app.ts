import { App, Tags } from 'aws-cdk-lib';
import { checkWithNag } from './nag.ts';
import { WiderrufStack } from './stack.ts';
import { loadStage, StageError } from './stage.ts';

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
const stack = new WiderrufStack(app, `Widerruf-${stage.name}`, {
  stage,
  registry,
  ...(account !== undefined && region !== undefined && { env: { account, region } }),
});
for (const [key, value] of Object.entries({ application: 'widerruf', stage: stage.name, ...stage.tags })) {
  Tags.of(stack).add(key, value);
}
if (context('nag') !== 'off') checkWithNag(app, stack);
