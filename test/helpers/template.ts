import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { WiderrufStack } from '../../infra/stack.ts';
import { readStage } from '../../infra/stage.ts';
import { parseRegistry } from '../../src/registry/load.ts';
import { registryText } from './registry.ts';

const CANARY = 'canary: { contact: "101", subscription: 512 }\n';

/** The stack of a stage, without bundling. */
export function makeStack(context: Record<string, string> = {}, registry = registryText + CANARY) {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stage = readStage((name) => context[name]);
  const stack = new WiderrufStack(app, 'Widerruf', { stage, registry: parseRegistry(registry) });
  return { app, stack };
}

export function makeTemplate(context: Record<string, string> = {}, registry?: string): Template {
  return Template.fromStack(makeStack(context, registry).stack);
}
