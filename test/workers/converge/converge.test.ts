import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { hubspotTime, shifted, systemClock } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { findBreak } from '../../../src/ledger/chain.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { withId } from '../../../src/signals/signal-id.ts';
import { converge } from '../../../src/workers/converge/converge.ts';
import type { ConvergeDeps } from '../../../src/workers/converge/deps.ts';
import { recordMergeFound } from '../../../src/workers/decide/merged.ts';
import { recordDecision } from '../../../src/workers/decide/record-decision.ts';
import { changed, submitted } from '../../helpers/person.ts';
import { forms, museumControls, registryText, testRegistry } from '../../helpers/registry.ts';
import { sendTo } from '../../helpers/twin-send.ts';

const registry = testRegistry();
let twin: Twin;
let ledger: Ledger;
let deps: ConvergeDeps;
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), registry);
});
afterAll(() => twin.stop());
beforeEach(() => {
  Object.assign(twin.behaviour, ordinary);
  ledger = memoryLedger();
  const send = sendTo(twin);
  const hubspot = createHubSpot(send, systemClock, registry);
  deps = { registry, ledger, hubspot, now: systemClock, addressKey: 'key', salt: () => 'salt' };
});
let people = 0;
const newContact = () => twin.people.createContact({ email: `converge-${people++}@example.at` }).id;
const happens = (contact: string, signal: Signal) =>
  recordDecision(
    { ...signal, contact },
    { registry, now: systemClock(), address: 'same', proof: { by: 'list' } },
    ledger,
  );
const statusOf = (contact: string, id: number) => {
  const found = twin.portal.contact(contact);
  return found && twin.portal.status(twin.portal.emailOf(found), id).status;
};
const kinds = async (contact: string) => (await ledger.read({ portal: 1, contact })).map(({ body }) => body.kind);
const last = async (contact: string) => (await ledger.read({ portal: 1, contact })).at(-1)?.body;

describe('convergence', () => {
  test('a second run finds nothing to do, writes nothing and records nothing', async () => {
    const id = newContact();
    await happens(id, changed('subscription:501', 'closed', Date.now()));
    await converge([id], deps);
    const [calls, entries] = [twin.calls.length, (await kinds(id)).length];
    expect(await converge([id], deps)).toEqual(
      new Map([[id, { ok: true, closed: 0, opened: 0, deferred: 0, waits: [] }]]),
    );
    expect(twin.calls.slice(calls).map(({ path }) => path.split('/').at(-1))).toEqual(['read', 'read']);
    expect(await kinds(id)).toHaveLength(entries);
  });

  test('what HubSpot holds counts as open no more; what failed does, and what is over does not', async () => {
    const settled: [string, number[]][] = [];
    ledger.settle = ({ contact }, entries) => {
      settled.push([contact, entries.map(({ seq }) => seq)]);
      return Promise.resolve();
    };
    const id = newContact();
    await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
    twin.behaviour.fail = ({ path }) => (path.endsWith('/update') ? 500 : undefined);
    await converge([id], deps);
    expect(settled).toEqual([]);
    twin.behaviour.fail = undefined;
    await converge([id], deps);
    expect(settled).toEqual([[id, [1]]]);
    const gone = newContact();
    await happens(gone, changed('subscription:501', 'closed', Date.now() - 60_000));
    await recordMergeFound(gone, { contact: id }, deps);
    await converge([gone], deps);
    expect(settled.slice(1)).toEqual([[gone, [1]]]);
  });

  test('a closing that HubSpot refuses while it shows an old status is tried again, and is no dead letter', async () => {
    const id = newContact();
    Object.assign(twin.behaviour, { closingAgain: 'refused', statusLagMs: 8000 });
    await happens(id, changed('subscription:501', 'closed', Date.now()));
    twin.people.unsubscribeByLink({ contact: id, subscription: 511 });
    const outcomes = await converge([id], deps);
    expect(outcomes.get(id)).toMatchObject({ ok: false, error: { name: 'RetryableError' } });
    expect(outcomes.get(id)).not.toHaveProperty('refused');
    // Once HubSpot shows that somebody was quicker, all is well; a refusal that lasts is one.
    twin.behaviour.statusLagMs = 0;
    expect(await converge([id], deps)).toMatchObject(new Map([[id, { ok: true }]]));
    const refused = newContact();
    await happens(refused, changed('subscription:501', 'closed', Date.now()));
    Object.assign(twin.behaviour, { statusLagMs: 8000 });
    twin.people.unsubscribeByLink({ contact: refused, subscription: 511 });
    const later = { ...deps, now: () => shifted(systemClock(), 3 * 60_000) };
    expect((await converge([refused], later)).get(refused)).toMatchObject({
      ok: false,
      error: { name: 'PermanentError' },
    });
  });

  test('so is the second closing of what we have just closed, long after the opt-out', async () => {
    const id = newContact();
    await happens(id, changed('subscription:501', 'closed', Date.now() - 60 * 60_000));
    const later = { ...deps, now: () => shifted(systemClock(), 3 * 60_000) };
    Object.assign(twin.behaviour, { closingAgain: 'refused', statusLagMs: 8000 });
    expect((await converge([id], later)).get(id)).toMatchObject({ ok: true });
    expect((await converge([id], later)).get(id)).toMatchObject({ ok: false, error: { name: 'RetryableError' } });
  });

  test('a record that HubSpot refuses to show is no deleted one: its types are closed, and the blocks are tried again', async () => {
    const id = newContact();
    await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
    await converge([id], deps);
    const { id: other } = twin.people.createContact({ email: `converge-${people++}@example.at` });
    await happens(other, changed('subscription:501', 'closed', Date.now() - 60_000));
    twin.behaviour.fail = ({ path, body }) =>
      path.endsWith('/contacts/batch/read') && String(body).includes(`"${id}"`) ? 409 : undefined;
    twin.people.editProperty({ contact: id, name: 'block_gallery', value: 'false' });
    const outcomes = await converge([id, other], deps);
    expect(outcomes.get(id)).toMatchObject({ ok: false, error: { name: 'RetryableError' } });
    expect(outcomes.get(other)).toMatchObject({ ok: true });
    twin.behaviour.fail = undefined;
    expect(await converge([id], deps)).toMatchObject(new Map([[id, { ok: true, closed: 1 }]]));
  });

  test('R6: what HubSpot refused to show is no earlier value: a brand that the person had left stays closed', async () => {
    const id = newContact();
    twin.people.unsubscribeByLink({ contact: id, subscription: 511 });
    await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
    twin.behaviour.fail = ({ path }) => (path.includes('/statuses/batch/read') ? 422 : undefined);
    await converge([id], deps);
    twin.behaviour.fail = undefined;
    await happens(id, submitted(forms.ofCompany, Date.now() - 30_000));
    await converge([id], deps);
    expect([501, 511].map((type) => statusOf(id, type))).toEqual(['SUBSCRIBED', 'UNSUBSCRIBED']);
  });

  test('a decision that comes between plan and write is not overtaken by the older plan', async () => {
    const id = newContact();
    await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
    await converge([id], deps);
    await happens(id, submitted(forms.ofBrand, Date.now() - 40_000));
    // Just before the lift is written, the person opts out again.
    const write = deps.hubspot.statuses.write;
    let between: (() => Promise<unknown>) | undefined = () =>
      happens(id, changed('subscription:501', 'closed', Date.now() - 20_000));
    deps.hubspot.statuses.write = async (writes) => {
      const act = between;
      between = undefined;
      await act?.();
      return write(writes);
    };
    expect(await converge([id], deps)).toMatchObject(new Map([[id, { ok: true }]]));
    expect([501, 511, 512].map((type) => statusOf(id, type))).toEqual(['UNSUBSCRIBED', 'UNSUBSCRIBED', 'UNSUBSCRIBED']);
    expect(findBreak(await ledger.read({ portal: 1, contact: id }))).toBeUndefined();
  });

  test('a call that fails beside others that succeeded loses no earlier state', async () => {
    const id = newContact();
    twin.people.subscribeByEmployee({ contact: id, subscription: 521 });
    await happens(id, changed('subscription:501', 'closed', Date.now()));
    // The statuses are written, the properties are not: what was done is recorded, and that it is not all.
    twin.behaviour.fail = ({ path }) => (path.endsWith('/update') ? 500 : undefined);
    expect(await converge([id], deps)).toMatchObject(new Map([[id, { ok: false }]]));
    expect(await last(id)).toMatchObject({ kind: 'applied', unfinished: true, lifted: {} });
    expect(statusOf(id, 521)).toBe('UNSUBSCRIBED');
    twin.behaviour.fail = undefined;
    await converge([id], deps);
    await happens(id, submitted(forms.ofCompany, Date.now()));
    await converge([id], deps);
    expect(statusOf(id, 521)).toBe('SUBSCRIBED');
  });

  test('HubSpot refuses to close what somebody has just closed: that is no failure', async () => {
    const id = newContact();
    await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
    const write = deps.hubspot.statuses.write;
    let quicker: (() => void) | undefined = () => twin.people.unsubscribeByLink({ contact: id, subscription: 511 });
    deps.hubspot.statuses.write = async (writes) => {
      const act = quicker;
      quicker = undefined;
      act?.();
      const outcomes = await write(writes);
      // 400 "already unsubscribed", as HubSpot's older versions answer.
      return outcomes.map((one) =>
        'at' in one && one.at === undefined ? { write: one.write, refused: 'VALIDATION_ERROR' } : one,
      );
    };
    expect(await converge([id], deps)).toMatchObject(new Map([[id, { ok: true }]]));
    expect(await last(id)).not.toHaveProperty('unfinished');
  });

  test.each([true, false])(
    'HubSpot is called with the address as it gave it: IDN, decomposed, capitals (batches: %s)',
    async (batchScopes) => {
      Object.assign(twin.behaviour, { batchScopes });
      for (const email of ['anna@künstler-spelt.at', 'a\u0308nna@example-spelt.at', 'Anna@Example-Spelt.at']) {
        const address = `${batchScopes}${email}`;
        const { id } = twin.people.createContact({ email: address });
        await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
        expect((await converge([id], deps)).get(id)).toMatchObject({ ok: true });
        expect(twin.portal.status(address, 511).status).toBe('UNSUBSCRIBED');
      }
      const asked = twin.calls.map(({ path }) => decodeURIComponent(path)).filter((path) => path.includes('spelt'));
      expect(asked.filter((path) => path.includes('xn--'))).toEqual([]);
    },
  );

  test('HubSpot refuses one property: the others are closed, and the one is named in the ledger and in the dead letter', async () => {
    const id = newContact();
    await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
    twin.behaviour.refusedProperties = new Set(['block_library']);
    const outcome = (await converge([id], deps)).get(id);
    expect(outcome).toMatchObject({ ok: false, refused: ['property:block_library'] });
    expect(outcome).toMatchObject({ error: { message: 'HubSpot refuses to close property:block_library' } });
    expect(await last(id)).toMatchObject({
      unfinished: true,
      refused: { 'property:block_library': 'VALIDATION_ERROR' },
    });
    expect(statusOf(id, 521)).toBe('UNSUBSCRIBED');
    const held = twin.portal.contact(id)?.properties;
    expect([held?.['block_gallery']?.[0]?.value, held?.['block_library']]).toEqual(['true', undefined]);
    // Once the portal is mended the dead letter goes back, and all is closed.
    twin.behaviour.refusedProperties = new Set();
    expect((await converge([id], deps)).get(id)).toMatchObject({ ok: true, closed: 1 });
  });

  test('a contact that cannot be read yet is tried again, not given up', async () => {
    await happens('987654', changed('subscription:501', 'closed', Date.now() - 60_000));
    expect(await converge(['987654'], deps)).toMatchObject(
      new Map([['987654', { ok: false, error: { name: 'RetryableError' } }]]),
    );
  });

  test('a contact that was just created and cannot be read yet is looked for again, with nothing known of it', async () => {
    const id = newContact();
    twin.behaviour.readableAfterMs = 3_600_000;
    const created = new Map([[id, systemClock()]]);
    expect((await converge([id], deps, created)).get(id)).toMatchObject({
      ok: false,
      error: { name: 'RetryableError' },
    });
    const longAgo = new Map([[id, shifted(systemClock(), -5 * 60_000)]]);
    expect((await converge([id], deps, longAgo)).get(id)).toMatchObject({ ok: true });
  });

  test('deleted for privacy while a write is under way, nothing personal comes back into the ledger', async () => {
    const id = newContact();
    await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
    const write = deps.hubspot.statuses.write;
    deps.hubspot.statuses.write = async (writes) => {
      const written = await write(writes);
      const source = { channel: 'webhook' } as const;
      const times = { occurredAt: hubspotTime(Date.now()), receivedAt: systemClock() };
      const base = { v: 1, portal: 1, contact: id, ...times, source } as const;
      await happens(id, withId({ ...base, kind: 'lifecycle', event: 'erased' }));
      await ledger.erase({ portal: 1, contact: id });
      return written;
    };
    await converge([id], deps);
    expect(await kinds(id)).toContain('applied');
    expect(JSON.stringify(await ledger.read({ portal: 1, contact: id }))).not.toContain('@');
  });

  test('one contact’s trouble is not another’s', async () => {
    const [good, bad] = [newContact(), newContact()];
    for (const id of [good, bad]) await happens(id, changed('subscription:501', 'closed', Date.now()));
    const address = `converge-${people - 1}@example.at`;
    twin.behaviour.itemError = (input) => (JSON.stringify(input).includes(address) ? 'INTERNAL_ERROR' : undefined);
    const outcomes = await converge([good, bad], deps);
    expect(outcomes.get(good)).toMatchObject({ ok: true, closed: museumControls.length });
    expect(outcomes.get(bad)).toMatchObject({ ok: false, error: { name: 'RetryableError' } });
    expect(await last(bad)).toMatchObject({ kind: 'applied', unfinished: true });
    expect(await last(good)).not.toHaveProperty('unfinished');
  });

  test('a contact that HubSpot does not know, five minutes later neither, cannot succeed', async () => {
    await happens('999999', changed('subscription:501', 'closed', Date.now()));
    const later = { ...deps, now: () => shifted(systemClock(), 5 * 60_000 + 1000) };
    expect((await converge(['999999'], later)).get('999999')).toMatchObject({
      ok: false,
      error: { name: 'PermanentError' },
    });
  });

  test('a record that is gone is closed, never lifted; the lift is made when it is back', async () => {
    const id = newContact();
    await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
    await converge([id], deps);
    await happens(id, submitted(forms.ofBrand, Date.now() - 1000));
    const address = twin.portal.emailOf(twin.portal.contacts.get(id) as never);
    twin.people.deleteContact({ contact: id });
    expect((await converge([id], deps)).get(id)).toMatchObject({ ok: true, opened: 0 });
    expect(twin.portal.status(address, 511).status).toBe('UNSUBSCRIBED');
    twin.people.restoreContact({ contact: id });
    await converge([id], deps);
    expect(twin.portal.status(address, 511).status).toBe('SUBSCRIBED');
  });

  test('a contact without an address has its properties closed; the ledger names the rest', async () => {
    const { id } = twin.portal.createContact({}, { changeSource: 'CRM_UI' });
    await happens(id, changed('subscription:501', 'closed', Date.now()));
    expect((await converge([id], deps)).get(id)).toMatchObject({ ok: true, closed: 2 });
    expect(await last(id)).toMatchObject({
      leftAsIs: { 'subscription:511': 'the contact has no address, so no statuses' },
    });
  });

  test('with acceptSelfService the owner’s own resubscription lifts the opt-out, an employee’s does not', async () => {
    const lenient = { ...deps, registry: testRegistry('policy: { acceptSelfService: true }\n') };
    const [owner, employee] = [newContact(), newContact()];
    for (const id of [owner, employee]) {
      await happens(id, changed('subscription:501', 'closed', Date.now() - 60_000));
      await converge([id], lenient);
    }
    twin.people.resubscribeBySelfService({ contact: owner, subscription: 501 });
    twin.people.subscribeByEmployee({ contact: employee, subscription: 501 });
    await converge([owner, employee], lenient);
    expect(statusOf(owner, 501)).toBe('SUBSCRIBED');
    expect(statusOf(employee, 501)).toBe('UNSUBSCRIBED');
  });
});
