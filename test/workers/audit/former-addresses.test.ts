import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Fault } from '../../../local/hubspot/faults.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { hashAddress } from '../../../src/address.ts';
import { ourTime } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import type { Send } from '../../../src/hubspot/transport.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { AuditRequestSchema } from '../../../src/queues/audit-request.ts';
import type { ConvergenceRequest } from '../../../src/queues/convergence-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import { mergedIn } from '../../../src/rules/r8-record.ts';
import { audit } from '../../../src/workers/audit/audit.ts';
import type { AuditDeps } from '../../../src/workers/audit/deps.ts';
import { converge } from '../../../src/workers/converge/converge.ts';
import { recordDecision } from '../../../src/workers/decide/record-decision.ts';
import { changed, MINUTE, submitted } from '../../helpers/person.ts';
import { changedRegistry, forms, LIBRARY_TEXT, registryText, testRegistry } from '../../helpers/registry.ts';
import { sendTo } from '../../helpers/twin-send.ts';

/** R8: somebody opted out, no webhook told, and the record got another address before the audit. */

const registry = testRegistry();
const DAY = 24 * 60 * MINUTE;
let now = Date.UTC(2026, 0, 5);
let twin: Twin;
let deps: AuditDeps & { salt: () => string };
let asked: ConvergenceRequest[];
/** How often HubSpot was asked for the history of addresses. */
let histories: number;
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
  asked = [];
  histories = 0;
  const transport = sendTo(twin);
  const send: Send = (call) => {
    if (JSON.stringify(call).includes('"propertiesWithHistory":["email"]')) histories++;
    return transport(call);
  };
  const clock = () => ourTime(now);
  deps = {
    registry,
    ledger: memoryLedger(),
    hubspot: createHubSpot(send, clock, registry),
    search: send,
    mode: 'repair',
    addressKey: 'key',
    salt: () => 'salt',
    now: clock,
    queueSignals: () => Promise.resolve(),
    request: (requests) => Promise.resolve(void asked.push(...requests)),
  };
});

/** One night: the audit, and what it asked of convergence. Returns what was found. */
async function night(request: object = { lookBackDays: 3 }) {
  const { run } = await audit(AuditRequestSchema.parse({ v: 1, ...request }), deps, () => true);
  const identify = new Map(asked.filter((one) => one.identify).map(({ contact }) => [contact, ourTime(now)]));
  const contacts = asked.splice(0).map(({ contact }) => contact);
  const outcomes = await converge(contacts, { ...deps, telemetry: undefined } as never, identify);
  expect([...outcomes.values()].filter(({ ok }) => !ok)).toEqual([]);
  return run;
}
const moves = (contact: string, to: string) => {
  now += MINUTE;
  twin.people.editProperty({ contact, name: 'email', value: to });
  now += MINUTE;
};
const statuses = (email: string, ...types: number[]) => types.map((type) => twin.portal.status(email, type).status);
/** A contact whose opt-out of the museum nobody told, and whose address changed. */
function unheard(name: string): string {
  const { id } = twin.people.createContact({ email: `${name}@example.at` });
  now += MINUTE;
  twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  moves(id, `new-${name}@example.at`);
  return id;
}

/** A contact opts out of the museum, and is closed. */
async function optsOut(contact: string) {
  twin.people.unsubscribeByLink({ contact, subscription: 501 });
  const signal = { ...changed('subscription:501', 'closed', now), contact };
  await recordDecision(signal, { registry, now: ourTime(now), address: 'unknown' }, deps.ledger);
  await converge([contact], deps as never);
}

describe('an opt-out said with an address that the record had before', () => {
  test('is found, holds for that address, and goes along with the record', async () => {
    unheard('anna');
    expect(await night()).toMatchObject({ counts: { 'opt-out-of-address': 1 } });
    expect(statuses('new-anna@example.at', 501, 511)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect(statuses('anna@example.at', 501, 511)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect((await night()).counts, 'the next night').toEqual({});
  });

  test('also of a contact that the ledger knows by that address', async () => {
    const { id } = twin.people.createContact({ email: 'known@example.at' });
    twin.people.unsubscribeByLink({ contact: id, subscription: 601 });
    const signal = { ...changed('subscription:601', 'closed', now), contact: id };
    await recordDecision(signal, { registry, now: ourTime(now), address: 'unknown' }, deps.ledger);
    await converge([id], deps as never);
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    moves(id, 'new-known@example.at');
    expect(await night()).toMatchObject({ counts: { 'opt-out-of-address': expect.any(Number) } });
    expect(statuses('new-known@example.at', 501, 511, 601)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect((await night()).counts).toEqual({});
  });

  test('not one that somebody else said with that address afterwards', async () => {
    const { id } = twin.people.createContact({ email: 'office@example.at' });
    moves(id, 'gone-on@example.at');
    const next = twin.people.createContact({ email: 'office@example.at' });
    twin.people.unsubscribeByLink({ contact: next.id, subscription: 501 });
    await night();
    expect(statuses('gone-on@example.at', 501, 511)).toEqual(['NOT_SPECIFIED', 'NOT_SPECIFIED']);
  });

  test('nothing is kept of a record that has another address and said nothing', async () => {
    const { id } = twin.people.createContact({ email: 'quiet@example.at' });
    moves(id, 'new-quiet@example.at');
    expect((await night()).counts).toEqual({});
    await converge([id], deps as never, new Map([[id, ourTime(now)]]));
    expect(await deps.ledger.read({ portal: 1, contact: id })).toEqual([]);
  });
});

describe('an address that changed, with no word of it, before the opt-out was carried out', () => {
  /** An opt-out that a webhook tells of; the record gets another address before convergence looks at the record for the first time. */
  async function movedBefore(name: string) {
    const { id } = twin.people.createContact({ email: `${name}@example.at` });
    now += MINUTE;
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    const signal = { ...changed('subscription:501', 'closed', now), contact: id };
    moves(id, `new-${name}@example.at`);
    await recordDecision(signal, { registry, now: ourTime(now), address: 'unknown' }, deps.ledger);
    await converge([id], deps as never);
    return id;
  }

  test('the audit learns of the change, and closes what is open at the former address', async () => {
    await movedBefore('ida');
    expect(statuses('ida@example.at', 501, 511), 'before the audit').toEqual(['UNSUBSCRIBED', 'NOT_SPECIFIED']);
    expect(await night()).toMatchObject({ counts: { 'opt-out-of-address': 1 } });
    expect(statuses('ida@example.at', 501, 511)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect((await night()).counts, 'the next night').toEqual({});
  });

  test('also where an import made a new record with that address, and opened the type', async () => {
    await movedBefore('jana');
    twin.people.importRows({
      rows: [{ email: 'jana@example.at', statuses: { 501: 'SUBSCRIBED', 511: 'SUBSCRIBED' } }],
    });
    await night();
    await night();
    expect(statuses('jana@example.at', 501, 511)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect((await night()).counts, 'the night after').toEqual({});
  });
});

describe('a brand that the registry gets after the address changed', () => {
  /** A contact that opted out, was closed, and got another address; then the registry changes, long after. */
  async function movedLongAgo(name: string) {
    const { id } = twin.people.createContact({ email: `${name}@example.at` });
    await optsOut(id);
    moves(id, `new-${name}@example.at`);
    await converge([id], deps as never, new Map([[id, ourTime(now)]]));
    now += 10 * DAY;
    return id;
  }
  /** The library was not in the registry before. */
  const before = changedRegistry([LIBRARY_TEXT, '']);

  test('is closed at the former address, too', async () => {
    deps.registry = before;
    await movedLongAgo('erna');
    expect(statuses('erna@example.at', 511, 521)).toEqual(['UNSUBSCRIBED', 'NOT_SPECIFIED']);
    deps.registry = registry;
    expect(await night()).toMatchObject({ counts: { 'opt-out-of-address': 1 } });
    expect(statuses('erna@example.at', 511, 521)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect((await night()).counts, 'the next night').toEqual({});
  });

  test('not where another record holds that address by now: its own ledger speaks', async () => {
    deps.registry = before;
    const contact = await movedLongAgo('fritz');
    twin.people.createContact({ email: 'fritz@example.at' });
    deps.registry = registry;
    const { examples } = await night();
    expect(examples.filter(({ kind }) => kind === 'opt-out-of-address').map((one) => one.contact)).not.toContain(
      contact,
    );
    expect(statuses('new-fritz@example.at', 521)).toEqual(['UNSUBSCRIBED']);
  });
});

describe('a merge that no webhook told, before the address changed', () => {
  /** A person who opted out is merged into one who did not; nothing tells of that, and the record gets another address. */
  async function mergedAndMoved(name: string) {
    const { id: primary } = twin.people.createContact({ email: `${name}@example.at` });
    const { id: out } = twin.people.createContact({ email: `out-${name}@example.at` });
    await optsOut(out);
    now += MINUTE;
    const merged = twin.people.mergeContacts({ primary, other: out }).id;
    moves(merged, `new-${name}@example.at`);
    return merged;
  }

  test('counts for the address that the record had at the merge, and goes along', async () => {
    const id = await mergedAndMoved('grete');
    await night();
    expect(statuses('grete@example.at', 501, 511)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect(statuses('new-grete@example.at', 501, 511)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED']);
    const linked = (await deps.ledger.read({ portal: 1, contact: id })).flatMap(mergedIn);
    expect(linked).toHaveLength(1);
    expect((await night()).counts).toEqual({});
  });

  test('also where another record has that address by now', async () => {
    await mergedAndMoved('hans');
    twin.people.createContact({ email: 'hans@example.at' });
    // Nobody here converges at once what convergence hands over to the holder of an address: each night does a step.
    await night();
    expect(statuses('hans@example.at', 511), 'the holder’s own ledger writes there').toEqual(['NOT_SPECIFIED']);
    for (let i = 0; i < 2; i++) await night();
    expect(statuses('hans@example.at', 501, 511)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect((await night()).counts).toEqual({});
  });
});

test('another address becomes the first one after a return: what we closed there is no opt-out that nobody heard of', async () => {
  const [first, second] = ['olga@example.at', 'second-olga@example.at'];
  const { id } = twin.people.createContact({ email: first });
  twin.people.editProperty({ contact: id, name: 'hs_additional_emails', value: second });
  await optsOut(id);
  expect(statuses(second, 501)).toEqual(['UNSUBSCRIBED']);
  now += MINUTE;
  const form = { ...submitted(forms.ofCompany, now), contact: id };
  const by = { addressHash: hashAddress(deps.addressKey, first) };
  const facts = { registry, now: ourTime(now), address: 'same', proof: { by: 'list' } } as const;
  await recordDecision(form, facts, deps.ledger, by);
  await converge([id], deps as never);
  expect(statuses(first, 501)).toEqual(['SUBSCRIBED']);
  twin.people.editProperty({ contact: id, name: 'hs_additional_emails', value: first });
  moves(id, second);
  await converge([id], deps as never, new Map([[id, ourTime(now)]]));
  expect((await night()).counts).toEqual({ 'return-without-effect': 1 });
});

describe('the history is asked', () => {
  test('of no record that was not changed since it was created, nor of one that was changed long ago', async () => {
    twin.people.createContact({ email: 'same@example.at' });
    unheard('long-ago');
    now += 4 * DAY;
    await night();
    expect(histories).toBe(0);
  });

  test('whenever the record was changed, after a deployment or when an operator asks', async () => {
    unheard('years-ago');
    now += 400 * DAY;
    expect(await night({})).toMatchObject({ counts: { 'opt-out-of-address': 1 } });
    expect(statuses('new-years-ago@example.at', 501, 511)).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED']);
  });

  test('once for all the others of a page', async () => {
    for (let i = 0; i < 40; i++) unheard(`many-${i}`);
    await audit(AuditRequestSchema.parse({ v: 1 }), deps, () => true);
    expect(histories).toBe(1);
  });

  test('and where HubSpot tells none, the report says so', async () => {
    unheard('untold');
    twin.faults.set([
      { path: '/contacts/batch/read', holds: '"propertiesWithHistory":["email"]', status: 403 },
    ] as Fault[]);
    expect(await night()).toMatchObject({ counts: {}, unseen: [{ part: 'history' }] });
  });
});
