// Longer than 200 lines because all of it shares one emulated SQS and one twin.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { hashAddress } from '../../../src/address.ts';
import { hubspotTime, ourTime } from '../../../src/clocks.ts';
import { PermanentError, RetryableError } from '../../../src/errors.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { appendDecided } from '../../../src/ledger/append-decided.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { type ConvergenceRequest, delaySeconds } from '../../../src/queues/convergence-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import { replay } from '../../../src/rules/evolve.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { withId } from '../../../src/signals/signal-id.ts';
import { convergeBatch } from '../../../src/workers/converge/converge-batch.ts';
import { decideFor } from '../../../src/workers/decide/by-address.ts';
import { decideBatch } from '../../../src/workers/decide/decide-batch.ts';
import type { DecideDeps } from '../../../src/workers/decide/deps.ts';
import { changed, MINUTE, submitted } from '../../helpers/person.ts';
import { forms, registryText, testRegistry } from '../../helpers/registry.ts';
import { batchOf, record, startSqs } from '../../helpers/sqs.ts';
import { webhook } from '../../helpers/state.ts';
import { sendTo } from '../../helpers/twin-send.ts';

// What HubSpot's lists of submissions prove is shown in prove.test.ts; here the event counts.
const registry = testRegistry('policy: { unverifiedSubmissions: accept }\n');
let queues: Awaited<ReturnType<typeof startSqs>>;
let twin: Twin;
let ledger: Ledger;
let requests: ConvergenceRequest[];
let deps: DecideDeps;
let now: number;

beforeAll(async () => {
  queues = await startSqs('fifo');
  twin = await startTwinOf(parseRegistry(registryText), registry);
  twin.behaviour.submissionLists = 'gone';
});
afterAll(async () => {
  await twin.stop();
  await queues.stop();
});
beforeEach(() => {
  ledger = memoryLedger();
  requests = [];
  now = 100 * MINUTE;
  const send = sendTo(twin);
  deps = {
    registry,
    ledger,
    hubspot: createHubSpot(send, () => ourTime(now), registry),
    request: (more) => {
      requests.push(...more);
      return Promise.resolve();
    },
    failures: queues.failures,
    telemetry: queues.telemetry,
    now: () => ourTime(now),
    salt: () => 'salt',
    addressKey: 'key',
  };
});
const of = (contact: string, signal: Signal): Signal => ({ ...signal, contact });
const rules = async (contact: string) =>
  (await ledger.read({ portal: 1, contact })).flatMap(({ body }) => (body.kind === 'decision' ? [body.rule] : []));

test('a form with another’s address keeps nothing of it: that person must not be led to this ledger', async () => {
  const { id } = twin.people.createContact({ email: 'browser-owner@example.at' });
  const form = (address: string, at: number) => ({ ...of(id, submitted(forms.ofCompany, at)), address }) as Signal;
  const [others, own] = [form('somebody-else@example.at', 1), form('browser-owner@example.at', 2)];
  await decideBatch(batchOf(record(others, id), record(own, id)), deps);
  const [refused, noted] = await ledger.read({ portal: 1, contact: id });
  expect(refused).toMatchObject({ body: { rule: 'R4', outcome: 'refused' } });
  expect(refused).not.toHaveProperty('personal');
  expect(noted).toMatchObject({ personal: { address: 'browser-owner@example.at' } });
  const peopleWith = (address: string) => ledger.peopleWith(hashAddress('key', address));
  expect(await peopleWith('somebody-else@example.at')).toEqual([]);
  expect(await peopleWith('browser-owner@example.at')).toEqual([{ portal: 1, contact: id }]);
});

test('R4: a form with an additional address lifts nothing: an employee’s merge may have brought it', async () => {
  const properties = { email: 'mailed-at@example.at', hs_additional_emails: 'merged-in@example.at' };
  const { id } = twin.people.createContact(properties);
  const form = { ...of(id, submitted(forms.ofCompany, 2)), address: 'merged-in@example.at' } as Signal;
  await decideBatch(batchOf(record(of(id, changed('subscription:501', 'closed', 1)), id), record(form, id)), deps);
  const [, refused] = await ledger.read({ portal: 1, contact: id });
  const reason = 'the submitted address is not the contact’s: it lifts nothing';
  expect(refused).toMatchObject({ body: { rule: 'R4', outcome: 'refused', reason } });
});

test('two events that tell of one merge differently make no circle: later opt-outs find their ledger', async () => {
  const told = { v: 1, portal: 1, occurredAt: hubspotTime(5), receivedAt: ourTime(5), source: webhook } as const;
  const merge = (contact: string, ...others: string[]) => withId({ ...told, contact, kind: 'merge', others });
  const signals = [merge('31', '30', '32'), merge('30', '32', '31'), merge('31', '31', '30')];
  const optOuts = ['30', '31', '32'].map((contact, i) => of(contact, changed('subscription:501', 'closed', 10 + i)));
  const records = [...signals, ...optOuts].map((signal) => record(signal, signal.contact));
  expect((await decideBatch(batchOf(...records), deps)).batchItemFailures).toEqual([]);
  const entries = await ledger.read({ portal: 1, contact: '31' });
  expect(replay(entries, registry).companies['museum']?.optOut?.at).toBe(12);
  expect(replay(entries, registry).mergedInto).toBeUndefined();
});

describe('a batch of signals', () => {
  test('reads a contact’s ledger once for all that needs no look at HubSpot', async () => {
    const read = ledger.read;
    let reads = 0;
    ledger.read = (contact) => {
      reads++;
      return read(contact);
    };
    const told = ['501', '511', '512', '513', '521'].map((type, i) => changed(`subscription:${type}`, 'closed', i + 1));
    const records = [...told, ...told].map((signal) => record(of('41', signal), '41'));
    expect((await decideBatch(batchOf(...records), deps)).batchItemFailures).toEqual([]);
    expect([await rules('41'), reads]).toEqual([['R1', 'R2', 'R2', 'R2', 'R2'], 2]);
  });

  test('after a failure the rest of that contact’s group is handed back, other contacts go on', async () => {
    const read = ledger.read;
    let broken = true;
    ledger.read = (contact) =>
      broken && contact.contact === '22' ? Promise.reject(new Error('the table is away')) : read(contact);
    const signals = [
      ['21', changed('subscription:501', 'closed', 1)],
      ['22', changed('subscription:511', 'closed', 2)],
      ['21', changed('subscription:601', 'closed', 3)],
      ['22', changed('subscription:512', 'closed', 4)],
      ['23', changed('subscription:501', 'closed', 5)],
    ] as const;
    const records = signals.map(([group, signal]) => record(of(group, signal), group));
    const response = await decideBatch(batchOf(...records), deps);
    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
      records[1]?.messageId,
      records[3]?.messageId,
    ]);
    broken = false;
    expect([await rules('21'), await rules('22'), await rules('23')]).toEqual([['R1', 'R1'], [], ['R1']]);
  });

  test('R5: what a source opens again and again is looked at at once and once more, and recorded once', async () => {
    const at = (ms: number) => of('26', changed('subscription:511', 'open', ms, 'WORKFLOW'));
    const signals = [of('26', changed('subscription:501', 'closed', 1)), at(2), at(3)];
    await decideBatch(batchOf(...signals.map((signal) => record(signal, '26'))), deps);
    expect(await rules('26')).toEqual(['R1', 'R5']);
    expect(requests.map(({ wakeAt }) => wakeAt)).toEqual([undefined, undefined, undefined, now + 2 * MINUTE]);
  });

  test('what is no signal is dead-lettered with its reason; the group goes on', async () => {
    const good = record(of('24', changed('subscription:501', 'closed', 1)), '24');
    const response = await decideBatch(batchOf(record('{"v":9}', '24'), good), deps);
    expect(response.batchItemFailures).toEqual([]);
    expect(await rules('24')).toEqual(['R1']);
    const [dead] = queues.deadLetters();
    expect(dead?.messageAttributes['reason']?.StringValue).toMatch(/^PoisonError: the message has an unknown shape/);
  });

  test('if asking for convergence fails after the decision was recorded, the redelivery asks again', async () => {
    const { request } = deps;
    deps.request = () => Promise.reject(new Error('SQS is away'));
    const one = record(of('25', changed('subscription:501', 'closed', 1)), '25');
    expect((await decideBatch(batchOf(one), deps)).batchItemFailures).toHaveLength(1);
    deps.request = request;
    expect((await decideBatch(batchOf(one), deps)).batchItemFailures).toEqual([]);
    expect(requests).toMatchObject([{ contact: '25' }]);
    expect(await rules('25')).toEqual(['R1']);
  });
});

test('convergence is told which requests come in crowds, and which can only open something', async () => {
  const requestsFor = async (signal: Signal) => {
    await decideBatch(batchOf(record(signal, signal.contact)), deps);
    return requests.splice(0);
  };
  const closed = (contact: string, change: string, id?: string) => {
    const signal = changed('subscription:501', 'closed', 5, change);
    return withId({ ...signal, contact, source: { ...signal.source, ...(id !== undefined && { id }) } });
  };
  const { id } = twin.people.createContact({ email: 'crowd@example.at' });
  const person = { v: 1, portal: 1, occurredAt: 5 };
  expect(await requestsFor(closed('41', 'EMAIL'))).toStrictEqual([{ ...person, contact: '41' }]);
  expect(await requestsFor(closed('42', 'IMPORT', '4711'))).toMatchObject([{ crowd: 'IMPORT-4711' }]);
  const audited = closed('43', 'EMAIL');
  expect(await requestsFor({ ...audited, source: { channel: 'audit' } })).toMatchObject([{ crowd: 'audit' }]);
  await requestsFor(closed(id, 'EMAIL'));
  const form = { ...of(id, submitted(forms.ofCompany, 10)), address: 'crowd@example.at' } as Signal;
  expect(await requestsFor(form)).toMatchObject([{ contact: id, lifts: true }]);
});

describe('a wait', () => {
  const converge = (...some: ConvergenceRequest[]) => convergeBatch(batchOf(...some.map((one) => record(one))), deps);

  test('is asked for by convergence, once, and its message waits until its moment', async () => {
    const { id } = twin.people.createContact({ email: 'wait@example.at' });
    await decideBatch(batchOf(record(of(id, changed('subscription:501', 'closed', 50 * MINUTE)), id)), deps);
    await converge(...requests.splice(0));
    twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
    await decideBatch(batchOf(record(of(id, changed('subscription:501', 'open', 90 * MINUTE, 'FORM')), id)), deps);
    await converge(...requests.splice(0));
    expect(twin.portal.status('wait@example.at', 501).status).toBe('SUBSCRIBED');
    // HubSpot is looked at once more after two minutes; the grace ends after ten.
    const asked = { v: 1, portal: 1, contact: id, occurredAt: 90 * MINUTE };
    expect(requests).toEqual([
      { ...asked, wakeAt: 102 * MINUTE },
      { ...asked, wakeAt: 110 * MINUTE },
    ]);
    const [, wake] = requests.splice(0) as [ConvergenceRequest, ConvergenceRequest];
    expect(delaySeconds(wake, ourTime(now))).toBe(600);

    // Too early by a little, as one machine's clock is before another's: the message stays on the queue.
    now = 109 * MINUTE;
    expect((await converge(wake)).batchItemFailures).toHaveLength(1);
    now = 110 * MINUTE;
    expect((await converge(wake)).batchItemFailures).toEqual([]);
    expect(twin.portal.status('wait@example.at', 501).status).toBe('UNSUBSCRIBED');
    expect(requests).toEqual([]);
  });

  test('of several that end one after the other each has its own message, and none of these sends another', async () => {
    const { id } = twin.people.createContact({ email: 'waits@example.at' });
    await decideBatch(batchOf(record(of(id, changed('subscription:501', 'closed', 50 * MINUTE)), id)), deps);
    await converge(...requests.splice(0));
    for (const control of ['subscription:501', 'subscription:511'] as const) {
      await decideBatch(batchOf(record(of(id, changed(control, 'open', now, 'FORM')), id)), deps);
      now += MINUTE;
    }
    requests.splice(0, 1);
    await converge(...requests.splice(0));
    expect(requests.map(({ wakeAt }) => wakeAt)).toEqual([103 * MINUTE, 110 * MINUTE, 111 * MINUTE]);
    now = 110 * MINUTE;
    await converge(...requests.splice(0, 2));
    expect(requests.map(({ wakeAt }) => wakeAt)).toEqual([111 * MINUTE]);
  });

  // Lambda's recursive-loop detection stops a chain function → queue → same function after about 16 times.
  test('longer than SQS can delay a message belongs to no message', async () => {
    const { id } = twin.people.createContact({ email: 'double-opt-in@example.at' });
    await decideBatch(batchOf(record(of(id, changed('subscription:501', 'closed', 50 * MINUTE)), id)), deps);
    requests.splice(0);
    const form = { ...of(id, submitted(forms.doubleOptIn, now)), address: 'double-opt-in@example.at' } as Signal;
    await decideBatch(batchOf(record(form, id)), deps);
    const [asked] = requests.splice(0) as [ConvergenceRequest];
    expect((await converge(asked)).batchItemFailures).toEqual([]);
    expect(requests).toEqual([]);
    // An older version's message, on the way when the new version came.
    const old = { ...asked, wakeAt: ourTime(now + 7 * 24 * 60 * MINUTE) };
    expect((await converge(old)).batchItemFailures).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('whose moment falls within the last quarter of an hour before its end gets a message', async () => {
    const { id } = twin.people.createContact({ email: 'last-minutes@example.at' });
    await decideBatch(batchOf(record(of(id, changed('subscription:501', 'closed', 50 * MINUTE)), id)), deps);
    requests.splice(0);
    const form = { ...of(id, submitted(forms.doubleOptIn, now)), address: 'last-minutes@example.at' } as Signal;
    await decideBatch(batchOf(record(form, id)), deps);
    now += 7 * 24 * 60 * MINUTE - 15 * MINUTE;
    await converge(...requests.splice(0));
    expect(requests).toMatchObject([{ wakeAt: 100 * MINUTE + 7 * 24 * 60 * MINUTE }]);
  });
});

test.each([
  [100, 1000],
  [8000, 4000],
  [40_000, 20_000],
  [59_500, 500],
])('an opt-out %d ms after a write of ours began waits for that write, %d ms', async (begunMs, afterMs) => {
  const id = `9${begunMs}`;
  await decideFor(of(id, changed('portal-wide', 'closed', now - 2 * MINUTE)), deps);
  await appendDecided(ledger, { portal: 1, contact: id }, () => ({
    result: undefined,
    draft: {
      recordedAt: ourTime(now - begunMs),
      body: { kind: 'planned', before: {}, intended: { 'subscription:501': 'UNSUBSCRIBED' } },
    },
  }));
  const optOut = of(id, changed('subscription:501', 'closed', now));
  await expect(decideFor(optOut, deps)).rejects.toMatchObject({ name: 'RetryableError', afterMs, waits: 'exactly' });
});

describe('a submission that HubSpot does not show as the owner’s yet', () => {
  const queue = (signal: Signal) => decideBatch(batchOf(record(signal, signal.contact)), deps);
  const nextLook = async () => {
    const [asked] = requests.splice(0);
    now = Number(asked?.wakeAt ?? now);
    await convergeBatch(batchOf(record(asked)), deps);
    return asked;
  };
  const outcomes = async (contact: string) =>
    (await ledger.read({ portal: 1, contact })).flatMap(({ body }) => (body.kind === 'decision' ? [body.outcome] : []));
  const form = (contact: string, address: string) =>
    ({ ...of(contact, submitted(forms.ofCompany, now)), address }) as Signal;

  test('a record that cannot be read yet: looked at again with growing gaps, then the owner is back', async () => {
    now = Date.now();
    const { id } = twin.people.createContact({ email: 'not-yet@example.at' });
    twin.behaviour.readableAfterMs = 3_600_000;
    await queue(of(id, changed('subscription:501', 'closed', now - 1000)));
    requests.splice(0);
    await queue(form(id, 'not-yet@example.at'));
    const began = now;
    const waits: number[] = [];
    for (let n = 0; n < 4; n++) waits.push(Number((await nextLook())?.wakeAt) - began);
    expect(waits).toEqual([5000, 10_000, 20_000, 40_000]);
    expect(await outcomes(id)).toEqual(['opted-out']);
    twin.behaviour.readableAfterMs = 0;
    await nextLook();
    expect(await outcomes(id)).toEqual(['opted-out', 'returned']);
    expect(requests).toMatchObject([{ contact: id }]);
  });

  test('HubSpot makes the submitted secondary address the primary one; an opt-out meanwhile does not wait', async () => {
    now = Date.now();
    const properties = { email: 'first@example.at', hs_additional_emails: 'second@example.at' };
    const { id } = twin.people.createContact(properties);
    await queue(of(id, changed('subscription:501', 'closed', now - 1000)));
    requests.splice(0);
    const later = of(id, changed('subscription:601', 'closed', now));
    const answer = await decideBatch(batchOf(record(form(id, 'second@example.at'), id), record(later, id)), deps);
    expect(answer.batchItemFailures).toEqual([]);
    expect(await outcomes(id)).toEqual(['opted-out', 'opted-out']);
    requests = requests.filter(({ again }) => again !== undefined);
    twin.portal.setProperty(twin.portal.contact(id) as never, 'email', 'second@example.at', { changeSource: 'FORM' });
    await nextLook();
    expect(await outcomes(id)).toEqual(['opted-out', 'opted-out', 'returned']);
  });

  test('after five minutes it is refused', async () => {
    now = Date.now();
    const { id } = twin.people.createContact({ email: 'somebody@example.at' });
    await queue(form(id, 'stranger@example.at'));
    const began = now;
    while (requests.length > 0) await nextLook();
    expect(now - began).toBe(5 * MINUTE);
    expect(await outcomes(id)).toEqual(['refused']);
  });
});

describe('a workflow tells of our own closing some time later', () => {
  const converge = async () => {
    const asked = requests.splice(0).map((one) => record(one));
    await convergeBatch(batchOf(...asked), deps);
  };
  const hears = async (signal: Signal) => {
    await decideBatch(batchOf(record(signal, signal.contact)), deps);
    await converge();
  };
  const told = (id: string, control: string, at: number): Signal =>
    of(id, withId({ ...changed(control, 'closed', at), source: { channel: 'workflow' } }));
  let count = 0;
  const optedOut = async (closed: string) => {
    const email = `told-late-${count++}@example.at`;
    const { id } = twin.people.createContact({ email });
    twin.people.subscribeByEmployee({ contact: id, subscription: 511 });
    // The moment is the twin's: HubSpot's clock and ours are one here.
    now = Date.now();
    if (closed === 'portal-wide') twin.people.unsubscribeFromAll({ contact: id });
    else twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await hears(of(id, changed(closed, 'closed', now)));
    const returns = async (at: number) => {
      await hears({ ...of(id, submitted(forms.ofCompany, at)), address: email } as Signal);
    };
    return { id, returns, status: (type: number) => twin.portal.status(email, type).status };
  };

  test.each([5000, 5 * MINUTE])('%d ms: no "no" to the brand: the owner’s return opens it again', async (late) => {
    const { id, returns, status } = await optedOut('subscription:501');
    expect(status(511)).toBe('UNSUBSCRIBED');
    const at = now;
    now += late + 1000;
    await hears(told(id, 'subscription:511', at + late));
    await returns(now);
    expect(status(511)).toBe('SUBSCRIBED');
  });

  test.each([5000, 5 * MINUTE])('%d ms: no new opt-out: the owner’s return meanwhile stands', async (late) => {
    const { id, returns, status } = await optedOut('portal-wide');
    expect(status(501)).toBe('UNSUBSCRIBED');
    const at = now;
    now += late + 1000;
    await returns(at + 3000);
    expect(status(501)).toBe('SUBSCRIBED');
    await hears(told(id, 'subscription:501', at + late));
    expect(status(501)).toBe('SUBSCRIBED');
  });

  test('an opt-out by the person is one, though we had closed the type before', async () => {
    const { id, status } = await optedOut('portal-wide');
    twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    now = Date.now() + 5000;
    await hears(told(id, 'subscription:501', now));
    expect(await rules(id)).toEqual(['R1', 'R1']);
    expect(status(501)).toBe('UNSUBSCRIBED');
  });

  test('HubSpot shows the times of statuses in whole seconds: our own closing is no opt-out of the person', async () => {
    twin.behaviour.statusTimesInSeconds = true;
    const { returns, status } = await optedOut('portal-wide');
    now += 60_000;
    await returns(now);
    twin.behaviour.statusTimesInSeconds = false;
    expect(status(501)).toBe('SUBSCRIBED');
  });
});

describe('a signal that names an address only', () => {
  const ofNobody = (address: string, receivedAt: number) =>
    withId({
      v: 1,
      portal: 1,
      contact: '0',
      address,
      occurredAt: hubspotTime(5),
      receivedAt: ourTime(receivedAt),
      source: { channel: 'workflow' },
      kind: 'control',
      control: 'subscription:501',
      to: 'closed',
    });

  test('is decided for the contact that has the address', async () => {
    const { id } = twin.people.createContact({ email: 'by-address@example.at' });
    const [request] = await decideFor(ofNobody('by-address@example.at', now), deps);
    expect(request).toMatchObject({ contact: id });
    const entries = await ledger.read({ portal: 1, contact: id });
    expect(replay(entries, registry).companies['museum']?.optOut?.at).toBe(5);
  });

  test('is tried again for five minutes while HubSpot shows no such contact, then given up', async () => {
    await expect(decideFor(ofNobody('nobody@example.at', now - 299_999), deps)).rejects.toThrow(RetryableError);
    await expect(decideFor(ofNobody('nobody@example.at', now - 300_000), deps)).rejects.toThrow(PermanentError);
  });
});
