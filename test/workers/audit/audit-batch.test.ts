import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { systemClock } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { type AuditRequest, MOST_SLICES } from '../../../src/queues/audit-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { type AuditBatchDeps, auditBatch } from '../../../src/workers/audit/audit-batch.ts';
import type { AuditReport } from '../../../src/workers/audit/report.ts';
import { registryText, testRegistry } from '../../helpers/registry.ts';
import { batchOf, record, startSqs } from '../../helpers/sqs.ts';
import { sendTo } from '../../helpers/twin-send.ts';

let queues: Awaited<ReturnType<typeof startSqs>>;
let twin: Twin;
beforeAll(async () => {
  queues = await startSqs('standard');
  twin = await startTwinOf(parseRegistry(registryText), testRegistry());
});
afterAll(async () => {
  await twin.stop();
  await queues.stop();
});

function createDeps() {
  const send = sendTo(twin);
  const [rest, signals, reports]: [AuditRequest[], Signal[], AuditReport[]] = [[], [], []];
  const deps: AuditBatchDeps = {
    registry: testRegistry(),
    ledger: memoryLedger(),
    hubspot: createHubSpot(send, systemClock, testRegistry()),
    search: send,
    mode: 'repair',
    addressKey: 'key',
    now: systemClock,
    queueSignals: async (more) => void signals.push(...more),
    request: async () => undefined,
    goOn: async (run) => void rest.push(run),
    keep: async (_name, report) => void reports.push(report),
    failures: queues.failures,
    telemetry: queues.telemetry,
  };
  return { deps, rest, signals, reports };
}

test('a run that outlasts an invocation goes on from its cursor, and counts each contact once', async () => {
  for (let i = 0; i < 450; i++) {
    const { id } = twin.people.createContact({ email: `many-${i}@example.at` });
    if (i % 50 === 0) twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  }
  const { deps, rest, signals, reports } = createDeps();
  let message: unknown = { v: 1 };
  let invocations = 0;
  while (reports.length === 0) {
    let pages = 0;
    const response = await auditBatch(batchOf(record(message)), deps, () => pages++ === 0);
    expect(response.batchItemFailures).toEqual([]);
    message = rest.pop();
    invocations++;
    if (message !== undefined) expect(message).toMatchObject({ slice: invocations + 1 });
  }
  expect(invocations).toBe(3);
  expect(reports[0]).toMatchObject({ contacts: 450, findings: { 'opt-out-unheard': 9 } });
  expect(new Set(signals.map(({ contact }) => contact)).size).toBe(9);
});

test('a run that goes in circles is given up: it would send itself on for ever', async () => {
  const { deps, rest } = createDeps();
  const message = { v: 1, startedAt: 1, slice: MOST_SLICES + 1 };
  expect((await auditBatch(batchOf(record(message)), deps, () => true)).batchItemFailures).toEqual([]);
  expect(rest).toEqual([]);
  expect(queues.deadLetters()).toHaveLength(1);
});

test('a run begins with the waits that have ended, and only once', async () => {
  const { deps, rest } = createDeps();
  const spans: unknown[] = [];
  // biome-ignore lint/correctness/useYield: the index holds nobody.
  deps.ledger.waitsEndedIn = async function* (_portal, span) {
    spans.push(span);
  };
  let pages = 0;
  await auditBatch(batchOf(record({ v: 1 })), deps, () => pages++ === 0);
  await auditBatch(batchOf(record(rest.pop())), deps, () => true);
  expect(spans).toHaveLength(1);
});

test('a run goes on where the index of waits is missing, as after a restore', async () => {
  const { deps, reports } = createDeps();
  // biome-ignore lint/correctness/useYield: DynamoDB refuses the query.
  deps.ledger.waitsEndedIn = async function* () {
    throw new Error('The table does not have the specified index: by-wait');
  };
  expect((await auditBatch(batchOf(record({ v: 1 })), deps, () => true)).batchItemFailures).toEqual([]);
  expect(reports).toHaveLength(1);
});
