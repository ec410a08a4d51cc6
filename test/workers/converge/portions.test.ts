import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { asHubSpotTime, systemClock } from '../../../src/clocks.ts';
import { withDeadline } from '../../../src/deadline.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import type { ConvergenceRequest } from '../../../src/queues/convergence-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { type ConvergeBatchDeps, convergeBatch } from '../../../src/workers/converge/converge-batch.ts';
import { recordDecision } from '../../../src/workers/decide/record-decision.ts';
import { changed, submitted } from '../../helpers/person.ts';
import { forms, registryText, testRegistry } from '../../helpers/registry.ts';
import { batchOf, record, startSqs } from '../../helpers/sqs.ts';
import { sendTo } from '../../helpers/twin-send.ts';

const registry = testRegistry();
let queues: Awaited<ReturnType<typeof startSqs>>;
let twin: Twin;
let ledger: Ledger;
let deps: ConvergeBatchDeps;
beforeAll(async () => {
  queues = await startSqs('standard');
  twin = await startTwinOf(parseRegistry(registryText), registry);
});
afterAll(async () => {
  await twin.stop();
  await queues.stop();
});
beforeEach(() => {
  Object.assign(twin.behaviour, ordinary);
  ledger = memoryLedger();
  const send = sendTo(twin, 300);
  const hubspot = createHubSpot(send, systemClock, registry);
  const { failures, telemetry } = queues;
  const worker = { registry, ledger, hubspot, now: systemClock, addressKey: 'key', salt: () => 'salt' };
  deps = { ...worker, failures, telemetry, request: () => Promise.resolve() };
});

let people = 0;
const happens = (contact: string, signal: Signal) =>
  recordDecision({ ...signal, contact }, { registry, now: systemClock(), address: 'same' }, ledger);
/** Contacts that opted out and are not closed yet. */
async function optedOut(count: number): Promise<string[]> {
  const ids = Array.from(
    { length: count },
    () => twin.people.createContact({ email: `portion-${people++}@example.at` }).id,
  );
  for (const id of ids) await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
  return ids;
}
const addressOf = (id: string) => twin.portal.emailOf(twin.portal.contact(id) as never);
const isClosed = (id: string) => twin.portal.status(addressOf(id), 511).status === 'UNSUBSCRIBED';
/** Converges contacts as one batch; returns those whose messages stay on the queue. */
async function failedOf(ids: readonly string[], more: (id: string) => Partial<ConvergenceRequest> = () => ({})) {
  const occurredAt = asHubSpotTime(systemClock());
  const records = ids.map((contact) => record({ v: 1, portal: 1, contact, occurredAt, ...more(contact) }));
  const { batchItemFailures } = await convergeBatch(batchOf(...records), deps);
  return ids.filter((_, n) => batchItemFailures.some(({ itemIdentifier }) => itemIdentifier === records[n]?.messageId));
}

test.each([true, false])(
  'a contact for which HubSpot never answers fails alone (batch scopes: %s)',
  async (batches) => {
    twin.behaviour.batchScopes = batches;
    const ids = await optedOut(8);
    const address = addressOf(ids[5] ?? '');
    twin.behaviour.silent = ({ path, body }) => `${decodeURIComponent(path)} ${body}`.includes(address);
    expect(await failedOf(ids)).toEqual([ids[5]]);
    expect(ids.filter((id) => !isClosed(id))).toEqual([ids[5]]);
  },
);

test('where HubSpot answers nobody, only two more calls find that out', async () => {
  const ids = await optedOut(16);
  twin.behaviour.silent = () => true;
  const before = twin.calls.length;
  expect(await failedOf(ids)).toEqual(ids);
  // The first portion is of ten contacts, since nobody knows yet whether HubSpot takes batches; then its halves; the same with the rest.
  expect(twin.calls.length - before).toBe(6);
});

test('a contact whose ledger cannot be read in time fails alone', async () => {
  const ids = await optedOut(4);
  const { read } = ledger;
  ledger.read = (ref) => (ref.contact === ids[1] ? new Promise(() => undefined) : read(ref));
  const end = Date.now() + 4000;
  const failed = withDeadline({ remainingMs: () => Math.max(0, end - Date.now()) }, () => failedOf(ids));
  expect(await failed).toEqual([ids[1]]);
  expect(ids.filter((id) => !isClosed(id))).toEqual([ids[1]]);
});

test('when the time is up, what is done counts as done, and nothing else is begun', async () => {
  const ids = await optedOut(12);
  let isOver = false;
  const write = deps.hubspot.updateContacts;
  deps.hubspot.updateContacts = async (updates) => {
    const outcomes = await write(updates);
    isOver = true;
    return outcomes;
  };
  const failed = await withDeadline({ remainingMs: () => (isOver ? 0 : 60_000) }, () => failedOf(ids));
  expect(failed).toEqual(ids.slice(10));
  expect(ids.filter((id) => !isClosed(id))).toEqual(ids.slice(10));
});

test('closings go before what a form asks to open', async () => {
  const back = await optedOut(10);
  await failedOf(back);
  for (const id of back) await happens(id, submitted(forms.ofBrand, Date.now() - 1000));
  const [late = ''] = await optedOut(1);
  twin.behaviour.batchScopes = false;
  deps.hubspot = createHubSpot(deps.hubspot.send, systemClock, registry);
  const before = twin.calls.length;
  expect(await failedOf([...back, late], (id) => (id === late ? {} : { lifts: true }))).toEqual([]);
  const writes = twin.calls.slice(before).filter(({ method, path }) => method === 'POST' && path.includes('%40'));
  const own = writes.map(({ path }) => path.includes(encodeURIComponent(addressOf(late))));
  expect(own.slice(0, 5)).toEqual([true, true, true, true, true]);
});

test('what a person asks for goes before what came in a crowd', async () => {
  const rows = await optedOut(12);
  const [person = ''] = await optedOut(1);
  twin.behaviour.batchScopes = false;
  const before = twin.calls.length;
  expect(await failedOf([...rows, person], (id) => (id === person ? {} : { crowd: 'IMPORT-1' }))).toEqual([]);
  const writes = twin.calls.slice(before).filter(({ method, path }) => method === 'POST' && path.includes('%40'));
  expect(writes.findIndex(({ path }) => path.includes(encodeURIComponent(addressOf(person))))).toBe(0);
});
