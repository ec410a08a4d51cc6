import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBreak } from '../../../src/ledger/chain.ts';
import { museumControls } from '../../helpers/registry.ts';
import { startSqs } from '../../helpers/sqs.ts';
import { create, createWorld, type Lives, live, type What } from './lives.ts';

let queues: Awaited<ReturnType<typeof startSqs>>;
beforeAll(async () => {
  queues = await startSqs('fifo');
});
afterAll(() => queues.stop());

/** What happens to one of three people; `who` and `whom` need not fit, and then nothing happens. */
const step = fc.record({
  what: fc.constantFrom<What[]>(
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

/** Everything of the company is closed for whoever said no. */
function expectClosed({ world: { twin }, people }: Lives, what: What): void {
  for (const { id, email, alive, no } of people) {
    const contact = twin.portal.contact(id);
    if (!alive || !no || contact === undefined) continue;
    const isClosed = (key: string) => {
      const [kind, name = ''] = key.split(':');
      if (kind === 'property') return twin.portal.property(contact, name) === 'true';
      return twin.portal.status(email, Number(name)).status === 'UNSUBSCRIBED';
    };
    for (const key of museumControls) expect(isClosed(key), `${key} of ${id} after ${what}`).toBe(true);
  }
}

test('through merges, deletions, new addresses and privacy requests: a "no" stands until the owner’s later form', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const world = await createWorld(queues);
      const { twin } = world;
      try {
        const people = [0, 1, 2].map((n) => create(`person-${n}@example.at`, twin));
        const lives: Lives = { world, people, everybody: [...people], renamed: 0 };
        for (const one of steps) {
          await live(one, lives);
          expectClosed(lives, one.what);
        }
        for (const { id } of lives.everybody)
          expect(findBreak(await world.ledger.read({ portal: 1, contact: id }))).toBeUndefined();
        expect(twin.calls.filter(({ path }) => path.includes('unsubscribe-all'))).toEqual([]);
      } finally {
        await twin.stop();
      }
    }),
    { numRuns: 150 },
  );
});
