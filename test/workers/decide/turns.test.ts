import { expect, test } from 'vitest';
import { ourTime } from '../../../src/clocks.ts';
import { withDeadline } from '../../../src/deadline.ts';
import { PoisonError, RetryableError } from '../../../src/errors.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { withId } from '../../../src/signals/signal-id.ts';
import { inTurn, patiently } from '../../../src/workers/decide/turns.ts';
import { changed, confirmed, submitted } from '../../helpers/person.ts';
import { forms } from '../../helpers/registry.ts';
import { record } from '../../helpers/sqs.ts';

const byAddress = withId({
  ...changed('subscription:501', 'closed', 5),
  contact: '0',
  address: 'a@example.at',
} as Signal & { id: string });
const form = submitted(forms.ofCompany, 1);
const optOut = changed('subscription:501', 'closed', 2);
const opening = changed('subscription:501', 'open', 3);
const click = confirmed(4);

function order(...messages: [body: unknown, tries: number][]): unknown[] {
  const records = messages.map(([body, tries]) => {
    const one = record(body, 'group');
    one.attributes.ApproximateReceiveCount = String(tries);
    return one;
  });
  return inTurn(records).map(({ read }) => (read instanceof PoisonError ? 'unreadable' : read.id));
}

test('opt-outs wait for nothing: what needs HubSpot comes behind, forms last', () => {
  const ids = [optOut, opening, click, byAddress, form].map(({ id }) => id);
  expect(order([form, 1], [byAddress, 1], [opening, 1], [optOut, 1], [click, 1])).toEqual(ids);
  expect(order([form, 1], ['{}', 1], [optOut, 9])).toEqual(['unreadable', optOut.id, form.id]);
});

test('what was tried more often goes behind what was tried less, of its kind', () => {
  const later = changed('subscription:601', 'closed', 9);
  expect(order([optOut, 7], [form, 1], [later, 1])).toEqual([later.id, optOut.id, form.id]);
});

function clock() {
  let now = 0;
  const pass = (ms: number) => {
    now += ms;
  };
  return { now: () => ourTime(now), pass };
}

test('after one signal has waited in vain for HubSpot, no other one waits; what needs no HubSpot goes on', async () => {
  const { now, pass } = clock();
  const work = patiently({ now });
  const silence = () => {
    pass(10_000);
    return Promise.reject(new RetryableError('HubSpot did not answer in time'));
  };
  await expect(work(form, silence)).rejects.toThrow('HubSpot did not answer in time');
  await expect(work(byAddress, () => Promise.resolve('asked'))).rejects.toThrow('HubSpot did not answer in time');
  expect(await work(optOut, () => Promise.resolve('decided'))).toBe('decided');
});

test('a quick refusal is one signal’s own affair', async () => {
  const { now } = clock();
  const work = patiently({ now });
  const refused = () => Promise.reject(new RetryableError('the contact cannot be read'));
  await expect(work(form, refused)).rejects.toThrow();
  expect(await work(form, () => Promise.resolve('asked'))).toBe('asked');
});

test('a signal that takes all the time there is leaves half of it to the others', async () => {
  const { now } = clock();
  const end = Date.now() + 1000;
  await withDeadline({ remainingMs: () => Math.max(0, end - Date.now()) }, async () => {
    const work = patiently({ now });
    await expect(work(optOut, () => new Promise(() => undefined))).rejects.toThrow(RetryableError);
    expect(await work(optOut, () => Promise.resolve('decided'))).toBe('decided');
  });
});
