import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { costTable, countIn, exampleTemplate, monthly } from '../../bench/costs.ts';
import { makeTemplate, stageOf } from '../helpers/template.ts';

const text = readFileSync('docs/deploy.md', 'utf8');
const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block.split('\n').map((line) => line.trim()),
);
const at = (part: string) => {
  const found = commands.findIndex((line) => line.includes(part));
  expect(found, part).toBeGreaterThanOrEqual(0);
  return found;
};

describe('docs/deploy.md', () => {
  test('has its steps in an order that works', () => {
    const order = [
      'npm ci',
      'cp stages/prod.example.yaml',
      'npx cdk synth',
      'AWS_REGION=',
      'npx cdk bootstrap',
      'npx cdk deploy',
      'aws sns list-subscriptions',
      'npm run hubspot:project',
      '<ClientSecretArn>',
      ' smoke',
      ' doctor',
    ].map(at);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(text.indexOf('<ClientSecretArn>')).toBeLessThan(text.indexOf('hs project upload'));
  });

  test('deploys with one command that needs nothing but the stage', () => {
    for (const line of commands.filter((one) => one.includes('cdk deploy'))) {
      expect(line).toMatch(/^npx cdk deploy -c stage=\w+$/);
    }
  });

  test('says what stays of production, and that is what stays', () => {
    const resources = makeTemplate(stageOf('prod')).toJSON()['Resources'] as Record<
      string,
      { DeletionPolicy?: string }
    >;
    const kept = Object.keys(resources).filter((id) => resources[id]?.DeletionPolicy === 'Retain' && !/Log/.test(id));
    for (const id of kept) expect(text).toContain(`\`${id.replace(/[0-9A-F]{8}$/, '')}\``);
  });

  test('shows the table of costs that the code gives', () => {
    expect(text).toContain(costTable());
  });
});

describe('the costs', () => {
  const count = countIn(exampleTemplate());

  test('count each metric of each alarm, as CloudWatch bills', () => {
    expect(count.alarms).toBeGreaterThan(15);
    expect(count.alarmMetrics).toBeGreaterThan(count.alarms);
  });

  test('grow with what happens, and are not nothing when nothing does', () => {
    const total = (events: number) => monthly(events, count).reduce((sum, { dollars }) => sum + dollars, 0);
    expect(total(0)).toBeGreaterThan(20);
    expect(total(1_000_000)).toBeGreaterThan(total(0));
  });
});
