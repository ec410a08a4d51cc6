import { expect, test } from 'vitest';
import { hashAddress } from '../../src/consent/address.ts';
import type { Change } from '../../src/consent/decision.ts';
import { inheritedDecisions } from '../../src/convergence/identify.ts';
import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import { replay } from '../../src/ledger/replay.ts';
import { testRegistry } from '../helpers/registry.ts';

const deps = { ledger: memoryLedger(), registry: testRegistry(), addressKey: 'key' };

/** Records one decision about an address; times in ms. */
async function recorded(contact: string, address: string, recordedAt: number, changes: Change[]) {
  const body = { kind: 'decision', rule: 'R4', outcome: 'noted', reason: '', occurredAt: recordedAt, changes } as const;
  const last = (await deps.ledger.read({ portal: 1, contact })).at(-1);
  const addressHash = hashAddress(deps.addressKey, address);
  await deps.ledger.append({ portal: 1, contact }, last, {
    recordedAt,
    addressHash,
    body: { ...body, converge: true },
  });
}
const optOut = (at: number): Change => ({
  type: 'company-opt-out',
  companies: ['museum'],
  at,
  source: { channel: 'webhook' },
});

/** The contacts whose opt-outs a contact with this address takes over. */
async function inheritedBy(contact: string, address: string) {
  const entries = await deps.ledger.read({ portal: 1, contact });
  const known = { contact, entries, state: replay(entries, deps.registry) };
  const decisions = await inheritedDecisions(known, [address], deps);
  return decisions.map(({ changes }) => changes[0]).map((change) => change?.type === 'linked' && change.contacts);
}

test('R8: an opt-out of an address that the contact has, or had when it was said', async () => {
  await recorded('1', 'anna@example.at', 100, [optOut(100)]);
  await recorded('2', 'anna@example.at', 200, []);
  expect(await inheritedBy('2', 'anna@example.at')).toEqual([['1']]);
  expect(await inheritedBy('2', 'renamed@example.at')).toEqual([['1']]);
  expect(await inheritedBy('3', 'anna@example.at')).toEqual([['1']]);
  expect(await inheritedBy('3', 'renamed@example.at')).toEqual([]);
});

test('R8: not what the next holder of its former address said', async () => {
  await recorded('4', 'former@example.at', 100, []);
  await recorded('4', 'own@example.at', 150, []);
  await recorded('5', 'former@example.at', 200, [optOut(200)]);
  expect(await inheritedBy('4', 'own@example.at')).toEqual([]);
});
