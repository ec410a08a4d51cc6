import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { settled } from '../settled.ts';
import { startLocalStack } from '../stack.ts';
import { demoRegistry } from './short-registry.ts';
import { stories } from './stories.ts';
import { createPerson, summary } from './story.ts';

const HELP = `npm run demo: plays each rule as a small story on the local stack and prints what happened.
Exits 0 only if every rule held. The waits of R4 and R5 are shortened to seconds, and lost returns are recovered; all else is the example registry.
`;

async function demo(): Promise<boolean> {
  const dataDir = mkdtempSync(join(tmpdir(), 'widerruf-demo-'));
  process.stderr.write('starting the local stack …\n');
  const stack = await startLocalStack({ registryFile: demoRegistry(dataDir), dataDir, port: 0 });
  const { twin } = stack;
  if (twin === undefined) throw new Error('the demo needs the twin');
  const [schedule] = [...stack.cloud.schedules.values()].filter(({ name }) => name.startsWith('SchedulesAudit'));
  const audit = async () => schedule?.run();
  try {
    const cast = stories.map((story, i) => ({
      story,
      person: createPerson(twin, audit, `person-${i + 1}`, story.before ?? {}),
    }));
    const acts = Math.max(...stories.map(({ steps }) => steps.length));
    for (let act = 0; act < acts; act++) {
      process.stderr.write(`act ${act + 1} of ${acts} …\n`);
      await Promise.all(cast.map(async ({ story, person }) => story.steps[act]?.(person)));
      await settled(stack, twin);
    }
    const table = new Table({
      head: ['rule', 'what was done', 'what HubSpot holds now', ''],
      colWidths: [6, 44, 34, 30],
      wordWrap: true,
      style: process.stdout.isTTY ? {} : { head: [], border: [] },
    });
    let held = true;
    for (const { story, person } of cast) {
      const faults = story.check(person);
      held &&= faults.length === 0;
      table.push([
        story.rule,
        story.what,
        summary(person),
        faults.length === 0 ? 'held' : `BROKEN: ${faults.join(', ')}`,
      ]);
    }
    process.stdout.write(`${table.toString()}\n${held ? 'every rule held' : 'a rule was broken'}\n`);
    return held;
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (process.argv.includes('--help')) process.stdout.write(HELP);
else if (!(await demo())) process.exitCode = 1;
