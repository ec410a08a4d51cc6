import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ourTime, systemClock } from '../../src/clocks.ts';
import { readContacts } from '../../src/hubspot/contacts.ts';
import { createStatusApi } from '../../src/hubspot/statuses.ts';
import { updateContacts } from '../../src/hubspot/update-contacts.ts';
import { close, type RealClient, registry, startRealClient } from '../helpers/real-client.ts';

let it: RealClient;
beforeAll(async () => {
  it = await startRealClient();
});
afterAll(() => it.twin.stop());
beforeEach(() => {
  it.reset();
  // The tests together call more often than a portal allows.
  it.twin.behaviour.limitPer10Seconds = Number.POSITIVE_INFINITY;
});

const byText = (a: string, b: string) => (a < b ? -1 : 1);

describe('a call that fails as a whole costs only the input at fault', () => {
  const STATUSES = [400, 404, 408, 409, 422, 500];
  /** Every call that names the text is answered so. */
  const failFor = (text: string, status: number) => {
    it.twin.behaviour.fail = ({ body }) => (body.includes(text) ? status : undefined);
  };
  const eight = (name: string) => Array.from({ length: 8 }, (_, i) => `${name}-${i}@narrowed.at`);

  test.each(STATUSES)('%d: one of eight contacts is not updated, the others are', async (status) => {
    const ids = eight(`update-${status}`).map(it.contact);
    failFor(`"${ids[5]}"`, status);
    const updates = ids.map((id) => ({ id, properties: { block_gallery: 'true' } }));
    const outcome = await updateContacts(it.send, updates, systemClock, registry);
    const failure = status === 400 ? { refused: 'VALIDATION_ERROR' } : { failed: `HubSpot answered ${status}` };
    expect(ids.map((id) => outcome.get(id))).toEqual(
      ids.map((_, i) => (i === 5 ? failure : { at: expect.any(Number) as number })),
    );
  });

  test.each(STATUSES)('%d: one of eight contacts is not read, the others are', async (status) => {
    const ids = eight(`read-${status}`).map(it.contact);
    failFor(`"${ids[2]}"`, status);
    const found = await readContacts(it.send, ids, []);
    expect([...found.keys()].sort(byText)).toEqual(ids.filter((_, i) => i !== 2).sort(byText));
  });

  test.each(STATUSES)(
    '%d: one of eight addresses is not closed, the others are, in batches and singly',
    async (status) => {
      for (const batchScopes of [true, false]) {
        const addresses = eight(`close-${status}-${batchScopes}`);
        Object.assign(it.twin.behaviour, { batchScopes });
        it.twin.behaviour.fail = ({ body, path }) =>
          body.includes(addresses[4] ?? '') || decodeURIComponent(path).includes(addresses[4] ?? '')
            ? status
            : undefined;
        const outcomes = await it.statuses().write(addresses.map((address) => close(address)));
        expect(outcomes.map((one) => 'at' in one)).toEqual(addresses.map((_, i) => i !== 4));
        const refused = outcomes[4] !== undefined && 'refused' in outcomes[4];
        expect(refused, 'only 400 is for good').toBe(status === 400);
      }
    },
  );

  test.each([400, 404, 409, 422])(
    '%d: an address that HubSpot cannot read counts as one that nobody ever set',
    async (status) => {
      for (const batchScopes of [true, false]) {
        const addresses = eight(`look-${status}-${batchScopes}`);
        Object.assign(it.twin.behaviour, { batchScopes });
        it.twin.behaviour.fail = ({ body, path }) =>
          body.includes(addresses[1] ?? '') || decodeURIComponent(path).includes(addresses[1] ?? '')
            ? status
            : undefined;
        if (!batchScopes && status !== 400 && status !== 404) continue;
        const found = await it.statuses().read(addresses);
        expect([...found.keys()].sort(byText)).toEqual(addresses.toSorted(byText));
        expect(found.get(addresses[1] ?? '')).toEqual([]);
      }
    },
  );

  test('where HubSpot as such is in trouble it is not asked for each input', async () => {
    it.twin.behaviour.fail = () => 500;
    const many = Array.from({ length: 100 }, (_, i) => ({ id: String(i), properties: { block_gallery: 'true' } }));
    await expect(updateContacts(it.send, many, systemClock, registry)).rejects.toThrow('HubSpot answered 500');
    expect(it.answers).toEqual([500, 500, 500, 500, 500]);
  });

  test.each([400, 404, 409])(
    'an endpoint that answers %d to whatever it gets is not asked for each input, and nobody is given up',
    async (status) => {
      it.twin.behaviour.fail = () => status;
      const many = Array.from({ length: 100 }, (_, i) => ({ id: String(i), properties: { block_gallery: 'true' } }));
      const outcome = await updateContacts(it.send, many, systemClock, registry);
      expect(it.answers).toHaveLength(5);
      expect([...outcome.values()]).toEqual(many.map(() => ({ failed: `HubSpot answered ${status} to all` })));
    },
  );

  test.each(STATUSES)('%d: one contact at fault in each half costs nobody else', async (status) => {
    const ids = eight(`both-${status}`).map(it.contact);
    it.twin.behaviour.fail = ({ body }) =>
      body.includes(`"${ids[0]}"`) || body.includes(`"${ids[6]}"`) ? status : undefined;
    const updates = ids.map((id) => ({ id, properties: { block_gallery: 'true' } }));
    const outcome = await updateContacts(it.send, updates, systemClock, registry);
    const written = ids.map((id) => 'at' in (outcome.get(id) ?? {}));
    expect(written).toEqual(ids.map((_, i) => i !== 0 && i !== 6));
  });

  describe('one property at fault costs only that property', () => {
    const properties = { block_gallery: 'true', block_library: 'true', block_stage: 'true' };
    const written = { at: expect.any(Number) as number };

    test.each<[string, object]>([
      ['a deleted property or a rule of the portal', { refusedProperties: new Set(['block_library']) }],
      ['a renamed option', { propertyOptions: new Map([['block_library', ['Ja', 'Nein']]]) }],
    ])('%s', async (_, behaviour) => {
      Object.assign(it.twin.behaviour, behaviour);
      const ids = eight(`property-${Object.keys(behaviour)[0]}`).map(it.contact);
      const outcome = await updateContacts(
        it.send,
        ids.map((id) => ({ id, properties })),
        systemClock,
        registry,
      );
      const refused = { ...written, except: { block_library: { refused: 'VALIDATION_ERROR' } } };
      expect(ids.map((id) => outcome.get(id))).toEqual(ids.map(() => refused));
      const held = it.twin.portal.contact(ids[7] ?? '')?.properties;
      expect(held).toMatchObject({ block_gallery: [{ value: 'true' }], block_stage: [{ value: 'true' }] });
    });

    test('of a hundred contacts too, without a call for each', async () => {
      Object.assign(it.twin.behaviour, { refusedProperties: new Set(['block_library']) });
      const updates = Array.from({ length: 100 }, (_, i) => ({ id: it.contact(`many-${i}@narrowed.at`), properties }));
      it.answers.length = 0;
      const outcome = await updateContacts(it.send, updates, systemClock, registry);
      expect([...outcome.values()].every((one) => 'at' in one && one.except?.['block_library'] !== undefined)).toBe(
        true,
      );
      expect(it.answers.length).toBeLessThan(20);
    });

    test('a property that needs another one is taken after that one', async () => {
      it.twin.behaviour.fail = ({ body }) => {
        const inputs = (JSON.parse(body || '{}') as { inputs?: { id: string; properties: object }[] }).inputs ?? [];
        const lacks = inputs.some(
          ({ id, properties: some }) =>
            'block_gallery' in some && it.twin.portal.contact(id)?.properties['block_stage'] === undefined,
        );
        return lacks ? 400 : undefined;
      };
      const id = it.contact('needs@narrowed.at');
      const outcome = await updateContacts(it.send, [{ id, properties }], systemClock, registry);
      expect(outcome.get(id)).toEqual(written);
    });
  });

  test('explicit nulls in an answer are missing values', async () => {
    const nulls = () =>
      Promise.resolve({
        status: 200,
        body: { results: [{ subscriberIdString: 'a@x.at', statuses: null }], errors: null },
      });
    expect(await createStatusApi(nulls, systemClock, registry).read(['a@x.at'])).toEqual(new Map([['a@x.at', []]]));
    const none = () =>
      Promise.resolve({ status: 200, body: { results: null, errors: [{ category: null, context: null }] } });
    expect(await readContacts(none, ['1'], [])).toEqual(new Map());
  });

  test('a scope that was granted meanwhile is used ten minutes later', async () => {
    let now = 0;
    const api = createStatusApi(it.send, () => ourTime(now), registry);
    Object.assign(it.twin.behaviour, { batchScopes: false });
    await api.read(['scope@narrowed.at']);
    Object.assign(it.twin.behaviour, { batchScopes: true });
    const paths = async () => {
      it.twin.calls.length = 0;
      await api.read(['scope@narrowed.at']);
      return it.twin.calls.map(({ path }) => path.split('/').at(-1));
    };
    now = 599_999;
    expect(await paths()).toEqual(['scope%40narrowed.at']);
    now = 600_000;
    expect(await paths()).toEqual(['read']);
    expect(api.inBatches()).toBe(true);
  });
});
