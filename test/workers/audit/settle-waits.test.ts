import { beforeEach, expect, test } from 'vitest';
import { ourTime } from '../../../src/clocks.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import type { ConvergenceRequest } from '../../../src/queues/convergence-request.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { settleWaits } from '../../../src/workers/audit/settle-waits.ts';
import { recordDecision } from '../../../src/workers/decide/record-decision.ts';
import { changed, confirmed, submitted } from '../../helpers/person.ts';
import { forms, testRegistry } from '../../helpers/registry.ts';

const DAY = 24 * 3600_000;
const registry = testRegistry();
let ledger: Ledger;
let read: string[];
beforeEach(() => {
  const memory = memoryLedger();
  read = [];
  ledger = {
    ...memory,
    read(ref) {
      read.push(ref.contact);
      return memory.read(ref);
    },
  };
});

const happens = (contact: string, signal: Signal) =>
  recordDecision(
    { ...signal, contact },
    { registry, now: ourTime(signal.occurredAt as unknown as number), address: 'same', proof: { by: 'list' } },
    ledger,
  );
async function settleAt(now: number): Promise<string[]> {
  const asked: ConvergenceRequest[] = [];
  read = [];
  const request = async (more: readonly ConvergenceRequest[]) => void asked.push(...more);
  const settled = await settleWaits({ ledger, registry, request, now: () => ourTime(now) });
  expect(settled).toBe(asked.length);
  return asked.map(({ contact }) => contact);
}

test('asks for convergence of whoever did not confirm in time, and reads nobody else’s ledger', async () => {
  for (const contact of ['1', '2', '4']) await happens(contact, changed('subscription:501', 'closed', 1));
  await happens('1', submitted(forms.doubleOptIn, DAY));
  await happens('2', submitted(forms.doubleOptIn, 3 * DAY));
  await happens('3', changed('subscription:501', 'closed', DAY));
  await happens('4', submitted(forms.ofCompany, DAY));
  expect(await settleAt(8 * DAY - 1)).toEqual([]);
  expect(read).toEqual([]);
  expect(await settleAt(8 * DAY)).toEqual(['1']);
  expect(read).toEqual(['1']);
  expect(await settleAt(10 * DAY)).toEqual(['1', '2']);
});

test('leaves alone who confirmed, or opted out meanwhile', async () => {
  for (const contact of ['1', '2', '3']) {
    await happens(contact, changed('subscription:501', 'closed', 1));
    await happens(contact, submitted(forms.doubleOptIn, DAY));
  }
  await happens('1', confirmed(2 * DAY));
  await happens('2', changed('subscription:501', 'closed', 2 * DAY));
  expect(await settleAt(8 * DAY)).toEqual(['3']);
});

test('finds a grace that no message ended', async () => {
  await happens('1', changed('subscription:501', 'closed', DAY));
  await happens('1', changed('subscription:501', 'open', 2 * DAY, 'FORM'));
  expect(await settleAt(2 * DAY + 10 * 60_000)).toEqual(['1']);
});
