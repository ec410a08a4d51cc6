import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Twin } from '../local/hubspot/twin.ts';
import { startLocalStack } from '../local/stack.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry } from '../src/registry/registry.ts';
import { check } from './soak-check.ts';
import { eventsOf, OPT_OUT } from './soak-events.ts';
import { makeFaulty } from './soak-faults.ts';
import { readableHeaps, watchHeaps } from './soak-heaps.ts';
import { soakOptions } from './soak-options.ts';
import { inParallel, post } from './soak-post.ts';
import { bareRate, deadLetters, drain, seconds } from './soak-queues.ts';

/** `npm run soak -- --help` says what this does. */
const { contacts: people, faults, posts, minutes } = soakOptions();
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

/** Whether nothing was lost. */
async function soak(): Promise<boolean> {
  const ids = await optOutAll();
  const bare = await bareRate(stack, registry.portal, posts);
  const faulty = makeFaulty(twin, faults);
  const events = ids.flatMap((id) => eventsOf(id, registry.portal, Date.now() - 60_000));
  const heaps = watchHeaps(stack);
  const began = Date.now();
  const repeated = await postAll(events);
  const accepted = Date.now() - began;
  say(`${events.length} events accepted in ${seconds(accepted)}; draining`);
  const drained = await drain(stack, began, deadline);
  const samples = await heaps.stop();
  faulty.stop();
  const { lost, entries } = await check(stack, twin, registry, ids);
  const dead = await deadLetters(stack);

  const rate = (events.length * 1000) / accepted;
  const faultyAnswers = twin.calls.filter(({ status }) => (status ?? 0) >= 400).length;
  const examples = lost.length > 0 ? `, e.g. ${lost.slice(0, 3).join('; ')}` : '';
  say(`contacts                          ${people}`);
  say(`events                            ${events.length}`);
  say(`requests answered other than 2xx  ${repeated}`);
  say(
    `accepted a second                 ${rate.toFixed(0)} (${(rate / bare).toFixed(2)} of bare sends to the emulated SQS)`,
  );
  say(`drained after                     ${drained === undefined ? 'never' : seconds(drained)}`);
  say(`HubSpot calls, faults among them  ${twin.calls.length}, ${faultyAnswers} and ${faulty.items()} refused items`);
  say(`ledger entries                    ${entries}`);
  say(`opt-outs lost                     ${lost.length}${examples}`);
  say(`dead letters                      ${dead.join(', ') || 'none'}`);
  say('\nheap held after a garbage collection, on the average of each third of the run, MB:');
  for (const line of readableHeaps(samples)) say(line);
  return drained !== undefined && lost.length === 0 && dead.length === 0;
}

/** Makes the contacts and has each opt out in HubSpot. No webhook tells of it: only the events that are posted count. */
async function optOutAll(): Promise<string[]> {
  // Our own writes' echoes are left out, so that the number of events is the one that is stated.
  twin.behaviour.lost = 1;
  const ids = Array.from({ length: people }, (_, i) => twin.people.createContact({ email: `soak-${i}@example.at` }).id);
  for (const contact of ids) twin.people.unsubscribeByLink({ contact, subscription: OPT_OUT });
  await twin.sender.idle();
  return ids;
}

/** Posts events in batches of a hundred until all are accepted. Returns how many requests had to be repeated. */
async function postAll(events: readonly object[]): Promise<number> {
  const batches = Array.from({ length: Math.ceil(events.length / 100) }, (_, i) =>
    events.slice(i * 100, i * 100 + 100),
  );
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
  return repeated;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
