import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Fault } from '../../../local/hubspot/faults.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { ourTime } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { AuditRequestSchema } from '../../../src/queues/audit-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import type { Telemetry } from '../../../src/telemetry/telemetry.ts';
import { audit } from '../../../src/workers/audit/audit.ts';
import { converge } from '../../../src/workers/converge/converge.ts';
import { decideFor } from '../../../src/workers/decide/by-address.ts';
import type { DecideDeps } from '../../../src/workers/decide/deps.ts';
import { changed, MINUTE, submitted } from '../../helpers/person.ts';
import { forms, registryText, testRegistry } from '../../helpers/registry.ts';
import { sendTo } from '../../helpers/twin-send.ts';

/** R1, R5: the webhook of an opt-out was lost, and somebody ended the opt-out before the audit: only HubSpot's history tells. */

const registry = testRegistry();
const DAY = 24 * 60 * MINUTE;
let now = Date.UTC(2026, 0, 5);
let twin: Twin;
let deps: DecideDeps;
let signals: Signal[];
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), registry, { clock: () => now });
});
afterAll(() => twin.stop());
beforeEach(() => {
  now += 10 * DAY;
  for (const { id } of twin.portal.contacts.values()) {
    if (twin.portal.contact(id) !== undefined) twin.people.deleteContact({ contact: id });
  }
  Object.assign(twin.behaviour, ordinary);
  twin.faults.set([]);
  signals = [];
  const logger = { info: () => undefined, warn: () => undefined };
  deps = {
    registry,
    ledger: memoryLedger(),
    hubspot: createHubSpot(sendTo(twin), () => ourTime(now), registry),
    request: () => Promise.resolve(),
    failures: {} as DecideDeps['failures'],
    telemetry: { logger, measure: () => undefined } as unknown as Telemetry,
    now: () => ourTime(now),
    salt: () => 'salt',
    addressKey: 'key',
  };
});

/** One night: the audit; what it queued is decided, and carried out. Returns what was found. */
async function night(lookBackDays?: number) {
  const queueSignals = (more: readonly Signal[]) => Promise.resolve(void signals.push(...more));
  const auditDeps = { ...deps, search: deps.hubspot.send, mode: 'repair' as const, queueSignals };
  const request = { v: 1, ...(lookBackDays !== undefined && { lookBackDays }) };
  const { run } = await audit(AuditRequestSchema.parse(request), auditDeps, () => true);
  for (const signal of signals.splice(0)) {
    await decideFor(signal, deps);
    await converge([signal.contact], deps as never);
  }
  return run;
}
const statuses = (email: string, ...types: number[]) => types.map((type) => twin.portal.status(email, type).status);
const imports = (email: string) =>
  twin.people.importRows({ rows: [{ email, statuses: { 501: 'SUBSCRIBED', 511: 'SUBSCRIBED' } }] });
/** Somebody opts out and nothing tells of it. */
function optsOutUnheard(name: string, how: 'of the museum' | 'of all' = 'of the museum') {
  const email = `${name}@example.at`;
  const { id } = twin.people.createContact({ email });
  now += MINUTE;
  if (how === 'of all') twin.people.unsubscribeFromAll({ contact: id });
  else twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  now += MINUTE;
  return { id, email };
}

describe('an opt-out that nobody heard of, and that ended before the audit', () => {
  test('of a company: an import opened the type; the opt-out is recorded, and everything closed', async () => {
    const { email } = optsOutUnheard('anna');
    imports(email);
    now += 60 * MINUTE;
    expect(await night(3)).toMatchObject({ counts: { 'opt-out-unheard': 1 } });
    expect(statuses(email, 501, 511, 521)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect((await night(3)).counts, 'the next night').toEqual({});
  });

  test('of all: an employee opened a type, which ended HubSpot’s own flag', async () => {
    twin.behaviour.subscribeLiftsPortalWide = true;
    const { id, email } = optsOutUnheard('berta', 'of all');
    twin.people.subscribeByEmployee({ contact: id, subscription: 601 });
    now += 60 * MINUTE;
    expect(await night(3)).toMatchObject({ counts: { 'opt-out-unheard': 1 } });
    expect(statuses(email, 501, 601, 611)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect((await night(3)).counts).toEqual({});
  });

  test('is left where it lies more than three days back, also after a deployment: from before Widerruf was there nobody can tell why', async () => {
    const { email } = optsOutUnheard('clara');
    imports(email);
    now += 4 * DAY;
    expect((await night()).counts).toEqual({});
    expect(statuses(email, 501)).toEqual(['SUBSCRIBED']);
  });

  test('is none where the ledger knows of it, or of a later return', async () => {
    const { id, email } = optsOutUnheard('dora');
    await decideFor({ ...changed('subscription:501', 'closed', now - MINUTE), contact: id }, deps);
    await converge([id], deps as never);
    expect((await night(3)).counts).toEqual({});
    expect(statuses(email, 501)).toEqual(['UNSUBSCRIBED']);
  });

  test('our own closing is none', async () => {
    const { id } = twin.people.createContact({ email: 'erna@example.at' });
    now += MINUTE;
    twin.people.unsubscribeFromAll({ contact: id });
    await decideFor({ ...changed('portal-wide', 'closed', now), contact: id }, deps);
    now += MINUTE;
    await converge([id], deps as never);
    twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
    now += 60 * MINUTE;
    expect((await night(3)).counts).not.toHaveProperty('opt-out-unheard');
  });

  test('what our own lift ended is none, though the ledger went back to before the opt-out', async () => {
    const { id, email } = optsOutUnheard('gerda');
    await decideFor({ ...changed('subscription:501', 'closed', now - MINUTE), contact: id }, deps);
    await converge([id], deps as never);
    now += MINUTE;
    twin.people.submitForm({ contact: id, form: forms.ofCompany });
    await decideFor({ ...submitted(forms.ofCompany, now), contact: id, address: email } as Signal, deps);
    await converge([id], deps as never);
    expect(statuses(email, 501)).toEqual(['SUBSCRIBED']);
    deps = { ...deps, ledger: memoryLedger() };
    now += 60 * MINUTE;
    expect((await night(3)).counts).toEqual({});
    expect(statuses(email, 501)).toEqual(['SUBSCRIBED']);
  });

  test('cannot be found where HubSpot tells no history, and the report says so', async () => {
    const { email } = optsOutUnheard('frida');
    imports(email);
    twin.faults.set([
      { path: '/contacts/batch/read', holds: 'propertiesWithHistory":["hs_email_optout"', status: 403 },
    ] as Fault[]);
    expect(await night(3)).toMatchObject({ counts: {}, unseen: [{ part: 'history' }] });
  });
});
