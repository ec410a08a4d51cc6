import { expect } from 'vitest';
import { startTwinOf } from '../../../local/twin-of.ts';
import { hubspotTime, ourTime } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import type { ConvergenceRequest } from '../../../src/queues/convergence-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import { type Unnamed, withId } from '../../../src/signals/signal-id.ts';
import { convergeBatch } from '../../../src/workers/converge/converge-batch.ts';
import { decideBatch } from '../../../src/workers/decide/decide-batch.ts';
import { MINUTE } from '../../helpers/person.ts';
import { forms, registryText, testRegistry } from '../../helpers/registry.ts';
import { batchOf, record, type startSqs } from '../../helpers/sqs.ts';
import { sendTo } from '../../helpers/twin-send.ts';

// What HubSpot's lists of submissions prove is shown in prove.test.ts; here the event counts.
const registry = testRegistry('policy: { unverifiedSubmissions: accept }\n');

/** One portal with three people under a simulated clock: real decide and converge, real client, twin, ledger in memory. */
export async function createWorld(queues: Awaited<ReturnType<typeof startSqs>>) {
  let now = 1_000 * MINUTE;
  const clock = () => ourTime(now);
  const twin = await startTwinOf(parseRegistry(registryText), registry, { clock: () => now });
  twin.behaviour.limitPer10Seconds = Number.POSITIVE_INFINITY;
  twin.behaviour.submissionLists = 'gone';
  const ledger = memoryLedger();
  const send = sendTo(twin);
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

type World = Awaited<ReturnType<typeof createWorld>>;
export type What =
  | 'opt-out'
  | 'all'
  | 'employee'
  | 'form'
  | 'delete'
  | 'privacy'
  | 'recreate'
  | 'merge'
  | 'address'
  | 'brand';
export type Person = { id: string; email: string; alive: boolean; no: boolean; mergedInto?: Person };
export type Lives = { world: World; people: Person[]; everybody: Person[]; renamed: number };
/** One step of a life: who it happens to, and what every event of the step has. */
type Happening = {
  lives: Lives;
  person: Person;
  other: Person;
  base: Pick<Unnamed, 'v' | 'portal' | 'contact' | 'occurredAt' | 'receivedAt' | 'source'>;
  twice: boolean;
};

export function create(email: string, { people }: World['twin']): Person {
  return { id: people.createContact({ email }).id, email, alive: true, no: false };
}

function changed({ lives, base, twice }: Happening, control: string, to: 'closed' | 'open'): Promise<void> {
  return lives.world.hear({ ...base, kind: 'control', control, to }, twice);
}

function endsAs({ lives, person, base, twice }: Happening, event: 'deleted' | 'erased'): Promise<void> {
  person.alive = false;
  return lives.world.hear({ ...base, kind: 'lifecycle', event }, twice);
}

/** What may happen to somebody: in HubSpot, in what the test remembers of the person, and as the event that tells of it. */
const HAPPENS: Record<What, (happening: Happening) => Promise<void>> = {
  async 'opt-out'(happening) {
    const { lives, person } = happening;
    lives.world.twin.people.unsubscribeByLink({ contact: person.id, subscription: 501 });
    person.no = true;
    await changed(happening, 'subscription:501', 'closed');
  },
  async all(happening) {
    const { lives, person } = happening;
    lives.world.twin.people.unsubscribeFromAll({ contact: person.id });
    person.no = true;
    await changed(happening, 'portal-wide', 'closed');
  },
  async employee(happening) {
    const { lives, person } = happening;
    lives.world.twin.people.subscribeByEmployee({ contact: person.id, subscription: 501 });
    await changed(happening, 'subscription:501', 'open');
  },
  async brand(happening) {
    const { lives, person } = happening;
    lives.world.twin.people.editProperty({ contact: person.id, name: 'block_library', value: 'false' });
    await changed(happening, 'property:block_library', 'open');
  },
  async form({ lives, person, base, twice }) {
    person.no = false;
    lives.world.twin.people.submitForm({ contact: person.id, form: forms.ofCompany });
    await lives.world.hear({ ...base, kind: 'form', form: forms.ofCompany, address: person.email }, twice);
  },
  async delete(happening) {
    happening.lives.world.twin.people.deleteContact({ contact: happening.person.id });
    await endsAs(happening, 'deleted');
  },
  async privacy(happening) {
    happening.lives.world.twin.people.deleteForPrivacy({ contact: happening.person.id });
    await endsAs(happening, 'erased');
  },
  async recreate({ lives: { world, people, everybody }, person, base, twice }) {
    if (person.alive || person.mergedInto !== undefined) return;
    // Meanwhile a list was imported: without a contact no webhook tells of it.
    const list = { status: 'SUBSCRIBED' as const, source: 'Import' };
    for (const type of [501, 511]) {
      world.twin.portal.setStatus(person.email, type, list, { changeSource: 'IMPORT' });
    }
    const again = { ...create(person.email, world.twin), no: person.no };
    people[people.indexOf(person)] = again;
    everybody.push(again);
    await world.hear({ ...base, contact: again.id, kind: 'lifecycle', event: 'created' }, twice);
  },
  async address({ lives, person, base, twice }) {
    person.email = `renamed-${lives.renamed++}@example.at`;
    lives.world.twin.people.editProperty({ contact: person.id, name: 'email', value: person.email });
    await lives.world.hear({ ...base, kind: 'lifecycle', event: 'address-changed' }, twice);
  },
  async merge({ lives, person, other, base, twice }) {
    if (person === other || !other.alive) return;
    lives.world.twin.people.mergeContacts({ primary: person.id, other: other.id });
    Object.assign(other, { alive: false, mergedInto: person });
    person.no ||= other.no;
    await lives.world.hear({ ...base, kind: 'merge', others: [other.id] }, twice);
  },
};

export type Step = { what: What; who: number; whom: number; twice: boolean };

/** Lets a step happen: in HubSpot first, then as the event that tells of it. */
export async function live({ what, who, whom, twice }: Step, lives: Lives): Promise<void> {
  const [person, other] = [lives.people[who] as Person, lives.people[whom] as Person];
  const at = lives.world.tick();
  if (!person.alive && what !== 'recreate') return;
  const base = {
    v: 1 as const,
    portal: 1,
    contact: person.id,
    occurredAt: hubspotTime(at),
    receivedAt: ourTime(at),
    source: { channel: 'webhook' as const },
  };
  await HAPPENS[what]({ lives, person, other, base, twice });
}
