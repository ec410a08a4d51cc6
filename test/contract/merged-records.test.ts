import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readContacts, readDeletedContacts } from '../../src/hubspot/contacts.ts';
import { survivorOf } from '../../src/hubspot/merged.ts';
import { type RealClient, startRealClient } from '../helpers/real-client.ts';

let it: RealClient;
beforeAll(async () => {
  it = await startRealClient();
});
afterAll(() => it.twin.stop());
beforeEach(() => it.reset());

/** Two records that became a third one. */
function merged(name: string) {
  const [primary, other] = [it.contact(`${name}-1@example.at`), it.contact(`${name}-2@example.at`)];
  const at = Date.now();
  const { id } = it.twin.people.mergeContacts({ primary, other });
  return { primary, other, id, at };
}

describe.each([true, false])('a record that was merged away; what came out names its parts: %s', (mergedNamesParts) => {
  beforeEach(() => {
    it.twin.behaviour.mergedNamesParts = mergedNamesParts;
  });
  const ids = (found: Awaited<ReturnType<typeof readContacts>>) => [...found].map(([asked, { id }]) => [asked, id]);

  test('is read as the record that came out of the merge', async () => {
    const { primary, other, id } = merged(`named-${mergedNamesParts}`);
    expect(ids(await readContacts(it.send, [primary], []))).toEqual([[primary, id]]);
    expect(ids(await readContacts(it.send, [other, id], []))).toEqual([
      [other, id],
      [id, id],
    ]);
    expect(await readDeletedContacts(it.send, [primary, other])).toEqual(new Map());
  });

  test('is told from its neighbours, from others that were merged and from those that HubSpot does not know', async () => {
    const [one, two, stranger] = [
      merged(`x-${mergedNamesParts}`),
      merged(`y-${mergedNamesParts}`),
      it.contact('z@z.at'),
    ];
    const found = await readContacts(it.send, [one.other, stranger, '999999', two.primary, two.other], []);
    expect(ids(found)).toEqual([
      [one.other, one.id],
      [stranger, stranger],
      [two.primary, two.id],
      [two.other, two.id],
    ]);
  });

  test('through chains, with HubSpot’s time of the merge where HubSpot tells one', async () => {
    const { primary, id, at } = merged(`chain-${mergedNamesParts}`);
    const again = it.twin.people.mergeContacts({ primary: id, other: it.contact('last@example.at') });
    const survivor = survivorOf(primary, (await readContacts(it.send, [primary], [])).get(primary));
    expect(survivor?.contact).toBe(again.id);
    if (mergedNamesParts) expect(survivor?.at).toBeGreaterThanOrEqual(at);
    else expect(survivor).not.toHaveProperty('at');
  });
});

test('a record that is no part of another one has no survivor', async () => {
  const id = it.contact('single@example.at');
  expect(survivorOf(id, (await readContacts(it.send, [id], [])).get(id))).toBeUndefined();
});
