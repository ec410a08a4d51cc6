import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { hashAddress } from '../../../src/address.ts';
import { hubspotTime, ourTime } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { AuditRequestSchema } from '../../../src/queues/audit-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { DecisionEntry } from '../../../src/rules/entry.ts';
import { replay } from '../../../src/rules/evolve.ts';
import { companyState, isOptedOut } from '../../../src/rules/state.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { withId } from '../../../src/signals/signal-id.ts';
import type { Telemetry } from '../../../src/telemetry/telemetry.ts';
import { audit } from '../../../src/workers/audit/audit.ts';
import { decideFor } from '../../../src/workers/decide/by-address.ts';
import type { DecideDeps } from '../../../src/workers/decide/deps.ts';
import { changed, confirmed, MINUTE } from '../../helpers/person.ts';
import {
  FORM_OF_LIBRARY,
  forms,
  libraryMoved,
  MUSEUM,
  registryText,
  THEATRE,
  testRegistry,
} from '../../helpers/registry.ts';
import { sendTo } from '../../helpers/twin-send.ts';

const DAY = 24 * 60 * MINUTE;
let now = Date.UTC(2026, 0, 5);
let twin: Twin;
let signals: Signal[];
let deps: DecideDeps;
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), testRegistry(), { clock: () => now });
});
afterAll(() => twin.stop());
beforeEach(() => {
  now += DAY;
  for (const { id } of twin.portal.contacts.values()) {
    if (twin.portal.contact(id) !== undefined) twin.people.deleteContact({ contact: id });
  }
  Object.assign(twin.behaviour, ordinary);
  signals = [];
  deps = depsWith('');
});

function depsWith(policy: string): DecideDeps {
  const registry = testRegistry(policy);
  const send = sendTo(twin);
  const logger = { info: () => undefined };
  return {
    registry,
    ledger: memoryLedger(),
    hubspot: createHubSpot(send, () => ourTime(now), registry),
    request: () => Promise.resolve(),
    failures: {} as DecideDeps['failures'],
    telemetry: { logger, measure: () => undefined } as unknown as Telemetry,
    now: () => ourTime(now),
    salt: () => 'salt',
    addressKey: 'key',
  };
}
const recovering = 'policy: { recoverReturns: true }\n';

/** One night: the audit, and whatever it queued is decided. Returns what was found, and the gaps. */
async function night(mode: 'repair' | 'report' = 'repair') {
  const queueSignals = (more: readonly Signal[]) => Promise.resolve(void signals.push(...more));
  const auditDeps = { ...deps, search: deps.hubspot.send, mode, queueSignals };
  const { run } = await audit(AuditRequestSchema.parse({ v: 1 }), auditDeps, () => true);
  for (const signal of signals.splice(0)) await decideFor(signal, deps);
  return { ...run.counts, coverage: run.coverage.filter(({ kind }) => kind === 'unreadable-submissions') };
}
/** A contact with a standing opt-out of the museum, which HubSpot shows as well. */
async function optedOut(email: string): Promise<string> {
  const { id } = twin.people.createContact({ email });
  twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  await decideFor({ ...changed('subscription:501', 'closed', now), contact: id }, deps);
  now += MINUTE;
  return id;
}
/** The person fills in a form and nothing tells of it; an hour passes. */
function submitsUnheard(contact: string, form = forms.ofCompany): number {
  twin.people.submitForm({ contact, form });
  const at = now;
  now += 60 * MINUTE;
  return at;
}
const newest = async (contact: string) => {
  const entries = await deps.ledger.read({ portal: 1, contact });
  return entries.flatMap(({ body }): DecisionEntry[] => (body.kind === 'decision' ? [body] : [])).at(-1);
};

describe('a return whose workflow call was lost', () => {
  test('is reported, and by default not applied', async () => {
    const id = await optedOut('lost@example.at');
    submitsUnheard(id);
    expect(await night()).toMatchObject({ 'return-unheard': 1 });
    expect(await newest(id)).toMatchObject({ outcome: 'opted-out' });
    expect(await night(), 'still there the next night').toMatchObject({ 'return-unheard': 1 });
  });

  test.each(['Anna@Künstler.example.at', 'ju\u0308rgen@example.at', 'Lost@Example.at'])(
    'is found whatever the spelling of the address in HubSpot: %s',
    async (email) => {
      submitsUnheard(await optedOut(email));
      expect(await night()).toMatchObject({ 'return-unheard': 1 });
    },
  );

  test('is applied with policy.recoverReturns, by the list, and then known', async () => {
    deps = depsWith(recovering);
    const id = await optedOut('recovered@example.at');
    const at = submitsUnheard(id);
    expect(await night()).toMatchObject({ 'return-unheard': 1 });
    expect(await newest(id)).toMatchObject({
      rule: 'R4',
      outcome: 'returned',
      source: { channel: 'audit' },
      changes: [{ return: { at, proof: { by: 'list' } } }],
    });
    expect(await night()).not.toHaveProperty('return-unheard');
  });

  test('of a form with double opt-in waits for a click that comes after it was found', async () => {
    deps = depsWith(recovering);
    const id = await optedOut('recovered-doi@example.at');
    submitsUnheard(id, forms.doubleOptIn);
    await decideFor({ ...confirmed(now - MINUTE), contact: id }, deps);
    await night();
    expect(await newest(id)).toMatchObject({ rule: 'R7', outcome: 'awaiting-confirmation' });
    now += MINUTE;
    await decideFor({ ...confirmed(now), contact: id }, deps);
    expect(await newest(id)).toMatchObject({
      outcome: 'returned',
      changes: [{}, { return: { proof: { by: 'confirmation' } } }],
    });
    expect(await night()).not.toHaveProperty('return-unheard');
  });

  test('nothing is found of a stranger’s address, an old submission, one that is still on its way, or one with an empty box', async () => {
    deps = depsWith(recovering);
    const { id } = twin.people.createContact({ email: 'not-back@example.at' });
    submitsUnheard(id);
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await decideFor({ ...changed('subscription:501', 'closed', now), contact: id }, deps);
    now += MINUTE;
    twin.people.submitForm({ contact: id, form: forms.ofCompany, email: 'stranger@example.at' });
    twin.people.submitForm({ contact: id, form: forms.ofCompany, consents: { 501: false } });
    now += 60 * MINUTE;
    twin.people.submitForm({ contact: id, form: forms.ofCompany });
    now += 10 * MINUTE;
    expect(await night()).not.toHaveProperty('return-unheard');
  });

  test('in report mode nothing is applied', async () => {
    deps = depsWith(recovering);
    const id = await optedOut('report@example.at');
    submitsUnheard(id);
    expect(await night('report')).toMatchObject({ 'return-unheard': 1 });
    expect(await newest(id)).toMatchObject({ outcome: 'opted-out' });
  });
});

describe('a return by an address that the record has no more', () => {
  const moves = (contact: string, to: string) => {
    twin.people.editProperty({ contact, name: 'email', value: to });
    now += MINUTE;
  };
  const isOut = async (contact: string, address?: string) => {
    const whose = address === undefined ? undefined : { address: hashAddress('key', address) };
    const entries = await deps.ledger.read({ portal: 1, contact });
    return isOptedOut(companyState(replay(entries, deps.registry, whose), 'museum'));
  };

  test('whose workflow call was lost is found, and ends the "no" that went along', async () => {
    deps = depsWith(recovering);
    const id = await optedOut('before@example.at');
    submitsUnheard(id);
    moves(id, 'after@example.at');
    expect(await night()).toMatchObject({ 'return-unheard': 1 });
    expect(await newest(id)).toMatchObject({ outcome: 'returned' });
    expect([await isOut(id, 'before@example.at'), await isOut(id)]).toEqual([false, false]);
    expect(await night()).not.toHaveProperty('return-unheard');
  });

  test('is none, if that address’s next holder filled in the form', async () => {
    deps = depsWith(recovering);
    const id = await optedOut('left@example.at');
    moves(id, 'gone-on@example.at');
    const next = twin.people.createContact({ email: 'left@example.at' });
    submitsUnheard(next.id);
    await night();
    expect([await isOut(id, 'left@example.at'), await isOut(id)]).toEqual([true, true]);
  });
});

describe('a return whose event was heard too early is applied, whatever the policy', () => {
  const told = (contact: string, at: number, form: string = forms.ofCompany): Signal =>
    withId({
      v: 1,
      portal: 1,
      contact,
      address: twin.portal.emailOf(twin.portal.contact(contact) as never),
      receivedAt: ourTime(at),
      occurredAt: hubspotTime(at),
      source: { channel: 'workflow', change: 'FORM', id: form },
      kind: 'form',
      form,
    });

  /** A submission that was heard of when nothing was to be lifted, a minute after an opt-out that is still to be heard of. */
  async function noted(email: string) {
    const { id } = twin.people.createContact({ email });
    const said = now;
    now += MINUTE;
    twin.people.submitForm({ contact: id, form: forms.ofCompany });
    await decideFor(told(id, now), deps);
    expect(await newest(id)).toMatchObject({ outcome: 'noted' });
    return { id, said };
  }

  test('before the older opt-out was heard of', async () => {
    const { id, said } = await noted('late-no@example.at');
    now += 60 * MINUTE;
    await decideFor({ ...changed('subscription:501', 'closed', said), contact: id }, deps);
    expect(await night()).toMatchObject({ 'return-proved-late': 1 });
    expect(await newest(id)).toMatchObject({ outcome: 'returned' });
  });

  test('also if the list could not be read when the submission was decided once more for that opt-out', async () => {
    const { id, said } = await noted('late-list@example.at');
    now += MINUTE;
    twin.behaviour.submissionLists = 'gone';
    const asked = await decideFor({ ...changed('subscription:501', 'closed', said), contact: id }, deps);
    for (const { again } of asked) if (again !== undefined) await decideFor(again, deps);
    expect(await newest(id)).toMatchObject({ outcome: 'refused' });
    twin.behaviour.submissionLists = 'readable';
    now += 60 * MINUTE;
    await night();
    expect(await newest(id)).toMatchObject({ outcome: 'returned' });
  });

  test.each([
    ['after the form', MINUTE, 'returned'],
    ['before the form', -MINUTE, 'awaiting-confirmation'],
  ])(
    'with double opt-in, and the owner clicked %s: the form arrived when it was first heard of',
    async (_, click, outcome) => {
      const { id } = twin.people.createContact({ email: `clicked-${click}@example.at` });
      const said = now;
      now += 10 * MINUTE;
      const clicked = { ...confirmed(now + click), contact: id };
      if (click < 0) await decideFor(clicked, deps);
      twin.people.submitForm({ contact: id, form: forms.doubleOptIn });
      await decideFor(told(id, now, forms.doubleOptIn), deps);
      expect(await newest(id)).toMatchObject({ outcome: 'noted' });
      now += 2 * MINUTE;
      if (click > 0) await decideFor(clicked, deps);
      now += 60 * MINUTE;
      await decideFor({ ...changed('subscription:501', 'closed', said), contact: id }, deps);
      await night();
      expect(await newest(id)).toMatchObject({ outcome });
    },
  );

  test.each([
    ['a little', 4 * MINUTE],
    ['by a day, which has come since', 24 * 60 * MINUTE],
  ])('and stated a time %s ahead of its arrival: the audit makes it no newer than it was', async (_, ahead) => {
    const { id } = twin.people.createContact({ email: 'ahead@example.at' });
    const stated = now + ahead;
    twin.people.postForm({ form: forms.ofCompany, email: 'ahead@example.at', submittedAt: stated });
    await decideFor({ ...told(id, stated), receivedAt: ourTime(now) } as Signal, deps);
    now += MINUTE;
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await decideFor({ ...changed('subscription:501', 'closed', now), contact: id }, deps);
    now += ahead + 60 * MINUTE;
    await night();
    expect((await newest(id))?.outcome).not.toBe('returned');
    expect(
      isOptedOut(companyState(replay(await deps.ledger.read({ portal: 1, contact: id }), deps.registry), 'museum')),
    ).toBe(true);
  });

  test.each([
    ['the event states whole seconds', (stated: number) => Math.floor(stated / 1000) * 1000],
    ['the event states no time: that of its arrival counts', () => now],
  ])('and stated a time a little ahead, of which %s', async (_, timeOf) => {
    deps = depsWith(recovering);
    const email = 'ahead-in-seconds@example.at';
    const { id } = twin.people.createContact({ email });
    const stated = now + MINUTE + 427;
    twin.people.postForm({ form: forms.ofCompany, email, submittedAt: stated });
    await decideFor({ ...told(id, timeOf(stated)), receivedAt: ourTime(now) } as Signal, deps);
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await decideFor({ ...changed('subscription:501', 'closed', now), contact: id }, deps);
    now += 60 * MINUTE;
    await night();
    expect((await newest(id))?.outcome, 'nobody filled in a form after the opt-out').not.toBe('returned');
  });

  test('and somebody filled in the form anew, unheard, right after an opt-out: that one counts', async () => {
    deps = depsWith(recovering);
    const { id } = twin.people.createContact({ email: 'twice@example.at' });
    twin.people.submitForm({ contact: id, form: forms.ofCompany });
    await decideFor({ ...told(id, now), receivedAt: ourTime(now + 100) } as Signal, deps);
    now += MINUTE;
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await decideFor({ ...changed('subscription:501', 'closed', now), contact: id }, deps);
    now += MINUTE;
    submitsUnheard(id);
    await night();
    expect((await newest(id))?.outcome).toBe('returned');
  });

  test('and somebody else’s form in the same browser came shortly before: the event of the owner’s own counts', async () => {
    twin.behaviour.submissionLagMs = 30 * MINUTE;
    const { id } = twin.people.createContact({ email: 'after-a-stranger@example.at' });
    const untimed = () => ({ ...told(id, now), untimed: true }) as Signal;
    twin.people.submitForm({ contact: id, form: forms.ofCompany, email: 'stranger@example.at' });
    await decideFor(untimed(), deps);
    now += 3000;
    twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await decideFor({ ...changed('subscription:501', 'closed', now), contact: id }, deps);
    now += 300;
    twin.people.submitForm({ contact: id, form: forms.ofCompany });
    now += 100;
    const own = untimed();
    now += 20 * MINUTE;
    await decideFor(own, deps);
    expect((await newest(id))?.outcome, 'the list lagged for too long').toBe('refused');
    now += 60 * MINUTE;
    await night();
    expect((await newest(id))?.outcome).toBe('returned');
  });

  test('before the list showed the submission', async () => {
    twin.behaviour.submissionLagMs = 30 * MINUTE;
    const id = await optedOut('very-late-list@example.at');
    twin.people.submitForm({ contact: id, form: forms.ofCompany });
    const event = told(id, now);
    now += 20 * MINUTE;
    await decideFor(event, deps);
    expect(await newest(id)).toMatchObject({ outcome: 'refused' });
    now += 60 * MINUTE;
    await night();
    expect(await newest(id)).toMatchObject({ outcome: 'returned' });
  });
});

describe('a return by the form of a brand that moved to another company since', () => {
  /** Somebody who opted out of both companies and filled in the library's form, unheard, two days before the audit. */
  async function submittedLongSince(until: number): Promise<string> {
    const { id } = twin.people.createContact({ email: 'moved@example.at' });
    const formerly = `        formerly: [{ company: museum, until: "${new Date(until).toISOString().slice(0, 10)}" }]\n`;
    deps = { ...depsWith(''), registry: libraryMoved(formerly) };
    deps.registry.policy.recoverReturns = true;
    for (const [control, type] of [
      [MUSEUM, 501],
      [THEATRE, 601],
    ] as const) {
      twin.people.unsubscribeByLink({ contact: id, subscription: type });
      await decideFor({ ...changed(control, 'closed', now), contact: id }, deps);
    }
    now += MINUTE;
    twin.people.submitForm({ contact: id, form: FORM_OF_LIBRARY });
    now += 2 * DAY;
    return id;
  }
  const isOut = async (contact: string) => {
    const state = replay(await deps.ledger.read({ portal: 1, contact }), deps.registry);
    return { museum: isOptedOut(companyState(state, 'museum')), theatre: isOptedOut(companyState(state, 'theatre')) };
  };

  test('is one to the former company, where the form was filled in before the move', async () => {
    const id = await submittedLongSince(now + DAY);
    expect(await night()).toMatchObject({ 'return-unheard': 1 });
    expect(await isOut(id)).toEqual({ museum: false, theatre: true });
    expect(await night()).not.toHaveProperty('return-unheard');
  });

  test('is one to the present company, where the form was filled in since', async () => {
    const id = await submittedLongSince(now);
    expect(await night()).toMatchObject({ 'return-unheard': 1 });
    expect(await isOut(id)).toEqual({ museum: true, theatre: false });
  });
});

test('a list is read once a night, only where an opt-out stands; one that cannot be read is reported', async () => {
  for (let n = 0; n < 5; n++) await optedOut(`many-${n}@example.at`);
  twin.calls.length = 0;
  expect((await night()).coverage).toEqual([]);
  const asked = twin.calls.filter(({ path }) => path.startsWith('/form-integrations/')).map(({ path }) => path);
  expect(asked).toHaveLength(new Set(asked).size);
  twin.behaviour.submissionLists = 'gone';
  expect((await night()).coverage).toHaveLength(4);
});
