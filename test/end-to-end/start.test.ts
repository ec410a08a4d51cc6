import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { optionsFrom } from '../../local/main.ts';
import { inWords } from '../../local/preflight.ts';

const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
let hubspot: Server;
let address: string;
beforeAll(async () => {
  hubspot = createServer((_, response) => response.writeHead(401).end('{}'));
  await new Promise<void>((resolve) => hubspot.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(hubspot.address() as AddressInfo).port}`;
});
afterAll(() => void hubspot.close());

function spawned([command = '', ...args]: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(command, args, {
    env: {
      ...process.env,
      WIDERRUF_REGISTRY: inject('registryFile'),
      WIDERRUF_DATA: join(folder, 'data'),
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; err: string }> {
  let err = '';
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, err };
}

test('a checkout whose path has a space, an apostrophe and an umlaut is synthesized', () => {
  const checkout = join(folder, "Meine Dateien für Anna's Haus");
  mkdirSync(checkout);
  const parts = [
    'infra',
    'src',
    'stages',
    'functions',
    'registry',
    'docs',
    'cdk.json',
    'package.json',
    'package-lock.json',
  ];
  execFileSync('cp', ['-r', ...parts, checkout]);
  symlinkSync(join(process.cwd(), 'node_modules'), join(checkout, 'node_modules'));
  const out = join(checkout, 'cdk.out');
  const stage = join(checkout, 'local.yaml');
  const settings = { production: false, portal: 24681357, registry: join(checkout, 'registry', 'noeku.example.yaml') };
  const rest = { alarms: { actNow: [], lookTomorrow: [] }, runbook: 'file:///runbook.md' };
  writeFileSync(stage, JSON.stringify({ ...settings, ...rest }));
  execFileSync(process.execPath, ['infra/app.ts'], {
    cwd: checkout,
    env: {
      ...process.env,
      TMPDIR: checkout,
      CDK_OUTDIR: out,
      CDK_CONTEXT_JSON: JSON.stringify({ stage, nag: 'off' }),
    },
    stdio: 'pipe',
  });
  expect(readFileSync(join(out, 'manifest.json'), 'utf8')).toContain('Widerruf-local');
});

test('SIGTERM to npm start ends everything that it started', async () => {
  const npm = spawned(['npm', 'start']);
  let output = '';
  for await (const chunk of npm.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString();
    if (output.includes('ready ')) break;
  }
  const { console } = JSON.parse(/ready (.*)/.exec(output)?.[1] ?? '{}') as { console: string };
  npm.kill('SIGTERM');
  // A node left behind goes on answering.
  const isGone = () =>
    fetch(`${console}/state`).then(
      () => false,
      () => true,
    );
  await expect.poll(isGone, { timeout: 60_000 }).toBe(true);
});

describe('what cannot work is said before anything is built, in one line with the mend', () => {
  const node = [process.execPath, 'local/main.ts'];
  const cases: [string, () => Record<string, string>, RegExp][] = [
    [
      'a port in use',
      () => ({ PORT: String((hubspot.address() as AddressInfo).port) }),
      /^port \d+ is in use; set PORT to a free one\n$/,
    ],
    ['a file where the data folder should be', () => ({ WIDERRUF_DATA: 'package.json' }), /WIDERRUF_DATA/],
    ['a data folder below a file', () => ({ WIDERRUF_DATA: 'package.json/data' }), /WIDERRUF_DATA/],
    ['a folder where the registry should be', () => ({ WIDERRUF_REGISTRY: 'src' }), /WIDERRUF_REGISTRY/],
    [
      'another HubSpot without a token',
      () => ({ HUBSPOT_API_URL: 'https://api.hubapi.com' }),
      /HUBSPOT_ACCESS_TOKEN is not set/,
    ],
    [
      'a token that HubSpot refuses',
      () => ({ HUBSPOT_API_URL: address, HUBSPOT_ACCESS_TOKEN: 'old', HUBSPOT_CLIENT_SECRET: 'x' }),
      /HubSpot refuses the access token .*HUBSPOT_ACCESS_TOKEN/,
    ],
  ];
  test.each(cases)('%s', async (_, env, message) => {
    const { code, err } = await ended(spawned(node, env()));
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).not.toContain('synthesizing');
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('errors of the system in words', () => {
    const error = (code: string) => Object.assign(new Error(code), { code });
    const place = { path: '/data', variable: 'WIDERRUF_DATA' };
    expect(inWords(error('EACCES'), place)).toBe('/data may not be written by this user; set WIDERRUF_DATA to another');
    expect(inWords(error('ENOSPC'), place)).toBe('/data: the disk is full; make room, or set WIDERRUF_DATA to another');
  });
});

test('the twin has a fixed port beside that of the webhooks, unless another is named', () => {
  expect(optionsFrom({})).toMatchObject({ port: 8787, twin: { port: 8788, isChosen: false } });
  expect(optionsFrom({ PORT: '0' })).toMatchObject({ port: 0, twin: { port: 0, isChosen: false } });
  expect(optionsFrom({ TWIN_PORT: '9000' })).toMatchObject({ twin: { port: 9000, isChosen: true } });
  expect(() => optionsFrom({ TWIN_PORT: 'x' })).toThrow('TWIN_PORT=x is no port number');
});
