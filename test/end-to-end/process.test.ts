import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Twin } from '../../local/hubspot/twin.ts';
import type { PeoplePage } from '../../local/page/people.ts';
import { startTwinOf } from '../../local/twin-of.ts';
import { loadRegistry } from '../../src/registry/load.ts';
import { exampleRegistry, openControls } from '../helpers/local-stack.ts';

const COMPANY = 'noe-festival-und-kino';
type Ready = { webhooks: string; workflows: string; console: string };
type State = { queues: { name: string; waiting: number; later: number; inWork: number }[] };
let dataDir: string;
let twin: Twin;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  twin = await startTwinOf(loadRegistry(inject('registryFile')), exampleRegistry(), {
    accessToken: 'token',
    clientSecret: 'secret',
  });
});
afterAll(async () => {
  await twin.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function run(env: Record<string, string>, args: string[] = []): ChildProcess {
  return spawn(process.execPath, ['local/main.ts', ...args], {
    env: { ...process.env, WIDERRUF_REGISTRY: inject('registryFile'), WIDERRUF_DATA: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts `npm start`'s command with another HubSpot and the environment of the outer contract. */
async function start(): Promise<{ child: ChildProcess; ready: Ready }> {
  const child = run({
    HUBSPOT_API_URL: twin.url,
    HUBSPOT_ACCESS_TOKEN: 'token',
    HUBSPOT_CLIENT_SECRET: 'new-secret,secret',
    RETRY_FIRST_SECONDS: '1',
    RETRY_LONGEST_SECONDS: '2',
  });
  let [output, errors] = ['', ''];
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString();
    const found = /^ready (\{.*\})$/m.exec(output)?.[1];
    if (found !== undefined) return { child, ready: JSON.parse(found) as Ready };
  }
  throw new Error(`no ready line in: ${output}${errors}`);
}

async function depths(ready: Ready): Promise<number> {
  const state = (await (await fetch(`${ready.console}/state`)).json()) as State;
  return state.queues.reduce((sum, { waiting, inWork }) => sum + waiting + inWork, 0);
}

async function output(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

test('killed in the middle and started again, nothing is lost; SIGTERM ends it cleanly', async () => {
  const contacts = Array.from(
    { length: 40 },
    (_, i) => twin.people.createContact({ email: `kill-${i}@example.at` }).id,
  );
  twin.behaviour.outage = 'answers 503';
  const first = await start();
  twin.connect({ webhooks: first.ready.webhooks, workflows: first.ready.workflows });
  for (const id of contacts.slice(0, 30)) twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
  await twin.sender.idle();
  await expect.poll(() => twin.calls.length, { timeout: 300_000 }).toBeGreaterThan(0);
  first.child.kill('SIGKILL');
  await once(first.child, 'close');
  expect(contacts.filter((id) => openControls(twin, id, COMPANY).length === 0)).toEqual([]);

  // What happens meanwhile HubSpot tries again.
  for (const id of contacts.slice(30)) twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
  twin.behaviour.outage = false;
  const second = await start();
  twin.connect({ webhooks: second.ready.webhooks, workflows: second.ready.workflows });
  await twin.sender.idle();
  await expect.poll(() => depths(second.ready), { timeout: 300_000, interval: 500 }).toBe(0);
  for (const id of contacts) expect(openControls(twin, id, COMPANY), id).toEqual([]);

  const page = await fetch(second.ready.console);
  expect(await page.text()).toContain('<title>Widerruf</title>');
  // HubSpot is another process here: the page shows whom the ledger knows, and nobody acts from it.
  const people = (await (await fetch(`${second.ready.console}/people?size=100`)).json()) as PeoplePage;
  expect(new Set(people.rows.map(({ contact }) => contact))).toEqual(new Set(contacts));
  for (const { cells } of people.rows) expect(cells[COMPANY]).toMatchObject({ held: 'closed', wanted: 'closed' });
  twin.behaviour.outage = 'answers 503';
  const unseen = (await (await fetch(`${second.ready.console}/people?size=1`)).json()) as PeoplePage;
  expect(unseen.rows[0]?.cells[COMPANY]).toMatchObject({ held: 'unknown', wanted: 'closed' });
  twin.behaviour.outage = false;
  const act = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"act":"audit"}' };
  expect((await fetch(`${second.ready.console}/act`, act)).status).toBe(404);

  second.child.kill('SIGTERM');
  const [code] = (await once(second.child, 'close')) as [number | null];
  expect(code).toBe(0);
});

describe('clear answers to what cannot work', () => {
  test('--help', async () => {
    const { code, out } = await output(run({}, ['--help']));
    expect(code).toBe(0);
    expect(out).toContain('WIDERRUF_DATA');
  });

  test.each([
    [{ PORT: 'http' }, 'PORT=http is no port number'],
    [{ PUBLIC_URL: 'example.at' }, 'PUBLIC_URL=example.at is no http(s) URL'],
    [{ WIDERRUF_REGISTRY: 'nowhere.yaml' }, 'nowhere.yaml: cannot be read. Mend:'],
  ])('%j', async (env, message) => {
    const { code, err } = await output(run(env));
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });
});
