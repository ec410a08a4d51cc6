import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { hashAddress } from '../../../src/address.ts';
import { hubspotTime, ourTime } from '../../../src/clocks.ts';
import { RetryableError, WaitError } from '../../../src/errors.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { DecisionEntry } from '../../../src/rules/entry.ts';
import { replay } from '../../../src/rules/evolve.ts';
import type { FormSignal, Signal } from '../../../src/signals/signal.ts';
import { withId } from '../../../src/signals/signal-id.ts';
import type { Telemetry } from '../../../src/telemetry/telemetry.ts';
import { decideFor } from '../../../src/workers/decide/by-address.ts';
import { decideBatch } from '../../../src/workers/decide/decide-batch.ts';
import type { DecideDeps } from '../../../src/workers/decide/deps.ts';
import { recordMail } from '../../../src/workers/decide/record-decision.ts';
import { changed, confirmed, MINUTE } from '../../helpers/person.ts';
import { forms, registryText, testRegistry } from '../../helpers/registry.ts';
import { batchOf, record, startSqs } from '../../helpers/sqs.ts';
import { sendTo } from '../../helpers/twin-send.ts';

const SECOND = 1000;
let now = Date.UTC(2026, 0, 5);
let twin: Twin;
let queues: Awaited<ReturnType<typeof startSqs>>;
let measured: string[];
let deps: DecideDeps;
beforeAll(async () => {
  queues = await startSqs('fifo');
  twin = await startTwinOf(parseRegistry(registryText), testRegistry(), { clock: () => now });
});
afterAll(async () => {
  await twin.stop();
  await queues.stop();
});
beforeEach(() => {
  now += 60 * MINUTE;
  Object.assign(twin.behaviour, ordinary);
  deps = depsWith('');
});

/** `policy`: lines of YAML that the registry has besides. */
function depsWith(policy: string): DecideDeps {
  measured = [];
  const registry = testRegistry(policy);
  const send = sendTo(twin);
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return {
    registry,
    ledger: memoryLedger(),
    hubspot: createHubSpot(send, () => ourTime(now), registry),
    request: () => Promise.resolve(),
    failures: queues.failures,
    telemetry: { logger, measure: (name: string) => void measured.push(name) } as unknown as Telemetry,
    now: () => ourTime(now),
    salt: () => 'salt',
    addressKey: 'key',
  };
}

/** A contact that opted out of the museum a minute ago. */
async function optedOut(email: string): Promise<string> {
  const { id } = twin.people.createContact({ email });
  const optOut = { ...changed('subscription:501', 'closed', now), contact: id };
  await decideFor(optOut, deps);
  now += MINUTE;
  twin.calls.length = 0;
  return id;
}

type Told = { form?: string; address?: string; at?: number };
/** What a workflow tells now of a contact: the form at least. */
function told(contact: string, { form = forms.ofCompany, address, at }: Told = {}): Signal {
  return withId({
    v: 1,
    portal: 1,
    contact,
    receivedAt: ourTime(now),
    occurredAt: hubspotTime(at ?? now),
    source: { channel: 'workflow', change: 'FORM', id: form },
    kind: 'form',
    form,
    ...(at === undefined && { untimed: true as const }),
    ...(address !== undefined && { address }),
  });
}
const submits = (contact: string, more: { form?: string; email?: string; consents?: Record<string, boolean> } = {}) => {
  twin.people.submitForm({ contact, form: forms.ofCompany, ...more });
  return now;
};
const newest = async (contact: string): Promise<DecisionEntry | undefined> => {
  const entries = await deps.ledger.read({ portal: 1, contact });
  return entries.flatMap(({ body }) => (body.kind === 'decision' ? [body] : [])).at(-1);
};
const lookups = () => twin.calls.filter(({ path }) => path.startsWith('/form-integrations/'));

describe('a form event lifts nothing by itself: HubSpot’s list of submissions is asked', () => {
  test('form and contact are enough: address, time and page are those of the list', async () => {
    const id = await optedOut('anna@example.at');
    const at = submits(id);
    now += SECOND;
    await decideFor(told(id), deps);
    const back = {
      at,
      form: forms.ofCompany,
      proof: { by: 'list', submission: expect.stringMatching(/^[0-9a-f]{64}$/) },
    };
    expect(await newest(id)).toMatchObject({ rule: 'R4', outcome: 'returned', changes: [{ return: back }] });
    const entries = await deps.ledger.read({ portal: 1, contact: id });
    expect(JSON.stringify(entries)).not.toContain(twin.portal.submissions.of(forms.ofCompany)[0]?.conversionId);
  });

  test('an event of a submission that nobody made is looked for again for 15 minutes, with growing gaps, then refused', async () => {
    const id = await optedOut('forged@example.at');
    const forged = told(id, { address: 'forged@example.at', at: now });
    const start = now;
    const gaps: number[] = [];
    for (let looked = true; looked; ) {
      looked = await decideFor(forged, deps).then(
        () => false,
        (error: unknown) => {
          expect(error).toBeInstanceOf(WaitError);
          gaps.push((error as RetryableError).afterMs);
          now += (error as RetryableError).afterMs;
          return true;
        },
      );
    }
    expect(gaps.slice(0, 4)).toEqual([10 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND]);
    expect(now - start).toBe(15 * MINUTE);
    expect(lookups().length).toBeLessThan(12);
    const reason = expect.stringContaining('shows none by this address after the opt-out');
    expect(await newest(id)).toMatchObject({ rule: 'R4', outcome: 'refused', reason, changes: [] });
  });

  test('the list may lag behind: a later look finds the submission', async () => {
    const id = await optedOut('lag@example.at');
    twin.behaviour.submissionLagMs = 3 * MINUTE;
    submits(id);
    const event = told(id);
    await expect(decideFor(event, deps)).rejects.toThrow(WaitError);
    now += 3 * MINUTE;
    await decideFor(event, deps);
    expect(await newest(id)).toMatchObject({ outcome: 'returned' });
  });

  test('R7: meanwhile a click may be meant for the mail of that submission: no older one of another company uses the click', async () => {
    const theatre = '00000000-0000-4000-8000-000000000005';
    deps = { ...depsWith(''), registry: testRegistry(`  - { id: ${theatre}, company: theatre, doubleOptIn: true }\n`) };
    const id = await optedOut('two-mails@example.at');
    await decideFor({ ...changed('subscription:601', 'closed', now), contact: id }, deps);
    now += SECOND;
    submits(id, { form: forms.doubleOptIn });
    await decideFor(told(id, { form: forms.doubleOptIn }), deps);
    now += MINUTE;
    twin.behaviour.submissionLagMs = 3 * MINUTE;
    submits(id, { form: theatre });
    const event = told(id, { form: theatre });
    for (let look = 0; look < 2; look++) await expect(decideFor(event, deps)).rejects.toThrow(WaitError);
    now += MINUTE;
    await decideFor({ ...confirmed(now), contact: id }, deps);
    expect(await newest(id)).toMatchObject({ rule: 'R7', outcome: 'ambiguous' });
    now += 2 * MINUTE;
    await decideFor(event, deps);
    expect(await newest(id)).toMatchObject({ outcome: 'awaiting-confirmation' });
    const entries = await deps.ledger.read({ portal: 1, contact: id });
    expect(entries.filter(({ body }) => body.kind === 'decision' && body.outcome === 'noted')).toHaveLength(1);
  });

  test('R7: so may a click before HubSpot shows the record at all', async () => {
    const id = await optedOut('not-shown-yet@example.at');
    const event = told(id, { form: forms.doubleOptIn, at: now });
    submits(id, { form: forms.doubleOptIn });
    const mails = () => deps.ledger.read({ portal: 1, contact: id }).then((all) => replay(all, deps.registry).mails);
    twin.faults.set([{ path: '/contacts/batch/read', holds: id, status: 404 }]);
    await decideFor(event, deps);
    expect(await mails()).toMatchObject([{ form: forms.doubleOptIn, heardAt: now }]);
    twin.faults.set([]);
  });

  test('a second submission that the list does not show yet takes no click from the first one', async () => {
    const id = await optedOut('twice-in-a-row@example.at');
    twin.behaviour.submissionLagMs = 3 * MINUTE;
    submits(id, { form: forms.doubleOptIn });
    const first = told(id, { form: forms.doubleOptIn });
    await expect(decideFor(first, deps)).rejects.toThrow(WaitError);
    now += MINUTE;
    await decideFor({ ...confirmed(now), contact: id }, deps);
    now += MINUTE;
    submits(id, { form: forms.doubleOptIn });
    const second = told(id, { form: forms.doubleOptIn });
    now += MINUTE + 30 * SECOND;
    await decideFor(second, deps);
    await decideFor(first, deps);
    expect(await newest(id)).toMatchObject({ rule: 'R7', outcome: 'returned' });
  });

  test('a second submission whose event names no time is waited for, where the list shows the first one only', async () => {
    const id = await optedOut('hours-later@example.at');
    twin.behaviour.submissionLagMs = 20 * SECOND;
    submits(id, { form: forms.doubleOptIn });
    now += MINUTE;
    await decideFor(told(id, { form: forms.doubleOptIn }), deps);
    now += 60 * MINUTE;
    const at = submits(id, { form: forms.doubleOptIn });
    const event = told(id, { form: forms.doubleOptIn });
    await expect(decideFor(event, deps)).rejects.toThrow(WaitError);
    now += 5 * SECOND;
    await decideFor({ ...confirmed(now), contact: id }, deps);
    now += MINUTE;
    await decideFor(event, deps);
    expect(await newest(id)).toMatchObject({ rule: 'R7', outcome: 'returned', changes: [{ return: { at } }, {}] });
  });

  test('a submission with another address, or from before the opt-out, proves nothing', async () => {
    const id = twin.people.createContact({ email: 'browser@example.at' }).id;
    submits(id);
    now += MINUTE;
    await decideFor({ ...changed('subscription:501', 'closed', now), contact: id }, deps);
    now += MINUTE;
    submits(id, { email: 'somebody-else@example.at' });
    const event = told(id);
    now += 15 * MINUTE;
    await decideFor(event, deps);
    expect(await newest(id)).toMatchObject({ rule: 'R4', outcome: 'refused' });
  });

  test('a consent box of the company that was left empty is no return', async () => {
    const id = await optedOut('no-tick@example.at');
    submits(id, { consents: { 501: false } });
    await decideFor(told(id), deps);
    const reason = 'the form’s consent box was left empty: it lifts nothing';
    expect(await newest(id)).toMatchObject({ rule: 'R4', outcome: 'refused', reason });
  });

  test('two events of one submission are one return', async () => {
    const id = await optedOut('twice@example.at');
    submits(id);
    await decideFor(told(id), deps);
    now += SECOND;
    await decideFor({ ...changed('subscription:501', 'closed', now), contact: id }, deps);
    now += SECOND;
    const event = told(id);
    now += 15 * MINUTE;
    await decideFor(event, deps);
    expect(await newest(id)).toMatchObject({ outcome: 'refused' });
  });
});

describe('HubSpot is asked rarely', () => {
  test('never for somebody without a standing opt-out; the event is noted', async () => {
    const { id } = twin.people.createContact({ email: 'never-out@example.at' });
    twin.calls.length = 0;
    await decideFor(told(id), deps);
    expect(lookups()).toEqual([]);
    expect(await newest(id)).toMatchObject({ rule: 'R4', outcome: 'noted', changes: [] });
  });

  test('nor where the event itself says that it is older than the opt-out, or of another address', async () => {
    const id = await optedOut('older@example.at');
    await decideFor(told(id, { address: 'older@example.at', at: now - 2 * MINUTE }), deps);
    expect(await newest(id)).toMatchObject({ rule: 'R9', outcome: 'stale' });
    const [later] = await decideFor(told(id, { address: 'other@example.at', at: now }), deps);
    expect(later, 'HubSpot may yet show the address').toMatchObject({ again: { address: 'other@example.at' } });
    expect(lookups()).toEqual([]);
  });

  test('once per form and batch', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push(await optedOut(`batch-${n}@example.at`));
    twin.calls.length = 0;
    for (const id of ids) submits(id);
    const response = await decideBatch(batchOf(...ids.map((id) => record(told(id), id))), deps);
    expect(response.batchItemFailures).toEqual([]);
    expect(lookups()).toHaveLength(1);
    for (const id of ids) expect(await newest(id)).toMatchObject({ outcome: 'returned' });
  });
});

describe('where the list cannot be read, the policy decides', () => {
  const event = (id: string, form: string) =>
    told(id, { form, address: twin.portal.emailOf(twin.portal.contact(id) as never), at: now });

  test.each(['forbidden', 'gone', 'unknown shape'] as const)(
    'a list that is %s: a form without double opt-in is refused, one with it waits for the click',
    async (trouble) => {
      const id = await optedOut(`${trouble.replace(' ', '-')}@example.at`);
      twin.behaviour.submissionLists = trouble;
      submits(id);
      await decideFor(event(id, forms.ofCompany), deps);
      expect(await newest(id)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('cannot be read') });
      await decideFor(event(id, forms.doubleOptIn), deps);
      expect(await newest(id)).toMatchObject({
        outcome: 'awaiting-confirmation',
        changes: [{ awaiting: { proof: { by: 'event' } } }],
      });
      expect(measured.filter((name) => name === 'SubmissionsUnreadable')).toHaveLength(2);
    },
  );

  test('policy.unverifiedSubmissions says otherwise for every form', async () => {
    deps = depsWith('policy: { unverifiedSubmissions: accept }\n');
    const id = await optedOut('accept@example.at');
    twin.behaviour.submissionLists = 'gone';
    await decideFor(event(id, forms.ofCompany), deps);
    expect(await newest(id)).toMatchObject({ outcome: 'returned', changes: [{ return: { proof: { by: 'event' } } }] });
    deps = depsWith('policy: { unverifiedSubmissions: refuse }\n');
    const other = await optedOut('refuse@example.at');
    twin.behaviour.submissionLists = 'gone';
    await decideFor(event(other, forms.doubleOptIn), deps);
    expect(await newest(other)).toMatchObject({ outcome: 'refused' });
  });

  test('an event that names neither address nor time cannot be accepted', async () => {
    deps = depsWith('policy: { unverifiedSubmissions: accept }\n');
    const id = await optedOut('nothing-named@example.at');
    twin.behaviour.submissionLists = 'gone';
    await decideFor(told(id), deps);
    expect(await newest(id)).toMatchObject({ outcome: 'refused' });
  });

  test('trouble that passes is waited for', async () => {
    const id = await optedOut('trouble@example.at');
    submits(id);
    twin.behaviour.fail = ({ path }) => (path.startsWith('/form-integrations/') ? 503 : undefined);
    await expect(decideFor(told(id), deps)).rejects.toThrow(RetryableError);
    twin.behaviour.fail = undefined;
    await decideFor(told(id), deps);
    expect(await newest(id)).toMatchObject({ outcome: 'returned' });
  });
});

const outcomesOf = async (contact: string) =>
  (await deps.ledger.read({ portal: 1, contact })).map(({ body }) =>
    body.kind === 'decision' ? `${body.rule} ${body.outcome}` : body.kind,
  );

test('a submission that came when nothing was to be lifted is decided once more when an older opt-out is heard of', async () => {
  const { id } = twin.people.createContact({ email: 'late-opt-out@example.at' });
  const optOut = { ...changed('subscription:501', 'closed', now), contact: id };
  now += MINUTE;
  submits(id);
  await decideFor(told(id), deps);
  expect(await outcomesOf(id)).toEqual(['R4 noted']);
  now += MINUTE;
  const requests = await decideFor(optOut, deps);
  const again = requests.flatMap((request) => request.again ?? []);
  expect(again).toMatchObject([{ kind: 'form', form: forms.ofCompany, contact: id }]);
  for (const signal of again) await decideFor(signal, deps);
  expect(await outcomesOf(id)).toEqual(['R4 noted', 'R1 opted-out', 'R4 returned']);
  // The opt-out told once more asks for nothing more.
  expect((await decideFor(optOut, deps)).flatMap((request) => request.again ?? [])).toEqual([]);
});

test('so is a submission by an address that the record has no more: the return was by that address', async () => {
  const { id } = twin.people.createContact({ email: 'moved-on@example.at' });
  const optOut = { ...changed('subscription:501', 'closed', now), contact: id };
  now += MINUTE;
  submits(id);
  await decideFor(told(id, { address: 'moved-on@example.at' }), deps);
  now += MINUTE;
  twin.people.editProperty({ contact: id, name: 'email', value: 'newly@example.at' });
  now += MINUTE;
  const again = (await decideFor(optOut, deps)).flatMap((request) => request.again ?? []);
  expect(again).toMatchObject([{ kind: 'form', address: 'moved-on@example.at' }]);
  for (const signal of again) await decideFor(signal, deps);
  expect(await outcomesOf(id)).toEqual(['R4 noted', 'R1 opted-out', 'R4 returned']);
});

test('and is known by what was typed in, though a later entry about that address does not hold it', async () => {
  const { id } = twin.people.createContact({ email: 'waited@example.at' });
  const address = 'waited@example.at';
  const optOut = { ...changed('subscription:501', 'closed', now), contact: id };
  now += MINUTE;
  submits(id);
  await decideFor(told(id, { address }), deps);
  await recordMail(told(id, { form: forms.doubleOptIn, address }) as FormSignal, deps, {
    addressHash: hashAddress('key', address),
  });
  now += MINUTE;
  const again = (await decideFor(optOut, deps)).flatMap((request) => request.again ?? []);
  expect(again).toMatchObject([{ kind: 'form', address }]);
});

test('a submission from before the opt-out is not decided again', async () => {
  const { id } = twin.people.createContact({ email: 'earlier-form@example.at' });
  submits(id);
  await decideFor(told(id), deps);
  now += MINUTE;
  const requests = await decideFor({ ...changed('subscription:501', 'closed', now), contact: id }, deps);
  expect(requests.flatMap((request) => request.again ?? [])).toEqual([]);
});
