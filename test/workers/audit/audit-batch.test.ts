import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { systemClock } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { createTransport } from '../../../src/hubspot/transport.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import type { AuditRequest } from '../../../src/queues/audit-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { type AuditBatchDeps, auditBatch } from '../../../src/workers/audit/audit-batch.ts';
import type { AuditReport } from '../../../src/workers/audit/report.ts';
import { registryText, testRegistry } from '../../helpers/registry.ts';
import { batchOf, record, startSqs } from '../../helpers/sqs.ts';

let queues: Awaited<ReturnType<typeof startSqs>>;
let twin: Twin;
beforeAll(async () => {
  queues = await startSqs(false);
  twin = await startTwinOf(parseRegistry(registryText), testRegistry());
});
afterAll(async () => {
  await twin.stop();
  await queues.stop();
});

test('a run that outlasts an invocation goes on from its cursor, and counts each contact once', async () => {
  for (let i = 0; i < 450; i++) {
    const { id } = twin.people.createContact({ email: `many-${i}@example.at` });
    if (i % 50 === 0) twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  }
  const send = createTransport({
    baseUrl: twin.url,
    accessToken: () => Promise.resolve('local-access-token'),
    timeoutMs: 5000,
    pace: (call) => call(),
  });
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
  let message: unknown = { v: 1 };
  let invocations = 0;
  while (reports.length === 0) {
    let pages = 0;
    const response = await auditBatch(batchOf(record(message)), deps, () => pages++ === 0);
    expect(response.batchItemFailures).toEqual([]);
    message = rest.pop();
    invocations++;
  }
  expect(invocations).toBe(3);
  expect(reports[0]).toMatchObject({ contacts: 450, findings: { 'opt-out-unheard': 9 } });
  expect(new Set(signals.map(({ contact }) => contact)).size).toBe(9);
});
