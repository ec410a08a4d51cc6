import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditReport } from '../../src/workers/audit/report.ts';
import { openControls, PORTAL, startTestStack, type TestStack } from '../helpers/local-stack.ts';
import { widerrufOn } from '../helpers/widerruf.ts';

const COMPANY = 'kunstmeile-krems';
let it: TestStack;
let ids: string[];
const widerruf = (...args: string[]) => widerrufOn(it.dataDir, args);
beforeAll(async () => {
  it = await startTestStack();
  // A portal with years of opt-outs, before Widerruf was connected: no webhook ever told of them.
  it.twin.behaviour.lost = 1;
  ids = Array.from({ length: 230 }, (_, i) => it.twin.people.createContact({ email: `years-${i}@example.at` }).id);
  for (const id of ids.slice(0, 210)) it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  for (const id of ids.slice(0, 3))
    it.twin.people.editProperty({ contact: id, name: 'dsgvo_sperre_landesgalerie', value: 'true' });
  await it.settled();
  it.twin.behaviour.lost = 0;
});
afterAll(() => it.stop());

describe('widerruf backfill', () => {
  test('--dry-run shows what would change, per company and brand, and changes nothing', async () => {
    const { code, out } = await widerruf('backfill', '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('230 contacts; report only, nothing repaired');
    expect(out).toMatch(/opt-out-unheard +210/);
    expect(out).toMatch(/ 630 +kunstmeile-krems\/kunsthalle-krems/);
    expect(out).toMatch(/ 417 +kunstmeile-krems\/landesgalerie-noe/);
    await it.settled();
    expect(await it.entries(ids[0] ?? '')).toEqual([]);
  });

  test('goes on where it was interrupted, applies everything, and forgets its place when done', async () => {
    const place = join(it.dataDir, `backfill-${PORTAL}.json`);
    const after = ids[99];
    writeFileSync(
      place,
      JSON.stringify({ v: 1, startedAt: Date.now() - 1000, after, contacts: 100, counts: { 'opt-out-unheard': 100 } }),
    );
    const resumed = await widerruf('backfill', '--json');
    expect(resumed.code).toBe(0);
    const report = JSON.parse(resumed.out) as AuditReport;
    expect(report).toMatchObject({ contacts: 230, findings: { 'opt-out-unheard': 210 } });
    await it.settled();
    expect(existsSync(place)).toBe(false);
    expect(openControls(it.twin, ids[150] ?? '', COMPANY)).toEqual([]);
    expect(openControls(it.twin, ids[50] ?? '', COMPANY)).not.toEqual([]);
    expect((await widerruf('backfill', '--restart')).code).toBe(0);
    await it.settled();
    for (const id of ids.slice(0, 210)) expect(openControls(it.twin, id, COMPANY), id).toEqual([]);
    expect(openControls(it.twin, ids[220] ?? '', COMPANY)).not.toEqual([]);
  });

  test('R6: what was closed before anybody recorded it stays closed on a return, property or type', async () => {
    const [id = ''] = ids;
    it.twin.people.submitForm({ contact: id, form: '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503' });
    await it.settled();
    const found = it.twin.portal.contact(id);
    expect(found && it.twin.portal.property(found, 'dsgvo_sperre_landesgalerie')).toBe('true');
    expect(it.twin.portal.status('years-0@example.at', 521).status).toBe('NOT_SPECIFIED');
  });
});

describe('widerruf audit', () => {
  test('exits 1 when it finds drift, repairs it, and exits 0 when all is well', async () => {
    const id = ids[10] ?? '';
    it.twin.behaviour.lost = 1;
    it.twin.people.editProperty({ contact: id, name: 'dsgvo_sperre_forum_frohner', value: 'false' });
    await it.twin.sender.idle();
    it.twin.behaviour.lost = 0;
    const only = await widerruf('audit', '--report-only');
    expect(only.code).toBe(1);
    expect(only.out).toMatch(/open-under-opt-out +1/);
    expect((await widerruf('audit')).code).toBe(1);
    await it.settled();
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
    expect((await widerruf('audit', '--json')).code).toBe(0);
  });
});

describe('clear answers', () => {
  test('--help with examples', async () => {
    const { code, out } = await widerruf('backfill', '--help');
    expect(code).toBe(0);
    expect(out).toContain('widerruf --stage prod backfill --dry-run');
  });

  test('no local stack', async () => {
    const env = { ...process.env, WIDERRUF_DATA: join(it.dataDir, 'nowhere') };
    const failed = await promisify(execFile)(process.execPath, ['ops/widerruf.ts', 'audit'], { env }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('npm start, or name a deployed one by --stage'),
    });
  });
});
