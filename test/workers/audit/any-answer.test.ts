import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Fault } from '../../../local/hubspot/faults.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { trouble } from '../../../ops/texts/trouble.ts';
import { systemClock } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { AuditRequestSchema } from '../../../src/queues/audit-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { audit } from '../../../src/workers/audit/audit.ts';
import { reportOf } from '../../../src/workers/audit/report.ts';
import { registryText, testRegistry } from '../../helpers/registry.ts';
import { sendTo } from '../../helpers/twin-send.ts';

/** Six people, three of them with a second address, which was opted out; one is unsubscribed from all. No webhook told of any of it. */
const PEOPLE = 6;
let twin: Twin;
let queued: Signal[];
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), testRegistry());
  for (let i = 0; i < PEOPLE; i++) {
    const { id } = twin.people.createContact({ email: `first-${i}@example.at` });
    if (i === 0) twin.people.unsubscribeFromAll({ contact: id });
    if (i > 2) continue;
    const other = twin.people.createContact({ email: `second-${i}@example.at` }).id;
    twin.people.unsubscribeByLink({ contact: other, subscription: 501 });
    twin.people.mergeContacts({ primary: id, other });
  }
});
afterAll(() => twin.stop());
beforeEach(() => {
  queued = [];
  Object.assign(twin.behaviour, ordinary, { limitPer10Seconds: Number.POSITIVE_INFINITY });
});

/** An audit that repairs, with HubSpot answering as `faults` say. */
async function report(faults: readonly Partial<Fault>[]) {
  const send = sendTo(twin);
  const registry = testRegistry();
  const deps = {
    registry,
    ledger: memoryLedger(),
    hubspot: createHubSpot(send, systemClock, registry),
    search: send,
    mode: 'repair' as const,
    addressKey: 'key',
    now: systemClock,
    queueSignals: (signals: readonly Signal[]) => Promise.resolve(void queued.push(...signals)),
    request: () => Promise.resolve(),
  };
  twin.faults.set(faults as Fault[]);
  const { done, run } = await audit(AuditRequestSchema.parse({ v: 1 }), deps, () => true);
  twin.faults.set([]);
  expect(done).toBe(true);
  return reportOf(run, 'repair', systemClock());
}

const HISTORY = '"propertiesWithHistory":["hs_email_optout"]';
/** Everything that an audit reads: the part that is then unseen, and how many contacts are looked at all the same. */
const ENDPOINTS: [part: string, contacts: number, fault: Partial<Fault>][] = [
  ['types', PEOPLE, { path: '/definitions' }],
  ['properties', PEOPLE, { path: '/crm/properties' }],
  ['forms', PEOPLE, { path: '/marketing/forms' }],
  ['emails', PEOPLE, { path: '/marketing/emails' }],
  ['search', PEOPLE, { path: '/contacts/search' }],
  ['history', PEOPLE, { path: '/contacts/batch/read', holds: HISTORY }],
  ['statuses', PEOPLE, { path: '/statuses/batch/read' }],
  ['contacts', 0, { path: '/contacts/batch/read', holds: 'hs_email_optout_501' }],
];
const ANSWERS: [string, Partial<Fault>][] = [
  ['400', { status: 400 }],
  ['410', { status: 410 }],
  ['another list', { body: { things: [] } }],
  ['a list of something else', { body: { results: [{ hits: 1 }, { hits: 2 }] } }],
  ['a text', { body: 'maintenance' }],
  ['null', { body: null }],
];

test('with every answer as expected, everything is seen', async () => {
  const { contacts, unseen, findings } = await report([]);
  expect({ contacts, unseen }).toEqual({ contacts: PEOPLE, unseen: [] });
  expect(findings).toMatchObject({ 'opt-out-of-address': 3 });
  expect(findings['opt-out-unheard']).toBeGreaterThan(0);
});

describe.each(ENDPOINTS)('%s', (part, contacts, endpoint) => {
  test.each(ANSWERS)('an answer of %s costs only this part, which the report names', async (_, answer) => {
    const found = await report([{ ...endpoint, ...answer }]);
    expect(found.unseen).toEqual([{ part, why: expect.any(String) }]);
    expect(found.contacts).toBe(contacts);
    expect(trouble(found.unseen[0]?.why ?? '', 'de')).not.toBe(found.unseen[0]?.why);
    if (contacts === 0) return;
    expect(found.findings['opt-out-unheard']).toBeGreaterThan(0);
    expect(queued.length, 'what is seen is repaired').toBeGreaterThan(0);
  });

  test('explicit nulls beside what is there cost nothing', async () => {
    const nulls = { results: [], errors: null, paging: null, total: null, category: null };
    await expect(report([{ ...endpoint, body: nulls }])).resolves.toBeDefined();
  });
});

describe('the lists of submissions', () => {
  test.each(ANSWERS)('an answer of %s is a finding for each form', async (_, answer) => {
    const found = await report([{ path: '/form-integrations', ...answer }]);
    expect(found.contacts).toBe(PEOPLE);
    expect(found.findings['unreadable-submissions']).toBe(testRegistry().forms.size);
  });
});

describe('statuses one call each, where the token has no batch scopes', () => {
  test.each(ANSWERS.filter(([name]) => name !== '400'))('an answer of %s', async (_, answer) => {
    const noScope = { path: '/statuses/batch/read', status: 403, category: 'MISSING_SCOPES' };
    const found = await report([noScope, { path: '/statuses/', method: 'GET', ...answer }]);
    expect(found.unseen).toEqual([{ part: 'statuses', why: expect.any(String) }]);
    expect(found.contacts).toBe(PEOPLE);
  });
});

test('an entry of an unknown shape costs no other address: only these are unseen', async () => {
  const results = [{ subscriberIdString: 'second-0@example.at', statuses: null }, { hits: 1 }];
  const found = await report([{ path: '/statuses/batch/read', body: { results }, times: 1 }]);
  expect(found.unseen).toEqual([{ part: 'single statuses', why: expect.stringContaining('of 2 of 3 addresses') }]);
});
