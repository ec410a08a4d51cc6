import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { readAssembly } from '../../local/aws/assembly.ts';
import { makeTemplate, stageOf } from '../helpers/template.ts';

/** AWS's own linter of templates, which knows what CloudFormation would refuse. It is no npm package: pip install cfn-lint. */
const version = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' });
const folder = mkdtempSync(join(tmpdir(), 'widerruf-cfn-lint-'));

/** What cfn-lint finds in a template; empty when all is well. */
function lint(name: string, template: object): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(template));
  // W3005: CDK writes down dependencies that a reference enforces already; harmless.
  const options = ['--regions', 'eu-central-1', '--ignore-checks', 'W3005', '--', file];
  const { stdout, stderr } = spawnSync('cfn-lint', options, { encoding: 'utf8' });
  return stdout + stderr;
}

describe('cfn-lint', () => {
  test.for<[string, () => object]>([
    ['dev', () => makeTemplate(stageOf('dev')).toJSON()],
    ['prod', () => makeTemplate(stageOf('prod')).toJSON()],
    ['as-synthesized', () => readAssembly(inject('assembly')).template],
  ])('has nothing to say of %s', ([name, template], { skip }) => {
    skip(version.status !== 0, 'cfn-lint is not installed here: pip install cfn-lint');
    expect(lint(name, template())).toBe('');
  });

  test('would speak up', ({ skip }) => {
    skip(version.status !== 0, 'cfn-lint is not installed here: pip install cfn-lint');
    const wrong = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 'long' } } } };
    expect(lint('wrong', wrong)).toContain('E3012');
  });
});
