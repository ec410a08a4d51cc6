import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { deadlineBefore, RESERVE_MS, withDeadline } from '../../../src/deadline.ts';
import type { HubSpot } from '../../../src/hubspot/hubspot.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { type Process, processes } from './network.ts';
import type { SimulatedQueue } from './queue.ts';
import type { Setting } from './setting.ts';

const LONGEST_POLL_MS = 200;

/** What one instance of a function keeps between invocations: its pacer, what it learned of the portal, and the ledger as its version reads it. */
export type Container = { hubspot: HubSpot; ledger: Ledger };
type Invocation = { event: SQSEvent; container: Container };

/** A function behind a queue, with as many instances as there are containers. */
export type Worker = {
  queue: SimulatedQueue;
  handler: (invocation: Invocation) => Promise<SQSBatchResponse>;
  /** How many messages an invocation takes at most. */
  batch: number;
  /** Those that are free. */
  containers: Container[];
  timeoutMs: number;
  /** The moment of the next poll. */
  pollAt: number;
};

/** Lambda's polling: as soon as something can be received and a slot is free. */
export function poll(worker: Worker, setting: Setting): void {
  const { scheduler, now, ofWorkers } = setting;
  if (worker.containers.length === 0 || worker.pollAt <= now() + LONGEST_POLL_MS) return;
  const next = worker.queue.nextAt();
  if (next === undefined) return;
  const at = Math.max(next, now());
  if (worker.pollAt <= at + LONGEST_POLL_MS) return;
  const planned = at + ofWorkers.int(0, LONGEST_POLL_MS);
  worker.pollAt = planned;
  scheduler.after(planned - now(), () => {
    if (worker.pollAt !== planned) return;
    worker.pollAt = Number.POSITIVE_INFINITY;
    const records = worker.queue.receive(worker.batch);
    if (records.length > 0) invoke(worker, records, setting);
  });
}

/** One invocation. It ends when the handler answers, dies with its process, or exceeds the time-out. */
function invoke(worker: Worker, Records: SQSEvent['Records'], setting: Setting): void {
  const { scheduler, now, say, strikes, scenario } = setting;
  // While two versions run side by side, both have their turn.
  const container = scenario.versions === undefined ? worker.containers.pop() : worker.containers.shift();
  if (container === undefined) return;
  const began = now();
  let over = false;
  const end = () => {
    if (!over) worker.containers.push(container);
    over = true;
  };
  const process: Process = { name: setting.nameInvocation(worker.queue.name), dead: false, died: end };
  say(`${process.name}: starts with ${Records.map(({ messageId }) => messageId).join(', ')}`);
  scheduler.after(worker.timeoutMs, () => {
    if (over) return;
    say(`${process.name}: times out`);
    strikes('time-out');
    process.dead = true;
    end();
  });
  const deadline = deadlineBefore(() => worker.timeoutMs - (now() - began), RESERVE_MS);
  processes
    .run(process, () => withDeadline(deadline, () => worker.handler({ event: { Records }, container })))
    .then((answer) => {
      if (!process.dead) deleteHandled(worker, Records, answer, setting);
    })
    .catch((error: unknown) => say(`${process.name}: fails: ${String(error)}`))
    .finally(end);
}

/** Deletes what the handler did not name as failed. A deletion can fail too; the message then comes again. */
function deleteHandled(
  { queue }: Worker,
  records: SQSEvent['Records'],
  { batchItemFailures }: SQSBatchResponse,
  { storm, scenario, ofWorkers, strikes }: Setting,
): void {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { messageId, receiptHandle } of records) {
    const isForgotten = storm.isOn && ofWorkers.chance(scenario.weather.answerLost);
    if (isForgotten) strikes('a handled message comes again');
    if (!failed.has(messageId) && !isForgotten) queue.delete(receiptHandle);
  }
}
