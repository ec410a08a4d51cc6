import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import type { Twin } from '../../local/hubspot/twin.ts';
import { settled } from '../../local/settled.ts';
import { startLocalStack } from '../../local/stack.ts';
import { widerrufOn } from '../helpers/widerruf.ts';

const ADDRESS = 'anna@example.at';
const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The local stack as somebody starts it again with another registry: synthesized anew, with the data of before. */
async function startWith(registryFile: string) {
  const stack = await startLocalStack({ registryFile, dataDir: join(folder, 'data'), port: 0 });
  return { stack, twin: stack.twin as Twin };
}

test('a brand that the registry gets is closed right after the deployment for whoever had opted out of its company', async () => {
  const before = inject('registryFile');
  const after = join(folder, 'next.yaml');
  const added =
    '      archive:\n        name: Archive\n        controls:\n          - { kind: subscription, id: 591 }\n';
  writeFileSync(after, readFileSync(before, 'utf8').replace('    brands:\n', `    brands:\n${added}`));

  const first = await startWith(before);
  const { id: anna } = first.twin.people.createContact({ email: ADDRESS });
  first.twin.people.unsubscribeByLink({ contact: anna, subscription: 501 });
  await settled(first.stack, first.twin);
  const planned = await widerrufOn(join(folder, 'data'), ['plan', after]);
  expect(planned.out).toContain('1  closed because of a standing opt-out: Archive: subscription type 591');
  expect(planned.code).toBe(0);
  await first.stack.stop();

  const second = await startWith(after);
  await settled(second.stack, second.twin);
  expect(second.twin.portal.status(ADDRESS, 591).status).toBe('UNSUBSCRIBED');
  await second.stack.stop();
});
