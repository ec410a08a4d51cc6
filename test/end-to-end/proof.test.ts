import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoRegistry } from '../../local/demo/short-registry.ts';
import { storiesOfProof } from '../../local/demo/stories-of-proof.ts';
import { createPerson, type Person } from '../../local/demo/story.ts';
import type { Twin } from '../../local/hubspot/twin.ts';
import { settled } from '../../local/settled.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { dynamodbLedger } from '../../src/ledger/dynamodb-ledger.ts';
import { PORTAL } from '../helpers/local-stack.ts';

/** The demo's stories of proof, on the whole stack with the demo's registry. */
let stack: LocalStack;
let twin: Twin;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'widerruf-proof-'));
  stack = await startLocalStack({ registryFile: demoRegistry(dataDir), dataDir, port: 0 });
  twin = stack.twin as Twin;
  twin.people.createContact({ email: 'canary@example.at' });
}, 300_000);
afterAll(async () => {
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function outcomes({ id }: Person): Promise<string[]> {
  const [table = ''] = stack.cloud.tableNames.values();
  const entries = await dynamodbLedger(stack.cloud.dynamodb, table).readAll({ portal: PORTAL, contact: id });
  return entries.flatMap(({ body }) => (body.kind === 'decision' ? [`${body.rule} ${body.outcome}`] : []));
}
const audit = async () => {
  const [schedule] = [...stack.cloud.schedules.values()].filter(({ name }) => name.startsWith('SchedulesAudit'));
  await schedule?.run();
};

const said = [
  ['R1 opted-out', 'R4 refused'],
  ['R1 opted-out', 'R7 noted', 'R7 awaiting-confirmation'],
  ['R1 opted-out', 'R4 returned'],
];
test.each(storiesOfProof.map((story, i) => [story.what, story, i] as const))(
  '%s',
  async (_, story, i) => {
    const person = createPerson(twin, audit, `proof-${i}`, story.before ?? {});
    for (const step of story.steps) {
      await step(person);
      await settled(stack, twin);
    }
    expect(story.check(person)).toEqual([]);
    expect(await outcomes(person)).toEqual(said[i]);
  },
  300_000,
);
