import { App, Tags } from 'aws-cdk-lib';
import { loadRegistry } from '../src/registry/load.ts';
import { checkWithNag } from './nag.ts';
import { WiderrufStack } from './stack.ts';
import { readStage } from './stage.ts';

/** `npx cdk deploy -c stage=prod -c registry=registry/our-portal.yaml` */
const app = new App();
const stage = readStage((name) => app.node.tryGetContext(name) as unknown);
const stack = new WiderrufStack(app, `Widerruf-${stage.name}`, { stage, registry: loadRegistry(stage.registry) });
Tags.of(stack).add('application', 'widerruf');
Tags.of(stack).add('stage', stage.name);
if (app.node.tryGetContext('nag') !== 'off') checkWithNag(app, stack);
