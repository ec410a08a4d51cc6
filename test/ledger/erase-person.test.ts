import { expect, test } from 'vitest';
import type { Connection } from '../../ops/connect.ts';
import { erase } from '../../ops/erase.ts';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { findBreak } from '../../src/ledger/chain.ts';
import { erasePerson } from '../../src/ledger/erase-person.ts';
import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import type { Change } from '../../src/rules/decision.ts';
import type { EntryBody } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { testRegistry } from '../helpers/registry.ts';

test('R8: an erasure reaches merged contacts and earlier records of the address, and nothing of anybody else’s', async () => {
  const ledger = memoryLedger();
  const note = async (contact: string, address: string, changes: Change[] = []) => {
    const last = (await ledger.read({ portal: 1, contact })).at(-1);
    const decision = { rule: 'R8', outcome: 'noted', reason: '', changes } as const;
    const body: EntryBody = { kind: 'decision', occurredAt: hubspotTime(1), converge: false, ...decision };
    const about = { addressHash: `hash of ${address}`, personal: { salt: 's', address } };
    await ledger.append({ portal: 1, contact }, last, { recordedAt: ourTime(1), ...about, body });
  };
  await note('1', 'anna');
  await note('2', 'former', [{ type: 'linked', contacts: ['3'] }]);
  await note('2', 'anna', [{ type: 'linked', contacts: ['1'], mergedAt: hubspotTime(1) }]);
  await note('4', 'somebody');
  await note('4', 'former');
  await note('3', 'nobody');
  await erasePerson({ portal: 1, contact: '2' }, ledger);
  const left = async (contact: string) =>
    (await ledger.read({ portal: 1, contact })).map(({ personal }) => personal?.address);
  expect([await left('1'), await left('2')]).toEqual([[undefined], [undefined, undefined]]);
  expect(await left('4'), 'only what is about the person’s address').toEqual(['somebody', undefined]);
  expect(await left('3'), 'whose opt-out was taken over, without a merge').toEqual(['nobody']);
  for (const contact of ['1', '2', '4']) expect(findBreak(await ledger.read({ portal: 1, contact }))).toBeUndefined();
});

test('R8: whoever is asked for by address is erased, and not whoever held the record before or after', async () => {
  const ledger = memoryLedger();
  const ref = { portal: 1, contact: '1' };
  const planned = async (address: string, at: number) => {
    const last = (await ledger.read(ref)).at(-1);
    const about = { addressHash: `hash of ${address}`, personal: { salt: 's', address } };
    await ledger.append(ref, last, {
      recordedAt: ourTime(at),
      ...about,
      body: { kind: 'planned', before: {}, intended: {} },
    });
  };
  await planned('anna', 1);
  await planned('bert', 2);
  const connection = { ledger, registry: testRegistry(), now: () => ourTime(10) } as unknown as Connection;
  const left = async () => (await ledger.read(ref)).map(({ personal }) => personal?.address);
  await erase({ contacts: ['1'], address: 'hash of anna' }, connection);
  expect(await left(), 'the record is Bert’s by now, and not erased').toEqual([undefined, 'bert']);
  await erase({ contacts: ['1'], address: 'hash of bert' }, connection);
  expect(await left()).toEqual([undefined, undefined, undefined]);
  expect(replay(await ledger.read(ref), testRegistry())).toMatchObject({ erased: true });
});

test('R8: the erasure of the present address leaves what is about the former one, which may be somebody else’s', async () => {
  const ledger = memoryLedger();
  const ref = { portal: 1, contact: '1' };
  for (const [at, address] of ['anna', 'bert'].entries()) {
    const about = { addressHash: `hash of ${address}`, personal: { salt: 's', address } };
    const body = { kind: 'planned', before: {}, intended: {} } as const;
    await ledger.append(ref, (await ledger.read(ref)).at(-1), { recordedAt: ourTime(at + 1), ...about, body });
  }
  const connection = { ledger, registry: testRegistry(), now: () => ourTime(10) } as unknown as Connection;
  const left = async () => (await ledger.read(ref)).map(({ personal }) => personal?.address);
  await erase({ contacts: ['1'], address: 'hash of bert' }, connection);
  expect(await left()).toEqual(['anna', undefined, undefined]);
  await erase({ contacts: ['1'] }, connection);
  expect(await left(), 'whoever asks for the whole record').toEqual([undefined, undefined, undefined]);
});
