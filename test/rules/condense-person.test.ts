import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import { condense } from '../../src/rules/condense.ts';
import { changed, confirmed, createPerson, MINUTE, submitted } from '../helpers/person.ts';
import { forms, GALLERY, GALLERY_BLOCK, LIBRARY, MUSEUM, THEATRE, testRegistry } from '../helpers/registry.ts';

const registry = testRegistry();
const ADDRESSES = ['hash of anna@example.at', 'hash of anna@example.com'];

/** A ledger of which nobody reads more than what condensing leaves, however young it is. */
function condensed(): Ledger {
  const ledger = memoryLedger();
  return { ...ledger, read: async (contact) => condense(await ledger.readAll(contact), registry) };
}

type Person = ReturnType<typeof createPerson>;
/** What happens to a person at a moment (ms). */
type Happening = (person: Person, at: number) => Promise<unknown>;

/** Somebody opens a control, time after time, some minutes apart; each time HubSpot is brought in order. */
const reopened = fc
  .tuple(
    fc.constantFrom(GALLERY, LIBRARY, GALLERY_BLOCK),
    fc.constantFrom('WORKFLOW', 'IMPORT'),
    fc.integer({ min: 1, max: 25 }),
  )
  .map(([control, source, times]): Happening[] =>
    Array.from({ length: times }, () => async (person: Person, at: number) => {
      person.actual[control] = control === GALLERY_BLOCK ? 'false' : 'SUBSCRIBED';
      await person.happens(changed(control, 'open', at, source), 'same', at);
      await person.converge(at + MINUTE);
    }),
  );

const heard = fc
  .oneof(
    fc.constantFrom(MUSEUM, THEATRE, GALLERY).map((control) => (at: number) => changed(control, 'closed', at)),
    fc.constantFrom(...Object.values(forms)).map((form) => (at: number) => submitted(form, at)),
    fc.constant((at: number) => confirmed(at)),
  )
  .map((signal): Happening[] => [
    async (person, at) => {
      await person.happens(signal(at), 'same', at);
      await person.converge(at + MINUTE);
    },
  ]);

const moved = fc.constantFrom(...ADDRESSES).map((hash): Happening[] => [
  async (person, at) => {
    person.movesTo(hash, at);
    await person.converge(at + MINUTE);
  },
]);

const life = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: reopened }, { weight: 3, arbitrary: heard }, { weight: 1, arbitrary: moved }),
    {
      minLength: 2,
      maxLength: 10,
    },
  )
  .map((parts) => parts.flat());

test('whoever reads no repeats decides and writes the same, all life long', async () => {
  let leftOut = 0;
  await fc.assert(
    fc.asyncProperty(life, fc.integer({ min: 5, max: 30 }), async (happenings, minutes) => {
      const ledgers = [memoryLedger(), condensed()] as const;
      const people = ledgers.map((ledger) => createPerson(registry, {}, { ledger, addresses: ADDRESSES }));
      for (const person of people) {
        await person.happens(changed(MUSEUM, 'closed', 1000), 'same', 1000);
        let at = MINUTE;
        for (const happening of happenings) {
          at += minutes * MINUTE;
          await happening(person, at);
        }
      }
      const ref = { portal: 1, contact: '101' };
      const [whole, short] = ledgers;
      expect(await short.readAll(ref)).toEqual(await whole.readAll(ref));
      expect(people[1]?.actual).toEqual(people[0]?.actual);
      leftOut += (await whole.readAll(ref)).length - (await short.read(ref)).length;
    }),
    { numRuns: 40 },
  );
  expect(leftOut).toBeGreaterThan(300);
});
