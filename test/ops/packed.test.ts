import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { plainEnvironment } from '../helpers/plain-environment.ts';

/**
 * The tool as `npm pack` gives it, unpacked elsewhere and run by the machine's own Node. Installing the package would also fetch
 * what the Lambda functions need; the tool needs none of that, so it runs here without.
 */
const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
const tool = join(folder, 'package', 'dist', 'widerruf.js');
const env = { ...plainEnvironment(), WIDERRUF_DATA: join(folder, 'no-data') };
const run = (...args: string[]) => spawnSync('node', [tool, ...args], { cwd: folder, env, encoding: 'utf8' });

beforeAll(() => {
  execFileSync('npm', ['pack', '--pack-destination', folder], { env: plainEnvironment(), stdio: 'pipe' });
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['xzf', tarball], { cwd: folder });
});

describe('the packed tool', () => {
  test('tells its version', () => {
    expect(run('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test('works: it simulates events with the registry that came along', () => {
    const event = { propertyName: 'hs_email_optout_501', propertyValue: 'true', occurredAt: 1_764_000_000_000 };
    const rest = { subscriptionType: 'contact.propertyChange', portalId: 24681357, objectId: 5 };
    writeFileSync(join(folder, 'events.json'), JSON.stringify([{ ...event, ...rest }]));
    const { status, stdout } = run('simulate', 'events.json');
    expect(stdout).toContain('R1 opted out');
    expect(status).toBe(0);
  });

  test('brings a sample of events along, whose place simulate --help tells', () => {
    const [sample = ''] = /\S+events\.csv/.exec(run('simulate', '--help').stdout) ?? [];
    const { status, stdout } = run('simulate', sample);
    expect(stdout).toContain('4 events; 4 decisions; nothing was written');
    expect(stdout).toContain('R5 refused');
    expect(status).toBe(0);
  });

  test('completes commands', () => {
    expect(run('completion', 'bash').stdout).toContain('bash completion for widerruf');
    expect(run('complete', '--', 'dead-letters', '').stdout).toMatch(/^list\t.*\nshow\t.*\nredrive\t/);
  });

  test('holds only what the tool needs', () => {
    const listed = execFileSync('tar', ['tzf', readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''], {
      cwd: folder,
      encoding: 'utf8',
    });
    const parts = new Set(
      listed
        .trim()
        .split('\n')
        .map((path) => path.split('/')[1]),
    );
    expect(parts).toEqual(new Set(['package.json', 'README.md', 'dist', 'ops', 'registry']));
  });
});

describe('what cannot be carried out exits 2', () => {
  const mistakes: [string[], string, string][] = [
    [['explain'], 'usage', "missing required argument 'address-or-contact'"],
    [['explain', 'anna@example.at', '--lang', 'fr'], 'usage', 'Allowed choices are en, de.'],
    [['explain', 'anna@example.at', '--nonsense'], 'usage', "unknown option '--nonsense'"],
    [['exlpain'], 'usage', "unknown command 'exlpain'"],
    [[], 'usage', 'name a command'],
    [['status'], 'operator', 'no local stack runs on'],
    [['--stage', 'nowhere', '--region', 'x', 'logs', '--since', 'yesterday'], 'operator', '--since yesterday'],
  ];
  test.each(mistakes)('%j', (args, kind, message) => {
    const forPeople = run(...args);
    expect(forPeople).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(message) });
    const forMachines = run(...args, '--json');
    expect(forMachines.status).toBe(2);
    expect(JSON.parse(forMachines.stdout)).toEqual({ error: { kind, message: expect.stringContaining(message) } });
  });

  test('--help and --version are no mistakes', () => {
    expect(run('--help')).toMatchObject({ status: 0, stderr: '' });
    expect(run('explain', '--help')).toMatchObject({ status: 0, stderr: '' });
  });
});

test('a pipe that is closed early ends the tool quietly', async () => {
  const events = Array.from({ length: 20_000 }, (_, i) => ({
    subscriptionType: 'contact.propertyChange',
    portalId: 24681357,
    objectId: i + 1,
    propertyName: 'hs_email_optout_501',
    propertyValue: 'true',
    occurredAt: 1_764_000_000_000,
  }));
  writeFileSync(join(folder, 'many.json'), JSON.stringify(events));
  const child = spawn('sh', ['-c', `node '${tool}' simulate many.json; echo "code $?" >&2`], { cwd: folder, env });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child.stdout, 'readable');
  child.stdout.destroy();
  await once(child, 'close');
  expect(err).toBe('code 0\n');
});
