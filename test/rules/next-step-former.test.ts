import { expect, test } from 'vitest';
import { changed, createPerson } from '../helpers/person.ts';
import { MUSEUM, testRegistry } from '../helpers/registry.ts';

const [A, B, C] = ['hash of a', 'hash of b', 'hash of c'] as const;

test('R8: of the addresses that a record held, those are closed that the opt-out was said with', async () => {
  const anna = createPerson(testRegistry(), {}, { addresses: [A] });
  anna.movesTo(B, 1000);
  await anna.lookUpAndConverge(1001);
  await anna.happens(changed(MUSEUM, 'closed', 2000));
  anna.movesTo(C, 3000);
  await anna.lookUpAndConverge(4000);
  expect(anna.elsewhere.get(B), 'the address of the opt-out').toMatchObject({ [MUSEUM]: 'UNSUBSCRIBED' });
  expect(anna.elsewhere.get(A), 'an address that said nothing').toMatchObject({ [MUSEUM]: 'NOT_SPECIFIED' });
  expect(anna.actual, 'a "no" in force goes along').toMatchObject({ [MUSEUM]: 'UNSUBSCRIBED' });
});

test('R8: an opt-in that waits for its form does not wait at an address that the record held before: nobody looks there again', async () => {
  const anna = createPerson(testRegistry(), {}, { addresses: [A] });
  await anna.lookUpAndConverge(1);
  await anna.happens(changed(MUSEUM, 'closed', 1000));
  anna.actual[MUSEUM] = 'SUBSCRIBED';
  await anna.happens(changed(MUSEUM, 'open', 2000, 'FORM'));
  expect(anna.actual, 'a form may follow').toMatchObject({ [MUSEUM]: 'SUBSCRIBED' });
  anna.movesTo(B, 3000);
  await anna.lookUpAndConverge(4000);
  expect(anna.elsewhere.get(A)).toMatchObject({ [MUSEUM]: 'UNSUBSCRIBED' });
});
