import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../local/hubspot/behaviour.ts';
import { startTwin, type Twin } from '../../local/hubspot/twin.ts';
import { millis, ourTime, systemClock } from '../../src/clocks.ts';
import { RetryableError } from '../../src/errors.ts';
import { MissingScopeError } from '../../src/hubspot/batch.ts';
import { readContacts, updateContacts } from '../../src/hubspot/contacts.ts';
import { createStatusApi } from '../../src/hubspot/statuses.ts';
import { createTransport, type Send } from '../../src/hubspot/transport.ts';

/** Nothing is protected here. */
const registry = { protectedControls: new Set<string>() };
/** Every call that Widerruf makes, by the real client against the twin. */
let twin: Twin;
let send: Send;
const answers: number[] = [];
const types = [501, 511, 512].map((id) => ({ id, name: `type ${id}` }));
const sender = (baseUrl: string, accessToken = 'token', timeoutMs = 5000) =>
  createTransport({
    baseUrl,
    accessToken: () => Promise.resolve(accessToken),
    timeoutMs,
    pace: (call) => call(),
    onAnswer: (status) => answers.push(status),
  });

beforeAll(async () => {
  twin = await startTwin({
    portal: 1,
    accessToken: 'token',
    clientSecret: 'secret',
    subscriptionTypes: types,
    watchedProperties: [],
    properties: ['block_gallery'],
  });
  send = sender(twin.url);
});
afterAll(() => twin.stop());
beforeEach(() => {
  Object.assign(twin.behaviour, ordinary);
  twin.calls.length = 0;
  answers.length = 0;
});
const contact = (email: string) => twin.people.createContact({ email }).id;
const statuses = () => createStatusApi(send, systemClock, registry);
const close = (address: string, subscriptionId = 501) => ({
  address,
  subscriptionId,
  status: 'UNSUBSCRIBED',
  legalBasisExplanation: 'test',
});

describe('contacts', () => {
  test('are read with their properties; unknown ones are left out', async () => {
    const id = contact('read@example.at');
    twin.people.editProperty({ contact: id, name: 'block_gallery', value: 'true' });
    const found = await readContacts(send, [id, '999999'], ['block_gallery', 'never_set']);
    expect([...found]).toEqual([
      [
        id,
        {
          id,
          email: 'read@example.at',
          additional: [],
          properties: expect.objectContaining({ block_gallery: 'true', never_set: '' }),
        },
      ],
    ]);
    expect(answers).toEqual([207]);
  });

  test('are read a hundred at a time', async () => {
    const ids = Array.from({ length: 201 }, (_, i) => contact(`many-${i}@example.at`));
    expect((await readContacts(send, ids, [])).size).toBe(201);
    expect(twin.calls.map(({ items }) => items)).toEqual([100, 100, 1]);
  });

  test('are updated, with HubSpot’s time of the write, or the reason why not', async () => {
    const id = contact('update@example.at');
    const before = Date.now();
    const outcome = await updateContacts(
      send,
      [
        { id, properties: { block_gallery: 'true' } },
        { id: '999999', properties: { block_gallery: 'true' } },
      ],
      systemClock,
      registry,
    );
    const updated = outcome.get(id);
    expect(updated).toEqual({ at: expect.any(Number) });
    expect(updated !== undefined && 'at' in updated && millis(updated.at)).toBeGreaterThanOrEqual(before);
    expect(outcome.get('999999')).toEqual({ failed: 'OBJECT_NOT_FOUND' });
  });

  test('one that HubSpot refuses (400 for the whole batch) does not hold up the others', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'].map((name) => contact(`${name}@halving.at`));
    const updates = ids.map((id, i) => ({
      id,
      properties: { [i === 3 ? 'no_such_property' : 'block_gallery']: 'true' },
    }));
    const outcome = await updateContacts(send, updates, systemClock, registry);
    const written = { at: expect.any(Number) };
    const refused = { refused: 'VALIDATION_ERROR' };
    expect(ids.map((id) => outcome.get(id))).toEqual([written, written, written, refused, written]);
  });
});

describe.each([true, false])('statuses, with the batch scopes: %s', (batchScopes) => {
  beforeEach(() => {
    twin.behaviour.batchScopes = batchScopes;
  });
  const name = batchScopes ? 'batch' : 'single';

  test('are read by address, of addresses with and without a contact', async () => {
    const api = statuses();
    await api.write([close(`${name}+plus@example.at`)]);
    const found = await api.read([`${name}+plus@example.at`, `${name}-nobody@example.at`]);
    const of = (address: string) => found.get(address)?.map(({ subscriptionId, status }) => [subscriptionId, status]);
    expect(of(`${name}+plus@example.at`)).toEqual([
      [501, 'UNSUBSCRIBED'],
      [511, 'NOT_SPECIFIED'],
      [512, 'NOT_SPECIFIED'],
    ]);
    expect(of(`${name}-nobody@example.at`)).toEqual(types.map(({ id }) => [id, 'NOT_SPECIFIED']));
  });

  test('are written, item by item confirmed or refused', async () => {
    const before = Date.now();
    const address = `${name}-write@example.at`;
    const [right, wrong] = await statuses().write([close(address), close(address, 777)]);
    expect(right).toMatchObject({ at: expect.any(Number) });
    expect(right !== undefined && 'at' in right && right.at).toBeGreaterThanOrEqual(before - 1);
    expect(wrong).toMatchObject({ refused: 'VALIDATION_ERROR' });
  });

  test('the way is found out once', async () => {
    const api = statuses();
    await api.read([`${name}-a@example.at`]);
    twin.calls.length = 0;
    await api.read([`${name}-b@example.at`]);
    const path = batchScopes ? 'batch/read' : `${encodeURIComponent(`${name}-b@example.at`)}`;
    expect(twin.calls.map((call) => call.path)).toEqual([`/communication-preferences/2026-09/statuses/${path}`]);
  });
});

describe('answers of HubSpot and what they mean for a message', () => {
  const read = () => readContacts(send, ['101'], []);

  test.each<[status: number, afterMs: number]>([
    [401, 30_000],
    [423, 2_000],
    [429, 10_000],
    [477, 60_000],
    [500, 0],
    [502, 0],
    [503, 0],
    [504, 0],
    [521, 0],
  ])('%d: try again, not before %d ms', async (status, afterMs) => {
    twin.behaviour.fail = () => status;
    await expect(read()).rejects.toMatchObject({ name: 'RetryableError', afterMs });
    expect(answers).toEqual([status]);
  });

  test('403: the operator has to grant a scope; tried again, not lost', async () => {
    twin.behaviour.fail = () => 403;
    await expect(read()).rejects.toMatchObject({ name: 'RetryableError', afterMs: 30_000 });
  });

  test('403 of another category (banned) is passing trouble, and not taken for a missing scope', async () => {
    twin.behaviour.fail = () => 403;
    const error = await read().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).not.toBeInstanceOf(MissingScopeError);
  });

  test('any other 4xx on one contact says nothing for ever: the contact is left out', async () => {
    twin.behaviour.fail = () => 404;
    expect(await read()).toEqual(new Map());
  });

  test('Retry-After is honoured', async () => {
    Object.assign(twin.behaviour, { limitPer10Seconds: 0, retryAfterSeconds: 7 });
    await expect(read()).rejects.toMatchObject({ name: 'RetryableError', afterMs: 7_000 });
  });

  test('no connection, a cut connection, no answer in time', async () => {
    await expect(readContacts(sender('http://127.0.0.1:9'), ['1'], [])).rejects.toThrow(RetryableError);
    twin.behaviour.outage = 'cuts connections';
    await expect(read()).rejects.toThrow(/cannot be reached/);
    twin.behaviour.outage = false;
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(readContacts(sender(url, 'token', 20), ['1'], [])).rejects.toThrow(/in time/);
    silent.closeAllConnections();
    silent.close();
  });

  test('a wrong token', async () => {
    await expect(readContacts(sender(twin.url, 'wrong'), ['1'], [])).rejects.toThrow('HubSpot answered 401');
  });

  test('errors carry neither addresses nor the token', async () => {
    twin.behaviour.fail = () => 500;
    const error = await createStatusApi(send, systemClock, registry)
      .read(['secret@example.at'])
      .catch((one: unknown) => one);
    expect(String(error)).not.toMatch(/example|token/);
  });
});

describe('a call that fails as a whole costs only the input at fault', () => {
  const STATUSES = [400, 404, 408, 409, 422, 500];
  /** Every call that names the text is answered so. */
  const failFor = (text: string, status: number) => {
    twin.behaviour.fail = ({ body }) => (body.includes(text) ? status : undefined);
  };
  const eight = (name: string) => Array.from({ length: 8 }, (_, i) => `${name}-${i}@narrowed.at`);

  test.each(STATUSES)('%d: one of eight contacts is not updated, the others are', async (status) => {
    const ids = eight(`update-${status}`).map(contact);
    failFor(`"${ids[5]}"`, status);
    const updates = ids.map((id) => ({ id, properties: { block_gallery: 'true' } }));
    const outcome = await updateContacts(send, updates, systemClock, registry);
    const failure = status === 400 ? { refused: 'VALIDATION_ERROR' } : { failed: `HubSpot answered ${status}` };
    expect(ids.map((id) => outcome.get(id))).toEqual(
      ids.map((_, i) => (i === 5 ? failure : { at: expect.any(Number) as number })),
    );
  });

  test.each(STATUSES)('%d: one of eight contacts is not read, the others are', async (status) => {
    const ids = eight(`read-${status}`).map(contact);
    failFor(`"${ids[2]}"`, status);
    const found = await readContacts(send, ids, []);
    expect([...found.keys()].sort(byText)).toEqual(ids.filter((_, i) => i !== 2).sort(byText));
  });

  test.each(STATUSES)(
    '%d: one of eight addresses is not closed, the others are, in batches and singly',
    async (status) => {
      for (const batchScopes of [true, false]) {
        const addresses = eight(`close-${status}-${batchScopes}`);
        Object.assign(twin.behaviour, { batchScopes });
        twin.behaviour.fail = ({ body, path }) =>
          body.includes(addresses[4] ?? '') || decodeURIComponent(path).includes(addresses[4] ?? '')
            ? status
            : undefined;
        const outcomes = await statuses().write(addresses.map((address) => close(address)));
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
        Object.assign(twin.behaviour, { batchScopes });
        twin.behaviour.fail = ({ body, path }) =>
          body.includes(addresses[1] ?? '') || decodeURIComponent(path).includes(addresses[1] ?? '')
            ? status
            : undefined;
        if (!batchScopes && status !== 400 && status !== 404) continue;
        const found = await statuses().read(addresses);
        expect([...found.keys()].sort(byText)).toEqual(addresses.toSorted(byText));
        expect(found.get(addresses[1] ?? '')).toEqual([]);
      }
    },
  );

  test('where HubSpot as such is in trouble it is not asked for each input', async () => {
    twin.behaviour.fail = () => 500;
    const many = Array.from({ length: 100 }, (_, i) => ({ id: String(i), properties: { block_gallery: 'true' } }));
    await expect(updateContacts(send, many, systemClock, registry)).rejects.toThrow('HubSpot answered 500');
    expect(answers).toEqual([500, 500, 500]);
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
    const api = createStatusApi(send, () => ourTime(now), registry);
    Object.assign(twin.behaviour, { batchScopes: false });
    await api.read(['scope@narrowed.at']);
    Object.assign(twin.behaviour, { batchScopes: true });
    const paths = async () => {
      twin.calls.length = 0;
      await api.read(['scope@narrowed.at']);
      return twin.calls.map(({ path }) => path.split('/').at(-1));
    };
    now = 599_999;
    expect(await paths()).toEqual(['scope%40narrowed.at']);
    now = 600_000;
    expect(await paths()).toEqual(['read']);
    expect(api.inBatches()).toBe(true);
  });
});

const byText = (a: string, b: string) => (a < b ? -1 : 1);
