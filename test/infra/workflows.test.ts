import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

type Step = { uses?: string; run?: string; with?: Record<string, unknown> };
type Job = { needs?: string; uses?: string; with?: { stage?: string }; environment?: string; steps?: Step[] };
type Workflow = { on: unknown; permissions: Record<string, string>; jobs: Record<string, Job> };

/** As GitHub writes what it fills in. */
const expression = (text: string) => `\${{ ${text} }}`;
const read = (name: string) => parse(readFileSync(`.github/workflows/${name}.yml`, 'utf8')) as Workflow;
const workflows = globSync('.github/workflows/*.yml').map(
  (file) => [file, parse(readFileSync(file, 'utf8')) as Workflow] as const,
);

describe('the deployment workflow', () => {
  const { jobs, permissions } = read('deploy');
  const steps = read('deploy-stage').jobs['deploy']?.steps ?? [];

  test('goes to dev, then to prod; each has an environment, where approval and role are kept', () => {
    expect(Object.keys(jobs)).toEqual(['dev', 'prod']);
    expect(jobs['prod']).toMatchObject({ needs: 'dev', with: { stage: 'prod' } });
    expect(read('deploy-stage').jobs['deploy']?.environment).toBe(expression('inputs.stage'));
  });

  test('knocks at the front door after deploying: so prod is not touched when dev is closed', () => {
    const runs = steps.map(({ run }) => run ?? '');
    const deploys = runs.findIndex((run) => run.startsWith('npx cdk deploy'));
    expect(deploys).toBeGreaterThan(runs.indexOf('npm ci'));
    expect(runs[deploys]).toContain('-c "stage=$STAGE"');
    expect(runs.findIndex((run) => run.endsWith(' smoke'))).toBeGreaterThan(deploys);
  });

  test('signs in by OIDC and keeps no key', () => {
    expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(steps.find(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'))?.with).toEqual({
      'role-to-assume': expression('vars.AWS_ROLE_ARN'),
      'aws-region': expression('vars.AWS_REGION'),
    });
    expect(JSON.stringify(workflows)).not.toMatch(/secrets\.|aws-access-key|aws-secret/i);
  });
});

describe.each(workflows)('%s', (_, { jobs, permissions }) => {
  test('names what it may do, and every action by commit', () => {
    expect(permissions['contents']).toBe('read');
    for (const { uses } of Object.values(jobs).flatMap(({ steps = [] }) => steps)) {
      if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
    }
  });
});

test('every folder that has an owner exists', () => {
  const lines = readFileSync('.github/CODEOWNERS', 'utf8').split('\n');
  const paths = lines.filter((line) => line.startsWith('/')).map((line) => line.split(/\s+/)[0]?.slice(1) ?? '');
  expect(paths.length).toBeGreaterThan(3);
  for (const path of paths) expect(existsSync(path), path).toBe(true);
});
