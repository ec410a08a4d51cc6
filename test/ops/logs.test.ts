import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
const now = Date.now();
const at = (minutesAgo: number) => new Date(now - minutesAgo * 60_000).toISOString();
const line = (message: string, timestamp: string, more: object = {}) =>
  JSON.stringify({ level: 'INFO', message, timestamp, service: 'decide', cold_start: false, ...more });

function running(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['ops/widerruf.ts', ...args], {
    env: { ...process.env, WIDERRUF_DATA: folder, ...env },
  });
  const seen = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (seen.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (seen.err += chunk.toString()));
  return { child, seen };
}

async function widerruf(args: string[], env?: Record<string, string>) {
  const { child, seen } = running(args, env);
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...seen };
}

test('the local stack: in order of time, by function, without metrics, following', async () => {
  expect(await widerruf(['logs'])).toMatchObject({ code: 2, err: expect.stringContaining('npm start') });
  mkdirSync(join(folder, 'logs'));
  const decide = join(folder, 'logs', 'WorkersDecide4FF325F5.log');
  const metric = JSON.stringify({ _aws: { Timestamp: now }, service: 'decide', SignalDecided: 1 });
  writeFileSync(decide, `${line('old', at(90))}\n${line('second', at(10), { rule: 'R1' })}\n${metric}\n`);
  writeFileSync(join(folder, 'logs', 'IngressReceiveE8700C3E.log'), `${line('first', at(20))}\nno JSON\n`);

  const { out } = await widerruf(['logs']);
  expect(out).toMatch(/receive .*first\n(.*\n)*.*decide .*INFO .*second {2}rule=R1/);
  expect(out).not.toContain('old');
  expect(out).not.toContain('_aws');
  expect(out).toContain('receive   no JSON');
  expect((await widerruf(['logs', 'decide'])).out).not.toContain('first');
  expect((await widerruf(['logs', '--since', '2h'])).out).toContain('old');
  const raw = (await widerruf(['logs', 'decide', '--json'])).out.trim().split('\n');
  expect(raw.map((text) => JSON.parse(text) as object)).toHaveLength(2);

  const { child, seen } = running(['logs', 'decide', '--follow']);
  await expect.poll(() => seen.out, { timeout: 60_000 }).toContain('second');
  const whole = line('third', new Date().toISOString());
  appendFileSync(decide, whole.slice(0, 20));
  appendFileSync(decide, `${whole.slice(20)}\n`);
  await expect.poll(() => seen.out, { timeout: 60_000 }).toContain('third');
  expect(seen.out.match(/second/g)).toHaveLength(1);
  child.kill();
  await once(child, 'close');
});

test('a deployed stage: from the log groups that the stack names', async () => {
  const asked: string[] = [];
  const aws = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(body);
      response.end(body.includes('ListStackResources') ? RESOURCES : EVENTS);
    });
  });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  const { out, err } = await widerruf(['--stage', 'prod', '--region', 'eu-central-1', 'logs', 'decide'], {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'operator',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
  aws.close();
  expect(err).toBe('');
  expect(out).toMatch(/decide .*signal decided/);
  expect(asked[0]).toContain('StackName=Widerruf-prod');
  expect(JSON.parse(asked[1] ?? '{}')).toMatchObject({ logGroupName: 'decide-logs' });
});

const resource = (id: string, physical: string, type: string) =>
  `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>`;
const RESOURCES = `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${resource('WorkersDecideLogs1', 'decide-logs', 'AWS::Logs::LogGroup')}${resource('WorkersDecide4FF3', 'decide', 'AWS::Lambda::Function')}${resource('WorkersAuditLogs2', 'audit-logs', 'AWS::Logs::LogGroup')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;
const EVENTS = JSON.stringify({
  events: [{ eventId: '1', timestamp: now, message: line('signal decided', at(0)) }],
});
