import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTwinOf } from '../../../local/twin-of.ts';
import { hubspotTime, ourTime } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { createTransport } from '../../../src/hubspot/transport.ts';
import { findBreak } from '../../../src/ledger/chain.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import type { ConvergenceRequest } from '../../../src/queues/convergence-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import { type Unnamed, withId } from '../../../src/signals/signal-id.ts';
import { convergeBatch } from '../../../src/workers/converge/converge-batch.ts';
import { decideBatch } from '../../../src/workers/decide/decide-batch.ts';
import { MINUTE } from '../../helpers/person.ts';
import { forms, museumControls, registryText, testRegistry } from '../../helpers/registry.ts';
import { batchOf, record, startSqs } from '../../helpers/sqs.ts';

// What HubSpot's lists of submissions prove is shown in prove.test.ts; here the event counts.
const registry = testRegistry('policy: { unverifiedSubmissions: accept }\n');
let queues: Awaited<ReturnType<typeof startSqs>>;
beforeAll(async () => {
  queues = await startSqs('fifo');
});
afterAll(() => queues.stop());

/** What may happen to one of three people; `who` and `whom` are drawn again where they do not fit. */
const step = fc.record({
  what: fc.constantFrom(
    'opt-out',
    'all',
    'employee',
    'form',
    'delete',
    'privacy',
    'recreate',
    'merge',
    'address',
    'brand',
  ),
  who: fc.nat(2),
  whom: fc.nat(2),
  /** The event is heard of twice. */
  twice: fc.boolean(),
});

/** One portal with three people under a simulated clock: real decide and converge, real client, twin, ledger in memory. */
async function createWorld() {
  let now = 1_000 * MINUTE;
  const clock = () => ourTime(now);
  const twin = await startTwinOf(parseRegistry(registryText), registry, { clock: () => now });
  twin.behaviour.limitPer10Seconds = Number.POSITIVE_INFINITY;
  twin.behaviour.submissionLists = 'gone';
  const ledger = memoryLedger();
  const send = createTransport({
    baseUrl: twin.url,
    accessToken: () => Promise.resolve('local-access-token'),
    timeoutMs: 5000,
    pace: (call) => call(),
  });
  const requests: ConvergenceRequest[] = [];
  const deps = {
    registry,
    ledger,
    hubspot: createHubSpot(send, clock, registry),
    request: (more: readonly ConvergenceRequest[]) => {
      requests.push(...more);
      return Promise.resolve();
    },
    failures: queues.failures,
    telemetry: queues.telemetry,
    now: clock,
    salt: () => 'salt',
    addressKey: 'key',
  };
  return {
    twin,
    ledger,
    tick: () => {
      now += 5 * MINUTE;
      return now;
    },
    async hear(signal: Unnamed, twice: boolean) {
      const one = withId(signal);
      for (const body of twice ? [one, one] : [one]) {
        const { batchItemFailures } = await decideBatch(batchOf(record(body, signal.contact)), deps);
        expect(batchItemFailures).toEqual([]);
      }
      now += MINUTE;
      while (requests.length > 0) {
        const asked = requests.splice(0);
        now = Math.max(now, ...asked.map(({ wakeAt }) => Number(wakeAt ?? 0)));
        const { batchItemFailures } = await convergeBatch(batchOf(...asked.map((each) => record(each))), deps);
        expect(batchItemFailures).toEqual([]);
      }
    },
  };
}

test('through merges, deletions, new addresses and privacy requests: a "no" stands until the owner’s later form', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const world = await createWorld();
      const { twin } = world;
      try {
        type Person = { id: string; email: string; alive: boolean; no: boolean; mergedInto?: Person };
        const create = (email: string): Person => {
          return { id: twin.people.createContact({ email }).id, email, alive: true, no: false };
        };
        const people = [0, 1, 2].map((n) => create(`person-${n}@example.at`));
        const everybody = [...people];
        let renamed = 0;
        for (const { what, who, whom, twice } of steps) {
          const person = people[who] as Person;
          const other = people[whom] as Person;
          const at = world.tick();
          const base = {
            v: 1 as const,
            portal: 1,
            contact: person.id,
            occurredAt: hubspotTime(at),
            receivedAt: ourTime(at),
            source: { channel: 'webhook' as const },
          };
          const changed = (control: string, to: 'closed' | 'open') =>
            world.hear({ ...base, kind: 'control', control, to }, twice);
          if (!person.alive && what !== 'recreate') continue;
          switch (what) {
            case 'opt-out':
              twin.people.unsubscribeByLink({ contact: person.id, subscription: 501 });
              person.no = true;
              await changed('subscription:501', 'closed');
              break;
            case 'all':
              twin.people.unsubscribeFromAll({ contact: person.id });
              person.no = true;
              await changed('portal-wide', 'closed');
              break;
            case 'employee':
              twin.people.subscribeByEmployee({ contact: person.id, subscription: 501 });
              await changed('subscription:501', 'open');
              break;
            case 'brand':
              twin.people.editProperty({ contact: person.id, name: 'block_library', value: 'false' });
              await changed('property:block_library', 'open');
              break;
            case 'form':
              person.no = false;
              twin.people.submitForm({ contact: person.id, form: forms.ofCompany });
              await world.hear({ ...base, kind: 'form', form: forms.ofCompany, address: person.email }, twice);
              break;
            case 'delete':
            case 'privacy':
              if (what === 'delete') twin.people.deleteContact({ contact: person.id });
              else twin.people.deleteForPrivacy({ contact: person.id });
              person.alive = false;
              await world.hear({ ...base, kind: 'lifecycle', event: what === 'delete' ? 'deleted' : 'erased' }, twice);
              break;
            case 'recreate': {
              if (person.alive || person.mergedInto !== undefined) continue;
              // Meanwhile a list was imported: without a contact no webhook tells of it.
              const list = { status: 'SUBSCRIBED' as const, source: 'Import' };
              for (const type of [501, 511])
                twin.portal.setStatus(person.email, type, list, { changeSource: 'IMPORT' });
              const again = { ...create(person.email), no: person.no };
              people[who] = again;
              everybody.push(again);
              await world.hear({ ...base, contact: again.id, kind: 'lifecycle', event: 'created' }, twice);
              break;
            }
            case 'address':
              person.email = `renamed-${renamed++}@example.at`;
              twin.people.editProperty({ contact: person.id, name: 'email', value: person.email });
              await world.hear({ ...base, kind: 'lifecycle', event: 'address-changed' }, twice);
              break;
            case 'merge':
              if (person === other || !other.alive) continue;
              twin.people.mergeContacts({ primary: person.id, other: other.id });
              Object.assign(other, { alive: false, mergedInto: person });
              person.no ||= other.no;
              await world.hear({ ...base, kind: 'merge', others: [other.id] }, twice);
              break;
          }
          for (const { id, email, alive, no } of people) {
            const contact = twin.portal.contact(id);
            if (!alive || !no || contact === undefined) continue;
            for (const key of museumControls) {
              const [kind, name = ''] = key.split(':');
              const closed =
                kind === 'property'
                  ? twin.portal.property(contact, name) === 'true'
                  : twin.portal.status(email, Number(name)).status === 'UNSUBSCRIBED';
              expect(closed, `${key} of ${id} after ${what}`).toBe(true);
            }
          }
        }
        for (const { id } of everybody)
          expect(findBreak(await world.ledger.read({ portal: 1, contact: id }))).toBeUndefined();
        expect(twin.calls.filter(({ path }) => path.includes('unsubscribe-all'))).toEqual([]);
      } finally {
        await twin.stop();
      }
    }),
    { numRuns: 150 },
  );
});
