import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { startTestStack, type TestStack } from '../helpers/local-stack.ts';

let it: TestStack;
let anna: string;
async function widerruf(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, WIDERRUF_DATA: it.dataDir, WIDERRUF_REGISTRY: inject('registryFile') };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['ops/widerruf.ts', ...args], { env });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

beforeAll(async () => {
  it = await startTestStack();
  anna = it.twin.people.createContact({ email: 'anna@example.at', statuses: { 511: 'SUBSCRIBED' } }).id;
  it.twin.people.unsubscribeByLink({ contact: anna, subscription: 501 });
  await it.settled();
  it.twin.people.subscribeByEmployee({ contact: anna, subscription: 501 });
  await it.settled();
});
afterAll(() => it.stop());
afterEach(() => {
  it.twin.behaviour.fail = undefined;
});

describe('when HubSpot cannot be asked, what it holds is said to be unknown', () => {
  const refuse = () => {
    it.twin.behaviour.fail = () => 401;
  };

  test('explain of somebody of whom nothing is recorded', async () => {
    refuse();
    for (const who of ['nobody@example.at', '999']) {
      const { code, out, err } = await widerruf('explain', who);
      expect(out).toBe('Nothing is recorded of this person. Whether HubSpot has such a contact is unknown.\n');
      expect(err).toMatch(/^What HubSpot holds is unknown: HubSpot refuses the access token \(401\)\..*\n$/);
      expect(code).toBe(2);
    }
  });

  test('explain of somebody who is recorded, in JSON too', async () => {
    refuse();
    const { code, out } = await widerruf('explain', 'anna@example.at');
    expect(code).toBe(2);
    expect(out).toContain('R1 ');
    const machine = await widerruf('explain', 'anna@example.at', '--json');
    expect(machine.code).toBe(2);
    expect(JSON.parse(machine.out)).toEqual([expect.objectContaining({ contact: anna, existsInHubSpot: null })]);
  });

  test('export', async () => {
    refuse();
    const { code, out, err } = await widerruf('export', 'anna@example.at');
    expect(code).toBe(2);
    expect(err).toContain('What HubSpot holds is unknown');
    expect(JSON.parse(out)).toMatchObject({ hubspot_unknown_because: 'token', contacts: [{ existsInHubSpot: null }] });
  });

  test('verify of an address: other records of the person may be unknown', async () => {
    refuse();
    expect(await widerruf('verify', 'anna@example.at')).toMatchObject({
      code: 2,
      out: expect.stringContaining('every chain holds'),
    });
  });

  test('what HubSpot does answer is no longer unknown', async () => {
    expect(await widerruf('explain', 'nobody@example.at')).toEqual({
      code: 0,
      out: 'Nothing is recorded of this person, and HubSpot has no such contact.\n',
      err: '',
    });
  });
});

describe('explain --at: how it stood then', () => {
  test('before, between and after', async () => {
    const entries = await it.entries(anna);
    const refused = entries.find(({ body }) => body.kind === 'decision' && body.outcome === 'refused');
    const [first] = entries;
    const at = (time: unknown, ms: number) => new Date(Number(time) + ms).toISOString();
    const before = await widerruf('explain', 'anna@example.at', '--at', at(first?.recordedAt, -1));
    expect(before).toMatchObject({ code: 0, out: 'Nothing was recorded of this person at that time.\n' });
    const between = await widerruf('explain', 'anna@example.at', '--at', at(refused?.recordedAt, -1));
    expect(between.out).toContain('opted out of the company');
    expect(between.out).not.toContain('R5');
    const after = await widerruf('explain', 'anna@example.at', '--at', '2999-01-01');
    expect(after.out).toContain('R5');
  });

  test('of a time that is none', async () => {
    expect(await widerruf('explain', anna, '--at', 'gestern')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--at gestern is no time'),
    });
  });
});
