import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { millis, systemClock } from '../../src/clocks.ts';
import { RetryableError } from '../../src/errors.ts';
import { MissingScopeError } from '../../src/hubspot/batch.ts';
import { readContacts } from '../../src/hubspot/contacts.ts';
import { createStatusApi } from '../../src/hubspot/statuses.ts';
import { updateContacts } from '../../src/hubspot/update-contacts.ts';
import { close, type RealClient, registry, startRealClient, types } from '../helpers/real-client.ts';

let it: RealClient;
beforeAll(async () => {
  it = await startRealClient();
});
afterAll(() => it.twin.stop());
beforeEach(() => it.reset());

describe('contacts', () => {
  test('are read with their properties; unknown ones are left out', async () => {
    const id = it.contact('read@example.at');
    it.twin.people.editProperty({ contact: id, name: 'block_gallery', value: 'true' });
    const found = await readContacts(it.send, [id, '999999'], ['block_gallery', 'never_set']);
    expect([...found]).toEqual([
      [
        id,
        {
          id,
          email: 'read@example.at',
          additional: [],
          properties: expect.objectContaining({ block_gallery: 'true', never_set: '' }),
          createdAt: expect.any(Number),
          updatedAt: expect.any(Number),
        },
      ],
    ]);
    expect(it.answers).toEqual([207]);
  });

  test('are read a hundred at a time', async () => {
    const ids = Array.from({ length: 201 }, (_, i) => it.contact(`many-${i}@example.at`));
    expect((await readContacts(it.send, ids, [])).size).toBe(201);
    expect(it.twin.calls.map(({ items }) => items)).toEqual([100, 100, 1]);
  });

  test('are updated, with HubSpot’s time of the write, or the reason why not', async () => {
    const id = it.contact('update@example.at');
    const before = Date.now();
    const outcome = await updateContacts(
      it.send,
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
    const ids = ['a', 'b', 'c', 'd', 'e'].map((name) => it.contact(`${name}@halving.at`));
    const updates = ids.map((id, i) => ({
      id,
      properties: { [i === 3 ? 'no_such_property' : 'block_gallery']: 'true' },
    }));
    const outcome = await updateContacts(it.send, updates, systemClock, registry);
    const written = { at: expect.any(Number) };
    const refused = { refused: 'VALIDATION_ERROR' };
    expect(ids.map((id) => outcome.get(id))).toEqual([written, written, written, refused, written]);
  });
});

describe.each([true, false])('statuses, with the batch scopes: %s', (batchScopes) => {
  beforeEach(() => {
    it.twin.behaviour.batchScopes = batchScopes;
  });
  const name = batchScopes ? 'batch' : 'single';

  test('are read by address, of addresses with and without a contact', async () => {
    const api = it.statuses();
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
    const [right, wrong] = await it.statuses().write([close(address), close(address, 777)]);
    expect(right).toMatchObject({ at: expect.any(Number) });
    expect(right !== undefined && 'at' in right && right.at).toBeGreaterThanOrEqual(before - 1);
    expect(wrong).toMatchObject({ refused: 'VALIDATION_ERROR' });
  });

  test('the way is found out once', async () => {
    const api = it.statuses();
    await api.read([`${name}-a@example.at`]);
    it.twin.calls.length = 0;
    await api.read([`${name}-b@example.at`]);
    const path = batchScopes ? 'batch/read' : `${encodeURIComponent(`${name}-b@example.at`)}`;
    expect(it.twin.calls.map((call) => call.path)).toEqual([`/communication-preferences/2026-09/statuses/${path}`]);
  });
});

describe('answers of HubSpot and what they mean for a message', () => {
  const read = () => readContacts(it.send, ['101'], []);

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
    it.twin.behaviour.fail = () => status;
    await expect(read()).rejects.toMatchObject({ name: 'RetryableError', afterMs });
    expect(it.answers).toEqual([status]);
  });

  test('403: the operator has to grant a scope; tried again, not lost', async () => {
    it.twin.behaviour.fail = () => 403;
    await expect(read()).rejects.toMatchObject({ name: 'RetryableError', afterMs: 30_000 });
  });

  test('403 of another category (banned) is passing trouble, and not taken for a missing scope', async () => {
    it.twin.behaviour.fail = () => 403;
    const error = await read().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).not.toBeInstanceOf(MissingScopeError);
  });

  test('any other 4xx on one contact says nothing for ever: the contact is left out', async () => {
    it.twin.behaviour.fail = () => 404;
    expect(await read()).toEqual(new Map());
  });

  test('Retry-After is honoured', async () => {
    Object.assign(it.twin.behaviour, { limitPer10Seconds: 0, retryAfterSeconds: 7 });
    await expect(read()).rejects.toMatchObject({ name: 'RetryableError', afterMs: 7_000 });
  });

  test('no connection, a cut connection, no answer in time', async () => {
    await expect(readContacts(it.sender('http://127.0.0.1:9'), ['1'], [])).rejects.toThrow(RetryableError);
    it.twin.behaviour.outage = 'cuts connections';
    await expect(read()).rejects.toThrow(/cannot be reached/);
    it.twin.behaviour.outage = false;
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(readContacts(it.sender(url, 'token', 20), ['1'], [])).rejects.toThrow(/in time/);
    silent.closeAllConnections();
    silent.close();
  });

  test('a wrong token', async () => {
    await expect(readContacts(it.sender(it.twin.url, 'wrong'), ['1'], [])).rejects.toThrow('HubSpot answered 401');
  });

  test('errors carry neither addresses nor the token', async () => {
    it.twin.behaviour.fail = () => 500;
    const error = await createStatusApi(it.send, systemClock, registry)
      .read(['secret@example.at'])
      .catch((one: unknown) => one);
    expect(String(error)).not.toMatch(/example|token/);
  });
});
