import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { partsOf, stories } from '../../ops/trigger/stories.ts';
import { addressOf } from '../../ops/trigger/twin.ts';
import { loadRegistry } from '../../src/registry/load.ts';
import { openControls, startTestStack, type TestStack } from '../helpers/local-stack.ts';

let it: TestStack;
beforeAll(async () => {
  it = await startTestStack();
  it.twin.people.createContact({ email: 'canary@example.at' });
});
afterAll(() => it.stop());

function running(...args: string[]) {
  const env = { ...process.env, WIDERRUF_DATA: it.dataDir, WIDERRUF_REGISTRY: inject('registryFile') };
  const child = spawn(process.execPath, ['ops/widerruf.ts', ...args], { env });
  const seen = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (seen.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (seen.err += chunk.toString()));
  return { child, seen };
}

async function widerruf(...args: string[]) {
  const { child, seen } = running(...args);
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...seen };
}

test('trigger plays a story, while listen shows each event with its decision', async () => {
  const { child, seen } = running('listen', '--lang', 'de');
  await expect.poll(() => seen.err, { timeout: 60_000 }).toContain('ich höre zu');
  const { code, out } = await widerruf('trigger', 'employee-reopens');
  expect(code).toBe(0);
  const [contact = '', email] = /^contact (\d+), (\S+): a new person/m.exec(out)?.slice(1) ?? [];
  expect(email).toBe(addressOf(1, 0));
  expect(out).toMatch(/> the person leaves the company[\s\S]*R1 opted out[\s\S]*> an employee[\s\S]*R5 refused/);
  expect(out, 'sentences and names, no codes').not.toMatch(
    /own-write|opted-out|already-so|webhook|userId|subscription:/,
  );
  expect(out).toMatch(/\[told by HubSpot, e-mail subscription \(EMAIL\), HubSpot user 7\]/);
  expect(it.twin.portal.byAddress(`second.${email}`), 'nobody whom the story does not need').toEqual([]);
  expect(openControls(it.twin, contact, 'kunstmeile-krems')).toEqual([]);
  await expect.poll(() => seen.out, { timeout: 60_000 }).toMatch(new RegExp(`Kontakt ${contact} {2}R5 zurückgewiesen`));
  expect(seen.out).toContain(`Kontakt ${contact}  R1 Widerruf`);
  expect(seen.out).toContain(`Kontakt ${contact}  HubSpot: `);
  child.kill();
  await once(child, 'close');
  // The next person of the same seed.
  expect((await widerruf('trigger', 'newsletter-opt-out')).out).toMatch(
    new RegExp(`${addressOf(1, 1)}: [\\s\\S]*R2 "no" to one brand or newsletter`),
  );
});

test('a story that plays with two records names both', async () => {
  const { code, out } = await widerruf('trigger', 'merge', '--seed', '2');
  expect(code).toBe(0);
  const [first, second] = [addressOf(2, 0), `second.${addressOf(2, 0)}`].map((email) =>
    it.twin.portal.byAddress(email),
  );
  expect(out).toMatch(new RegExp(`^contact \\d+, ${addressOf(2, 0)}: a new person`));
  expect(out).toMatch(new RegExp(`\\ncontact \\d+, second.${addressOf(2, 0)}: a second record of the same person\\n`));
  expect([first, second].flat().length, 'one record after the merge holds both addresses').toBeGreaterThan(0);
  expect(out).toMatch(/R8 merged/);
});

test('what cannot be triggered', async () => {
  expect(await widerruf('trigger', 'nonsense')).toMatchObject({ code: 2, err: expect.stringContaining('form-return') });
  expect(await widerruf('--stage', 'prod', 'trigger', 'merge')).toMatchObject({
    code: 2,
    err: expect.stringContaining('never on a stage'),
  });
});

describe('every story finds its parts in the example registry, and its actions in the twin', () => {
  const parts = partsOf(loadRegistry('registry/noeku.example.yaml'));
  test.each(Object.entries(stories))('%s', (_, story) => {
    const second = { contact: '2', email: 'second.a@example.at' };
    const acts = story.acts(parts, {
      contact: '1',
      email: 'a@example.at',
      ...(story.records === 2 && { other: second }),
    });
    expect(acts.length).toBeGreaterThan(0);
    for (const one of acts) {
      expect(Object.keys(it.twin.people)).toContain(one?.action);
      expect(Object.values(one?.argument ?? {}), 'the story has every record that it plays with').not.toContain(
        undefined,
      );
    }
  });
});
