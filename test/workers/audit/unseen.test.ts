import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Fault } from '../../../local/hubspot/faults.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { systemClock } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { AuditRequestSchema } from '../../../src/queues/audit-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import { audit } from '../../../src/workers/audit/audit.ts';
import type { AuditDeps } from '../../../src/workers/audit/deps.ts';
import { readableReport, reportOf } from '../../../src/workers/audit/report.ts';
import { registryText, testRegistry } from '../../helpers/registry.ts';
import { sendTo } from '../../helpers/twin-send.ts';

let twin: Twin;
let deps: AuditDeps;
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), testRegistry());
  for (let i = 0; i < 250; i++) {
    const { id } = twin.people.createContact({ email: `audited-${i}@example.at` });
    if (i % 50 === 0) twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    if (i > 120) twin.people.unsubscribeFromAll({ contact: id });
  }
});
afterAll(() => twin.stop());
beforeEach(() => {
  Object.assign(twin.behaviour, ordinary, { limitPer10Seconds: Number.POSITIVE_INFINITY });
  twin.faults.set([]);
  twin.calls.length = 0;
  const send = sendTo(twin);
  deps = {
    registry: testRegistry(),
    ledger: memoryLedger(),
    hubspot: createHubSpot(send, systemClock, testRegistry()),
    search: send,
    mode: 'report',
    addressKey: 'key',
    now: systemClock,
    queueSignals: async () => undefined,
    request: async () => undefined,
  };
});

/** Runs an audit to its end and reports. */
async function report(faults: Partial<Fault>[]) {
  twin.faults.set(faults as Fault[]);
  const { done, run } = await audit(AuditRequestSchema.parse({ v: 1 }), deps, () => true);
  expect(done).toBe(true);
  return reportOf(run, 'report', systemClock());
}
const SEEN = { contacts: 250, findings: { 'opt-out-unheard': 132 } };

describe('an optional endpoint that does not answer as expected is unseen, and the rest of the audit goes on', () => {
  test.each([
    ['types', '/definitions'],
    ['properties', '/crm/properties'],
    ['forms', '/marketing/forms'],
    ['emails', '/marketing/emails'],
  ])('%s', async (part, path) => {
    for (const status of [400, 403, 404, 410, 500]) {
      const found = await report([{ path, status }]);
      expect(found, `${status}`).toMatchObject(SEEN);
      expect(found.unseen).toEqual([{ part, why: expect.stringContaining(`HubSpot answered ${status}`) }]);
      expect(readableReport(found)).toMatch(new RegExp(`^${part} +HubSpot answered ${status}`, 'm'));
    }
    const found = await report([{ path, body: { things: [] } }]);
    expect(found).toMatchObject(SEEN);
    expect(found.unseen).toEqual([{ part, why: 'HubSpot’s answer has an unknown shape' }]);
  });

  test('one entry of an unknown shape costs no other', async () => {
    const results = [{ id: 777, name: 'a type' }, { id: {} }, null, { id: '778', name: null, isActive: null }];
    const { coverage, unseen } = await report([{ path: '/definitions', body: { results } }]);
    expect(coverage.map(({ what }) => what)).toEqual(['777 (a type)', '778']);
    expect(unseen).toEqual([{ part: 'types', why: '2 entries have an unknown shape' }]);
  });

  test.each<[string, unknown[]]>([
    ['all', [null, 7, {}]],
    ['some', [{ name: 'block_gallery', options: null }, { name: 8 }]],
  ])('a property whose entry cannot be read is not missing: %s', async (_name, results) => {
    const { coverage, unseen } = await report([{ path: '/crm/properties/', body: { results } }]);
    expect(coverage).toEqual([]);
    expect(unseen).toEqual([{ part: 'properties', why: expect.stringMatching(/unknown shape/) }]);
  });

  test.each<[string, Partial<Fault>]>([
    ['400', { status: 400 }],
    ['410', { status: 410 }],
    ['an unknown shape', { body: { hits: [] } }],
    ['pages out of order', { body: { total: 2, results: [{ id: '9' }, { id: '8' }] } }],
  ])('the search, by HubSpot’s list instead: %s', async (_name, fault) => {
    const found = await report([{ path: '/contacts/search', ...fault }]);
    expect(found).toMatchObject(SEEN);
    expect(found.unseen).toEqual([{ part: 'search', why: expect.any(String) }]);
    expect(twin.calls.filter(({ path }) => path.endsWith('/search'))).toHaveLength(1);
  });

  test.each<[string, Partial<Fault>]>([
    ['400', { status: 400 }],
    ['410', { status: 410 }],
    ['an unknown shape', { body: { results: [{ id: '101', propertiesWithHistory: 'none' }] } }],
  ])('the history of properties: %s', async (_name, fault) => {
    const history = { path: '/contacts/batch/read', holds: '"propertiesWithHistory":["hs_email_optout"]' };
    const found = await report([{ ...history, ...fault }]);
    expect(found).toMatchObject(SEEN);
    expect(found.unseen.map(({ part }) => part)).toEqual(['history']);
  });

  test('the lists of submissions', async () => {
    const path = '/form-integrations';
    const broken = await report([{ path, status: 500 }]);
    expect(broken).toMatchObject(SEEN);
    expect(broken.unseen).toEqual([{ part: 'submissions', why: 'HubSpot answered 500' }]);
    for (const fault of [{ status: 403 }, { status: 410 }, { body: { things: [] } }]) {
      const found = await report([{ path, ...fault }]);
      expect(found).toMatchObject(SEEN);
      expect(found.findings['unreadable-submissions']).toBe(deps.registry.forms.size);
    }
  });

  test('an audit that can see no contacts says so', async () => {
    const paths = ['/contacts/search', '/objects/2026-09/contacts'];
    const blind = await report(paths.map((path) => ({ path, status: 410 })));
    expect(blind.contacts).toBe(0);
    expect(blind.unseen.map(({ part }) => part)).toEqual(['search', 'contacts']);
  });

  test('a single record of an unknown shape costs no other', async () => {
    const { results } = (await (
      await fetch(`${twin.url}/crm/objects/2026-09/contacts/search`, {
        method: 'POST',
        headers: { authorization: 'Bearer local-access-token' },
        body: JSON.stringify({ filterGroups: [], properties: ['email'], limit: 3 }),
      })
    ).json()) as { results: object[] };
    const body = { results: [...results, { id: 5 }] };
    const found = await report([{ path: '/batch/read', holds: 'hs_email_optout_501', body, times: 1 }]);
    expect(found.contacts).toBe(153);
    expect(found.unseen).toEqual([{ part: 'single contacts', why: expect.stringContaining('of 200 contacts') }]);
  });
});

test('HubSpot in trouble as such is no unseen part: the run is tried again', async () => {
  for (const status of [429, 401, 503]) {
    await expect(report([{ path: '', status }])).rejects.toMatchObject({ name: 'RetryableError' });
  }
});

describe('pages', () => {
  test('a short page ends nothing', async () => {
    twin.behaviour.pagesShortBy = 1;
    expect(await report([])).toMatchObject(SEEN);
    expect(await report([{ path: '/contacts/search', status: 400 }])).toMatchObject(SEEN);
  });

  test('a search that says that nothing follows is not believed where the list shows more', async () => {
    const early = { part: 'search', why: 'the search ends before HubSpot’s list of contacts does' };
    const ids = [...twin.portal.contacts.keys()];
    for (const last of ['1', ids[49], ids[149 - 1]]) {
      twin.behaviour.searchEndsAfter = last;
      const found = await report([]);
      expect(found, last).toMatchObject(SEEN);
      expect(found.unseen, last).toEqual([early]);
    }
  });

  test('contacts that are too new for the search are looked at, and nothing is unseen', async () => {
    const ids = [...twin.portal.contacts.keys()];
    twin.behaviour.searchEndsAfter = ids.at(-3);
    const found = await report([]);
    expect(found).toMatchObject(SEEN);
    expect(found.unseen).toEqual([]);
  });

  test('an audit that cannot confirm that nothing follows has not finished', async () => {
    const found = await report([{ method: 'GET', path: '/objects/2026-09/contacts', status: 410 }]);
    expect(found).toMatchObject(SEEN);
    expect(found.unseen).toEqual([
      {
        part: 'contacts',
        why: expect.stringMatching(/^whether contacts follow after \d+ is unknown: HubSpot answered 410/),
      },
    ]);
  });

  test('published e-mails beyond the first page are seen', async () => {
    for (let i = 0; i < 250; i++) twin.emails.push({ id: String(i), name: '', subscription: i === 249 ? 9001 : 501 });
    const { coverage } = await report([]);
    twin.emails.length = 0;
    expect(coverage).toEqual([{ kind: 'promotion-as-service', what: '249' }]);
  });

  test('thousands of gaps are counted, and a run still fits into a message', async () => {
    for (let i = 0; i < 3000; i++) twin.emails.push({ id: String(i), name: 'x'.repeat(100), subscription: 9001 });
    const { coverage, findings } = await report([]);
    twin.emails.length = 0;
    expect(findings['promotion-as-service']).toBe(3000);
    expect(JSON.stringify(coverage).length).toBeLessThan(100_000);
  });
});
