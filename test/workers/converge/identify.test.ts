import { expect, test } from 'vitest';
import { hashAddress } from '../../../src/address.ts';
import { hubspotTime, ourTime } from '../../../src/clocks.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import type { Change } from '../../../src/rules/decision.ts';
import type { EntryBody } from '../../../src/rules/entry.ts';
import { inheritedDecisions } from '../../../src/rules/r8-inherit.ts';
import { readDossier, readOthers } from '../../../src/workers/dossier.ts';
import { testRegistry } from '../../helpers/registry.ts';
import { back, timed } from '../../helpers/state.ts';

const deps = { ledger: memoryLedger(), registry: testRegistry() };
const hashOf = (address: string) => hashAddress('key', address);

/** Records one decision, about an address if it names one; times in ms. */
async function recorded(contact: string, address: string | undefined, recordedAt: number, changes: Change[]) {
  const decision = { rule: 'R4', outcome: 'noted', reason: '', changes } as const;
  const body: EntryBody = { kind: 'decision', occurredAt: hubspotTime(recordedAt), converge: true, ...decision };
  const last = (await deps.ledger.read({ portal: 1, contact })).at(-1);
  const hashed = address === undefined ? {} : { addressHash: hashOf(address) };
  const draft = { recordedAt: ourTime(recordedAt), ...hashed, body };
  await deps.ledger.append({ portal: 1, contact }, last, draft);
}
const optOut = (at: number): Change => ({
  type: 'company-opt-out',
  companies: ['museum'],
  at: hubspotTime(at),
  source: { channel: 'webhook' },
});

/** What a contact takes over that HubSpot shows with these addresses, the primary one first. */
async function decisionsFor(contact: string, primary: string, ...others: string[]) {
  const dossier = await readDossier(contact, deps);
  const sight = { address: { hash: hashOf(primary) }, others: others.map((address) => ({ hash: hashOf(address) })) };
  return inheritedDecisions(dossier, await readOthers(dossier, sight, deps), sight, deps.registry);
}

/** The contacts whose opt-outs a contact with this address takes over. */
async function inheritedBy(contact: string, address: string) {
  const decisions = await decisionsFor(contact, address);
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

/** The times of the opt-outs that a contact with two addresses takes over. */
async function inheritedTimes(contact: string) {
  const decisions = await decisionsFor(contact, 'other@example.at', 'absorbed@example.at');
  return decisions.flatMap(({ changes }) => changes).flatMap((one) => (one.type === 'company-opt-out' ? one.at : []));
}

test('R5: a return by another of its addresses undoes no opt-out of this one, a return by this one does', async () => {
  const submission = back(150);
  const returned: Change = { type: 'return', company: 'museum', return: submission };
  await recorded('6', 'absorbed@example.at', 100, [optOut(100)]);
  await recorded('7', 'other@example.at', 200, [returned]);
  expect(await inheritedTimes('7')).toEqual([150]);
  await recorded('8', 'absorbed@example.at', 200, [returned]);
  expect(await inheritedTimes('8')).toEqual([100]);
  const awaiting = timed<Change>({ type: 'awaiting', company: 'museum', awaiting: { ...submission, until: 1000 } });
  await recorded('9', 'absorbed@example.at', 200, [awaiting]);
  await recorded('9', undefined, 300, [returned]);
  expect(await inheritedTimes('9')).toEqual([100]);
});
