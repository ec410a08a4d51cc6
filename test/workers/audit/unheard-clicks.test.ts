import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Fault } from '../../../local/hubspot/faults.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { hubspotTime, ourTime } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { AuditRequestSchema } from '../../../src/queues/audit-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import { replay } from '../../../src/rules/evolve.ts';
import { companyState, isOptedOut } from '../../../src/rules/state.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { withId } from '../../../src/signals/signal-id.ts';
import type { Telemetry } from '../../../src/telemetry/telemetry.ts';
import { audit } from '../../../src/workers/audit/audit.ts';
import { decideFor } from '../../../src/workers/decide/by-address.ts';
import type { DecideDeps } from '../../../src/workers/decide/deps.ts';
import { changed, MINUTE } from '../../helpers/person.ts';
import { forms, registryText, testRegistry } from '../../helpers/registry.ts';
import { sendTo } from '../../helpers/twin-send.ts';

/** R7: the owner clicked the link of the confirmation mail, and no webhook told. */

const registry = testRegistry();
let now = Date.UTC(2026, 0, 5);
let twin: Twin;
let deps: DecideDeps;
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), registry, { clock: () => now });
});
afterAll(() => twin.stop());
beforeEach(() => {
  now += 24 * 60 * MINUTE;
  for (const { id } of twin.portal.contacts.values()) {
    if (twin.portal.contact(id) !== undefined) twin.people.deleteContact({ contact: id });
  }
  Object.assign(twin.behaviour, ordinary);
  twin.faults.set([]);
  const send = sendTo(twin);
  deps = {
    registry,
    ledger: memoryLedger(),
    hubspot: createHubSpot(send, () => ourTime(now), registry),
    request: () => Promise.resolve(),
    failures: {} as DecideDeps['failures'],
    telemetry: { logger: { info: () => undefined }, measure: () => undefined } as unknown as Telemetry,
    now: () => ourTime(now),
    salt: () => 'salt',
    addressKey: 'key',
  };
});

/** One night: the audit, and whatever it queued is decided. Returns what was found. */
async function night() {
  const signals: Signal[] = [];
  const queueSignals = (more: readonly Signal[]) => Promise.resolve(void signals.push(...more));
  const auditDeps = { ...deps, search: deps.hubspot.send, mode: 'repair' as const, queueSignals };
  const { run } = await audit(AuditRequestSchema.parse({ v: 1 }), auditDeps, () => true);
  for (const signal of signals) await decideFor(signal, deps);
  return run;
}
/** A contact that opted out of the museum and then filled in the form that demands a click. `before`: what the contact did first. */
async function waiting(email: string, before: (contact: string) => void = () => undefined): Promise<string> {
  const { id } = twin.people.createContact({ email });
  before(id);
  now += MINUTE;
  twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  await decideFor({ ...changed('subscription:501', 'closed', now), contact: id }, deps);
  now += MINUTE;
  twin.people.submitForm({ contact: id, form: forms.doubleOptIn });
  const source = { channel: 'workflow', change: 'FORM', id: forms.doubleOptIn } as const;
  const told = { v: 1, portal: 1, contact: id, address: email, source, kind: 'form', form: forms.doubleOptIn } as const;
  now += MINUTE;
  await decideFor(withId({ ...told, occurredAt: hubspotTime(now - MINUTE), receivedAt: ourTime(now) }), deps);
  now += MINUTE;
  return id;
}
const museum = async (contact: string) =>
  companyState(replay(await deps.ledger.read({ portal: 1, contact }), registry), 'museum');

describe('a click of which no webhook told', () => {
  test('is found by the history of HubSpot’s property, and makes the return take effect', async () => {
    const id = await waiting('anna@example.at');
    twin.people.confirm({ contact: id });
    const clickedAt = now;
    now += 60 * MINUTE;
    expect((await night()).counts).toMatchObject({ 'return-proved-late': 1 });
    expect(await museum(id)).toMatchObject({ returns: [{ confirmedAt: clickedAt, proof: { by: 'confirmation' } }] });
    expect((await night()).counts).not.toHaveProperty('return-proved-late');
  });

  test('also when the time for it is over by then', async () => {
    const id = await waiting('berta@example.at');
    twin.people.confirm({ contact: id });
    now += 8 * 24 * 60 * MINUTE;
    await night();
    expect(isOptedOut(await museum(id))).toBe(false);
  });

  test('an employee’s mark is none, and neither is a click from before the submission', async () => {
    const marked = await waiting('marked@example.at');
    twin.people.confirm({ contact: marked, value: 'Customer marked confirmed' });
    const early = await waiting('early@example.at', (contact) => twin.people.confirm({ contact }));
    now += 60 * MINUTE;
    expect((await night()).counts).not.toHaveProperty('return-proved-late');
    for (const one of [marked, early]) expect(isOptedOut(await museum(one))).toBe(true);
  });

  test('where HubSpot tells no history, the report says so', async () => {
    const id = await waiting('untold@example.at');
    twin.people.confirm({ contact: id });
    now += 60 * MINUTE;
    const holds = '"propertiesWithHistory":["hs_emailconfirmationstatus"]';
    twin.faults.set([{ path: '/contacts/batch/read', holds, status: 403 }] as Fault[]);
    expect(await night()).toMatchObject({ unseen: [{ part: 'history' }] });
    expect(isOptedOut(await museum(id))).toBe(true);
  });
});
