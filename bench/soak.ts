import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CreateQueueCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { queueDepths } from '../local/console.ts';
import type { Twin } from '../local/hubspot/twin.ts';
import { type LocalStack, startLocalStack } from '../local/stack.ts';
import { findBreak } from '../src/ledger/chain.ts';
import { dynamodbLedger } from '../src/ledger/dynamodb-ledger.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry } from '../src/registry/registry.ts';
import { eventsOf, OPT_OUT } from './soak-events.ts';
import { inParallel, post } from './soak-post.ts';

const HELP = `npm run soak -- [options]

Posts signed webhook events to the local stack as fast as it takes them, while a share of HubSpot's answers are faults, waits
until all is drained, and checks that nothing was lost. Prints what was measured.

  --contacts N   how many contacts, ten events each (default 10000)
  --faults X     share of HubSpot's API answers that are faults: 429, 500, 503, refused items (default 0.05)
  --posts N      requests of a hundred events under way at once (default 8)
  --minutes N    gives up after so long (default 45)

Exit codes: 0 nothing lost, 1 something was lost or time was up, 2 wrong use.
`;

const SAMPLE_MS = 10_000;
const { contacts: people, faults, posts, minutes } = options();
const registryFile = 'registry/noeku.example.yaml';
const registry = arrangeRegistry(loadRegistry(registryFile));
const dataDir = mkdtempSync(join(tmpdir(), 'widerruf-soak-'));
const stack = await startLocalStack({ registryFile, dataDir, port: 0 });
const twin = stack.twin as Twin;
const deadline = Date.now() + minutes * 60_000;
try {
  process.exitCode = (await soak()) ? 0 : 1;
} finally {
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function soak(): Promise<boolean> {
  // Our own writes' echoes are left out, so that the number of events is the one that is stated.
  twin.behaviour.lost = 1;
  const ids = Array.from({ length: people }, (_, i) => twin.people.createContact({ email: `soak-${i}@example.at` }).id);
  for (const contact of ids) twin.people.unsubscribeByLink({ contact, subscription: OPT_OUT });
  await twin.sender.idle();
  const bare = await bareRate(stack, posts);
  const random = faulty();

  const events = ids.flatMap((id) => eventsOf(id, registry.portal, Date.now() - 60_000));
  const batches = Array.from({ length: Math.ceil(events.length / 100) }, (_, i) =>
    events.slice(i * 100, i * 100 + 100),
  );
  const samples: Sample[] = [];
  const sampling = setInterval(() => void sample(samples), SAMPLE_MS);
  const began = Date.now();
  let repeated = 0;
  await inParallel(posts, batches, async (batch) => {
    for (;;) {
      const status = await post(stack.webhooks, batch);
      if (status >= 200 && status < 300) return;
      if (Date.now() > deadline) throw new Error(`the endpoint still answers ${status}`);
      // As HubSpot does.
      repeated++;
      await sleep(200);
    }
  });
  const accepted = Date.now() - began;
  say(`${events.length} events accepted in ${seconds(accepted)}; draining`);
  const drained = await drain(began);
  clearInterval(sampling);
  await sample(samples);
  twin.behaviour.fail = undefined;
  twin.behaviour.itemError = undefined;
  const { lost, entries } = await check(ids);
  const dead = (await queueDepths(stack.cloud)).filter(
    ({ name, waiting }) => name.includes('DeadLetters') && waiting > 0,
  );

  const rate = (events.length * 1000) / accepted;
  const faultyAnswers = twin.calls.filter(({ status }) => (status ?? 0) >= 400).length;
  say(`contacts                          ${people}`);
  say(`events                            ${events.length}`);
  say(`requests answered other than 2xx  ${repeated}`);
  say(
    `accepted a second                 ${rate.toFixed(0)} (${(rate / bare).toFixed(2)} of bare sends to the emulated SQS)`,
  );
  say(`drained after                     ${drained === undefined ? 'never' : seconds(drained)}`);
  say(`HubSpot calls, faults among them  ${twin.calls.length}, ${faultyAnswers} and ${random.items()} refused items`);
  say(`ledger entries                    ${entries}`);
  say(
    `opt-outs lost                     ${lost.length}${lost.length > 0 ? `, e.g. ${lost.slice(0, 3).join('; ')}` : ''}`,
  );
  say(
    `dead letters                      ${dead.map(({ name, waiting }) => `${name} ${waiting}`).join(', ') || 'none'}`,
  );
  say('\nheap held after a garbage collection, on the average of each third of the run, MB:');
  for (const name of new Set(samples.flatMap(({ heaps }) => Object.keys(heaps)))) {
    const thirds = thirdsOf(samples.flatMap(({ heaps }) => heaps[name] ?? []));
    if (thirds !== undefined) say(`  ${name.padEnd(42)} ${thirds.join('  ')}`);
  }
  return drained !== undefined && lost.length === 0 && dead.length === 0;
}

/** One in so many answers is a fault; which one is drawn by a fixed sequence. */
function faulty(): { items: () => number } {
  let state = 1;
  let refused = 0;
  const draw = () => {
    // Park and Miller's minimal standard generator.
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  twin.behaviour.fail = () => (draw() < faults ? ([429, 500, 503][Math.floor(draw() * 3)] ?? 500) : undefined);
  twin.behaviour.itemError = () => {
    if (draw() >= faults / 50) return undefined;
    refused++;
    return 'RATE_LIMITS';
  };
  return { items: () => refused };
}

/** The baseline: the same number of sends under way, straight to a queue of the emulator. Messages a second. */
async function bareRate({ cloud }: LocalStack, parallel: number): Promise<number> {
  const name = { QueueName: 'bare.fifo', Attributes: { FifoQueue: 'true' } };
  const { QueueUrl } = await cloud.sqs.send(new CreateQueueCommand(name));
  const MessageBody = JSON.stringify(eventsOf('1', registry.portal, 0)[0]);
  const batches = Array.from({ length: 500 }, (_, n) =>
    Array.from({ length: 10 }, (_, i) => ({
      Id: String(i),
      MessageBody,
      MessageGroupId: String(i),
      MessageDeduplicationId: `${n}-${i}`,
    })),
  );
  const began = Date.now();
  await inParallel(parallel, batches, async (Entries) => {
    await cloud.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  });
  return (batches.length * 10 * 1000) / (Date.now() - began);
}

/** Milliseconds until no queue holds anything to be worked on; undefined when time is up. */
async function drain(began: number): Promise<number | undefined> {
  let quiet = 0;
  let told = 0;
  while (Date.now() < deadline) {
    const depths = await queueDepths(stack.cloud);
    const open = depths.filter(({ name }) => !name.includes('DeadLetters'));
    const left = open.reduce((sum, { waiting, inWork }) => sum + waiting + inWork, 0);
    quiet = left === 0 ? quiet + 1 : 0;
    if (quiet >= 5) return Date.now() - began;
    if (Date.now() - told > 15_000) {
      told = Date.now();
      process.stderr.write(`${seconds(told - began)}: ${left} messages left\n`);
    }
    await sleep(500);
  }
  return undefined;
}

/** Contacts of which a control is open, an opt-out is not recorded, or a chain is broken. */
async function check(ids: readonly string[]): Promise<{ lost: string[]; entries: number }> {
  const [table = ''] = stack.cloud.tableNames.values();
  const ledger = dynamodbLedger(stack.cloud.dynamodb, table);
  const { company } = registry.controls.get(`subscription:${OPT_OUT}`) ?? { company: '' };
  const controls = registry.companies.get(company)?.controls ?? [];
  const lost: string[] = [];
  let entries = 0;
  await inParallel(16, ids, async (id) => {
    const history = await ledger.read({ portal: registry.portal, contact: id });
    entries += history.length;
    if (findBreak(history) !== undefined) lost.push(`${id}: broken chain`);
    const recorded = history.some(({ body }) => body.kind === 'decision' && body.outcome === 'opted-out');
    if (!recorded) lost.push(`${id}: no opt-out in the ledger`);
    const contact = twin.portal.contact(id);
    for (const { control, key } of controls) {
      const value =
        contact === undefined
          ? undefined
          : control.kind === 'property'
            ? twin.portal.property(contact, control.name)
            : twin.portal.status(twin.portal.emailOf(contact), control.id).status;
      if (value !== (control.kind === 'property' ? control.blocked : 'UNSUBSCRIBED'))
        lost.push(`${id}: ${key} is open`);
    }
  });
  return { lost, entries };
}

type Sample = { heaps: Record<string, number> };

async function sample(samples: Sample[]): Promise<void> {
  const heaps: Record<string, number> = {};
  for (const { name, heaps: read } of stack.cloud.functions) {
    const all = await read().catch(() => []);
    if (all.length > 0) heaps[name] = Math.max(...all);
  }
  samples.push({ heaps });
}

/** What the fullest environment of a function held in each third of the run, MB on the average. */
function thirdsOf(values: readonly number[]): string[] | undefined {
  const third = Math.floor(values.length / 3);
  if (third === 0) return undefined;
  return [0, 1, 2].map((n) => {
    const part = values.slice(n * third, (n + 1) * third);
    return (part.reduce((sum, bytes) => sum + bytes, 0) / part.length / 2 ** 20).toFixed(1);
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function options(): Record<'contacts' | 'faults' | 'posts' | 'minutes', number> {
  const fail = (message: string): never => {
    process.stderr.write(`${message}\n\n${HELP}`);
    process.exit(2);
  };
  try {
    const { values } = parseArgs({
      options: {
        contacts: { type: 'string', default: '10000' },
        faults: { type: 'string', default: '0.05' },
        posts: { type: 'string', default: '8' },
        minutes: { type: 'string', default: '45' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const { help: _, ...texts } = values;
    const numbers = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Number(text)]));
    for (const [name, value] of Object.entries(numbers)) {
      const fits = name === 'faults' ? value >= 0 && value < 1 : Number.isInteger(value) && value > 0;
      if (!fits)
        fail(`--${name} takes ${name === 'faults' ? 'a share from 0 to below 1' : 'a whole number from 1 on'}`);
    }
    return numbers as ReturnType<typeof options>;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
