import { beforeEach, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { Draft } from '../../src/ledger/chain.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import { type ReadOnce, readOnce } from '../../src/ledger/read-once.ts';

const ref = { portal: 1, contact: '101' };
const draft: Draft = {
  recordedAt: ourTime(1),
  body: {
    kind: 'decision',
    rule: 'R2',
    outcome: 'noted',
    reason: '',
    occurredAt: hubspotTime(1),
    converge: false,
    changes: [],
  },
};
let table: Ledger;
let once: ReadOnce;
let reads: number;

beforeEach(() => {
  const memory = memoryLedger();
  reads = 0;
  table = {
    ...memory,
    append: (...given) => memory.append(...given),
    erase: (...given) => memory.erase(...given),
    read(contact) {
      reads++;
      return memory.read(contact);
    },
  };
  once = readOnce(table);
});
const append = async (ledger: Ledger) => ledger.append(ref, (await ledger.read(ref)).at(-1), draft);
const seqs = async (ledger: Ledger) => (await ledger.read(ref)).map(({ seq }) => seq);

test('a contact is read once; what is appended through it is known, whichever way', async () => {
  await append(once.known);
  await append(once.fresh);
  expect([await seqs(once.known), reads]).toEqual([[1, 2], 2]);
  expect([await seqs(once.known), await seqs(table)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  await once.known.read({ ...ref, contact: '102' });
  expect(reads).toBe(4);
});

test('another writer’s entry is unknown until an append meets it, or until somebody reads afresh', async () => {
  await once.known.read(ref);
  await append(table);
  expect(await seqs(once.known)).toEqual([]);
  expect(await append(once.known)).toBe('conflict');
  expect(await seqs(once.known)).toEqual([1]);
  await append(table);
  expect(await seqs(once.fresh)).toEqual([1, 2]);
  expect(await seqs(once.known)).toEqual([1, 2]);
});

test('after an append that failed, or by somebody who knew more, the table is read', async () => {
  await once.known.read(ref);
  const first = await append(table);
  if (first === 'conflict') throw new Error('nobody else writes here');
  await once.fresh.append(ref, first, draft);
  expect(await seqs(once.known)).toEqual([1, 2]);
  table.append = () => Promise.reject(new Error('no answer'));
  await expect(append(once.known)).rejects.toThrow('no answer');
  const before = reads;
  await once.known.read(ref);
  expect(reads).toBe(before + 1);
});

test('what was erased is read anew', async () => {
  await once.known.append(ref, undefined, { ...draft, personal: { salt: 's', address: 'anna@example.at' } });
  await once.known.erase(ref);
  expect((await once.known.read(ref))[0]?.personal).toBeUndefined();
});

test('whoever alters what was read alters nobody else’s', async () => {
  await append(once.known);
  (await once.known.read(ref)).length = 0;
  expect(await seqs(once.known)).toEqual([1]);
});
