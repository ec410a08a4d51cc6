import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { WiderrufStack } from '../../infra/stack.ts';
import { parseRegistry } from '../../src/registry/load.ts';
import { parseStage, type Stage } from '../../stages/stage.ts';
import { registryText } from './registry.ts';

const CANARY = 'canary: { contact: "101", subscription: 512 }\n';

/** Settings of a production stage that lack nothing but a registry of its own. */
export const prodSettings = {
  production: true,
  account: '111122223333',
  region: 'eu-central-1',
  portal: 24681357,
  registry: 'registry/our-portal.yaml',
  alarms: { actNow: ['on-duty@example.at'], lookTomorrow: ['crm-team@example.at'] },
  runbook: 'https://git.example.at/widerruf/docs/runbook.md',
  tags: { owner: 'crm-team', 'cost-center': '4711' },
};

export type Changes = Partial<Omit<Stage, 'production'>>;

/** A stage as its settings file would make it; every part can be changed. */
export function stageOf(name: 'dev' | 'prod', changes: Changes = {}): Stage {
  const { account: _, region: __, ...anywhere } = prodSettings;
  const settings = { ...anywhere, production: false, registry: 'registry/noeku.example.yaml' };
  const { stage } = parseStage(JSON.stringify(settings), `${name}.yaml`);
  return { ...stage, production: name === 'prod', ...changes };
}

/** The stack of a stage, without bundling. */
export function makeStack(stage = stageOf('dev'), registry = registryText + CANARY) {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new WiderrufStack(app, 'Widerruf', { stage, registry: parseRegistry(registry) });
  return { app, stack };
}

export function makeTemplate(stage?: Stage, registry?: string): Template {
  return Template.fromStack(makeStack(stage, registry).stack);
}

/** The logical id of the function that a property names, by itself or by its alias. */
export function functionNamedIn(template: Template, property: unknown): string {
  const [, id = ''] = /"Ref":"(\w+)"/.exec(JSON.stringify(property)) ?? [];
  const alias = template.findResources('AWS::Lambda::Alias')[id]?.['Properties'] as
    | { FunctionName: { Ref: string } }
    | undefined;
  return alias?.FunctionName.Ref ?? id;
}
