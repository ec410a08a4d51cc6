import { describe, expect, test } from 'vitest';
import { recordOf } from '../../ops/person.ts';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { entriesAbout } from '../../src/rules/holdings.ts';
import { addressChanges } from '../../src/rules/r8-address-change.ts';
import { type ContactState, isOptedOut, nothingKnown } from '../../src/rules/state.ts';
import { changed, confirmed, createPerson, decisionOf, happened, submitted } from '../helpers/person.ts';
import { forms, testRegistry } from '../helpers/registry.ts';

const registry = testRegistry();
const MUSEUM = 'subscription:501';
const LIBRARY = 'subscription:521';
const GALLERY_BLOCK = 'property:block_gallery';
const [A, B, C] = ['hash of anna', 'hash of bert', 'hash of clara'] as const;
type Person = ReturnType<typeof createPerson>;

const anna = (hubspot = {}) => createPerson(registry, hubspot, { addresses: [A] });
/** Anna has opted out of the museum, and HubSpot holds it. */
async function optedOut(hubspot = {}): Promise<Person> {
  const record = anna(hubspot);
  await record.happens(changed(MUSEUM, 'closed', 1000));
  await record.converge(2000);
  return record;
}
/** Then Bert fills in a form in Anna's browser, and HubSpot overwrites the record's address. */
async function overwritten(hubspot = {}): Promise<Person> {
  const record = await optedOut(hubspot);
  record.movesTo(B, 3000);
  await record.happens(submitted(forms.ofCompany, 3000));
  await record.lookUpAndConverge(4000);
  return record;
}
const another = (contact: string, address: string, { ledger }: Person) =>
  createPerson(registry, {}, { contact, addresses: [address], ledger });
/** Whether the museum's opt-out counts for an address by a person's own ledger. */
async function isOut(person: Person, address: string): Promise<boolean> {
  const museum = replay(await person.entries(), registry, { address }).companies['museum'];
  return museum !== undefined && isOptedOut(museum);
}

describe('a return by one address never lifts another’s opt-out', () => {
  test('somebody else’s form overwrites the record’s address, and the address is changed back', async () => {
    const record = await overwritten({ [MUSEUM]: 'SUBSCRIBED' });
    expect(record.actual[MUSEUM], 'Bert came back').toBe('SUBSCRIBED');
    expect(record.actual[GALLERY_BLOCK]).not.toBe('true');
    record.movesTo(A, 5000);
    record.actual[MUSEUM] = 'SUBSCRIBED';
    await record.lookUpAndConverge(6000);
    expect(record.actual).toMatchObject({ [MUSEUM]: 'UNSUBSCRIBED', [GALLERY_BLOCK]: 'true' });
    expect([await isOut(record, A), await isOut(record, B)]).toEqual([true, false]);
  });

  test('a record that came back takes over an address whose own, older "no" another ledger holds', async () => {
    const record = anna({ [MUSEUM]: 'SUBSCRIBED' });
    const former = another('9', B, record);
    await former.happens(changed(MUSEUM, 'closed', 500));
    await former.converge(600);
    former.recordIs('gone');
    await record.happens(changed(MUSEUM, 'closed', 1000));
    await record.converge(2000);
    await record.happens(submitted(forms.ofCompany, 3000));
    await record.converge(4000);
    expect(record.actual[MUSEUM], 'Anna came back').toBe('SUBSCRIBED');
    record.movesTo(B, 5000);
    await record.lookUpAndConverge(6000);
    expect(await isOut(record, B), 'Bert never did').toBe(true);
    expect(record.actual).toMatchObject({ [MUSEUM]: 'UNSUBSCRIBED', [GALLERY_BLOCK]: 'true' });
    expect(await isOut(record, A)).toBe(false);
    // Bert comes back with his own address.
    await record.happens(submitted(forms.ofCompany, 7000));
    await record.lookUpAndConverge(8000);
    expect(record.actual[MUSEUM]).toBe('SUBSCRIBED');
  });

  test('the owner’s own return takes effect once the address is back: the stranger’s lift was none of the owner’s', async () => {
    const record = await overwritten({ [MUSEUM]: 'SUBSCRIBED' });
    record.movesTo(A, 5000);
    record.actual[MUSEUM] = 'UNSUBSCRIBED';
    await record.happens(submitted(forms.ofCompany, 5000));
    await record.lookUpAndConverge(6000);
    expect(record.actual[MUSEUM]).toBe('SUBSCRIBED');
  });

  test('an import creates the address anew, as subscribed', async () => {
    const record = await overwritten();
    const again = another('102', A, record);
    again.actual[MUSEUM] = 'SUBSCRIBED';
    await again.happens(happened('created', 5000));
    await again.lookUpAndConverge(6000);
    expect(again.actual).toMatchObject({ [MUSEUM]: 'UNSUBSCRIBED', [GALLERY_BLOCK]: 'true' });
  });
});

describe('what goes along when a record changes its address', () => {
  test('a "no" in force: the new address is closed, too', async () => {
    const record = await optedOut();
    record.movesTo(B, 3000);
    await record.lookUpAndConverge(4000);
    expect(record.actual[MUSEUM]).toBe('UNSUBSCRIBED');
    expect(record.elsewhere.get(A)?.[MUSEUM]).toBe('UNSUBSCRIBED');
  });

  test('a "no" that a click after the change may be meant to end: nobody can tell whose click that is', async () => {
    const record = await optedOut({ [GALLERY_BLOCK]: 'false' });
    await record.happens(submitted(forms.doubleOptIn, 3000));
    record.movesTo(B, 4000);
    await record.lookUpAndConverge(5000);
    await record.happens(confirmed(6000));
    await record.lookUpAndConverge(7000);
    expect([await isOut(record, A), await isOut(record, B)]).toEqual([true, true]);
    expect(record.actual).toMatchObject({ [MUSEUM]: 'UNSUBSCRIBED', [GALLERY_BLOCK]: 'true' });
    record.movesTo(A, 8000);
    await record.lookUpAndConverge(9000);
    await record.happens(confirmed(10_000, 'User clicked confirmation'));
    expect([await isOut(record, A), await isOut(record, B)], 'a click by the address itself').toEqual([false, true]);
  });

  test('no "no" that the owner ended before', async () => {
    const record = await optedOut();
    await record.happens(submitted(forms.ofCompany, 3000));
    record.movesTo(B, 4000);
    await record.lookUpAndConverge(5000);
    expect(record.actual[MUSEUM], 'nobody signed up with the new address').toBe('NOT_SPECIFIED');
    expect(await isOut(record, B)).toBe(false);
  });

  test('a form that named the earlier address, heard of after the change', async () => {
    const record = await optedOut();
    record.movesTo(B, 4000);
    await record.lookUpAndConverge(4500);
    const verdict = await record.happens(submitted(forms.ofCompany, 3000), 'same', 5000, A);
    expect(decisionOf(verdict)).toMatchObject({ rule: 'R4', outcome: 'returned' });
    await record.lookUpAndConverge(6000);
    expect(record.actual[MUSEUM], 'restored, and subscribed to nothing').toBe('NOT_SPECIFIED');
    expect(await isOut(record, A)).toBe(false);
  });

  test('the old address is closed, though the address changed before the first convergence', async () => {
    const record = anna();
    await record.happens(changed(MUSEUM, 'closed', 1000));
    record.movesTo(B, 1500);
    await record.lookUpAndConverge(2000);
    expect(record.actual[MUSEUM]).toBe('UNSUBSCRIBED');
    expect(record.elsewhere.get(A)?.[MUSEUM]).toBe('UNSUBSCRIBED');
    expect(await isOut(record, A)).toBe(true);
  });

  test('from an address to another and back: what the first held before is restored', async () => {
    const record = await optedOut({ [MUSEUM]: 'SUBSCRIBED', [LIBRARY]: 'SUBSCRIBED' });
    record.movesTo(B, 3000);
    await record.lookUpAndConverge(4000);
    record.movesTo(A, 5000);
    await record.lookUpAndConverge(6000);
    await record.happens(submitted(forms.ofCompany, 7000));
    await record.converge(8000);
    expect(record.actual[LIBRARY]).toBe('SUBSCRIBED');
  });
});

describe('what is told of an address (Art. 15(4) GDPR)', () => {
  test('is what was said while the record held it, and what names it', async () => {
    const record = await overwritten();
    await record.happens(changed(LIBRARY, 'closed', 50_000));
    const entries = await record.entries();
    const outcomes = (address: string) =>
      entriesAbout(address, entries).flatMap(({ body }) => (body.kind === 'decision' ? [body.outcome] : []));
    expect(outcomes(A)).toEqual(['opted-out']);
    expect(outcomes(B)).toEqual(['returned', 'stays-at-its-level']);
    expect(entriesAbout(C, entries)).toEqual([]);
    const told = recordOf({ contact: '101', existsInHubSpot: true, entries, values: {}, address: A }, { registry });
    expect(told.companies[0]).toMatchObject({ company: 'museum', standing: 'opted-out' });
    expect(told).toMatchObject({ chain: { holds: true } });
    expect(JSON.stringify(told.entries)).not.toContain('"addressHash":"hash of bert"');
  });
});

describe('HubSpot’s history of the address', () => {
  test('is recorded once; one that does not end with the address of now is not believed', () => {
    const state: ContactState = { ...nothingKnown, holdings: [{ hash: A, from: hubspotTime(1) }] };
    const sight = (...held: string[]) => ({
      exists: true,
      address: { hash: B },
      others: [],
      actual: {},
      held: held.map((hash, i) => ({ hash, from: hubspotTime(i + 1) })),
    });
    const heldBy = (one: typeof state, ...held: string[]) =>
      addressChanges({ state: one, entries: [{ addressHash: A } as LedgerEntry] }, sight(...held), ourTime(9)).flatMap(
        ({ changes }) => changes.flatMap((change) => (change.type === 'held' ? [change.addresses] : [])),
      );
    const [told = []] = heldBy(state, A, B);
    expect(told).toEqual([
      { hash: A, from: 1 },
      { hash: B, from: 2 },
    ]);
    expect(heldBy({ ...state, holdings: told }, A, B)).toEqual([]);
    const [seen = []] = heldBy(state, B, A);
    expect(seen).toEqual([
      { hash: A, from: 1 },
      { hash: B, from: 9 },
    ]);
    expect(heldBy({ ...state, holdings: seen }, B, A)).toEqual([]);
  });
});

describe('who held the address when', () => {
  test('the ledger of a record that is gone does not fight the record that holds the address now', async () => {
    const record = await optedOut();
    record.recordIs('gone');
    const again = another('102', A, record);
    await again.lookUpAndConverge(3000);
    await again.happens(submitted(forms.ofCompany, 4000));
    await again.converge(5000);
    await record.happens(happened('deleted', 2500), 'same', 6000);
    const { writes } = await record.lookUpAndConverge(7000);
    expect(writes).toEqual([]);
  });

  test('the third record of an address inherits the return under the second, as the opt-out under the first', async () => {
    const first = await optedOut();
    first.recordIs('gone');
    await first.happens(happened('deleted', 2500));
    const second = another('102', A, first);
    await second.lookUpAndConverge(3000);
    await second.happens(submitted(forms.ofCompany, 4000));
    await second.converge(5000);
    await second.happens(happened('deleted', 5500));
    const third = another('103', A, first);
    const { writes } = await third.lookUpAndConverge(6000);
    expect(writes).toEqual([]);
    expect(await isOut(third, A)).toBe(false);
  });

  test('a restored record hears of the return under another record', async () => {
    const first = await optedOut();
    await first.happens(happened('deleted', 2500));
    const second = another('102', A, first);
    await second.lookUpAndConverge(3000);
    await second.happens(submitted(forms.ofCompany, 4000));
    await second.converge(5000);
    await second.happens(happened('deleted', 5500));
    await first.happens(happened('restored', 6000));
    await first.lookUpAndConverge(7000);
    expect(first.actual[MUSEUM]).toBe('SUBSCRIBED');
  });

  test('a later opt-out by a former holder leaves the present holder’s return alone', async () => {
    const former = await optedOut();
    former.movesTo(B, 3000);
    await former.lookUpAndConverge(3500);
    const present = another('102', A, former);
    await present.lookUpAndConverge(4000);
    await present.happens(submitted(forms.ofCompany, 5000));
    await present.converge(6000);
    await former.happens(changed(MUSEUM, 'closed', 7000));
    await former.lookUpAndConverge(8000);
    const { writes } = await present.lookUpAndConverge(9000);
    expect(writes).toEqual([]);
    expect(present.actual[MUSEUM]).toBe('SUBSCRIBED');
  });

  test('a third address inherits from neither', async () => {
    const record = await optedOut();
    const stranger = another('102', C, record);
    expect((await stranger.lookUpAndConverge(3000)).writes).toEqual([]);
  });
});

test('a merge that is told after the address was overwritten speaks for the address that the record held at the merge', async () => {
  const record = anna();
  const merged = another('102', B, record);
  await merged.happens(changed(MUSEUM, 'closed', 1000));
  await record.happens(submitted(forms.ofCompany, 1500));
  await record.lookUpAndConverge(1600);
  record.movesTo(C, 3000);
  await record.happens(submitted(forms.ofCompany, 3000));
  await record.lookUpAndConverge(3100);
  await record.absorbs([merged], 2000);
  expect(await isOut(record, A)).toBe(true);
});
