import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { systemClock } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import type { ConvergenceRequest } from '../../../src/queues/convergence-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import { replay } from '../../../src/rules/evolve.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { type ConvergeBatchDeps, convergeBatch } from '../../../src/workers/converge/converge-batch.ts';
import { decideFor } from '../../../src/workers/decide/by-address.ts';
import { changed, submitted } from '../../helpers/person.ts';
import { forms, registryText, testRegistry } from '../../helpers/registry.ts';
import { batchOf, record, startSqs } from '../../helpers/sqs.ts';
import { sendTo } from '../../helpers/twin-send.ts';

const registry = testRegistry();
let queues: Awaited<ReturnType<typeof startSqs>>;
let twin: Twin;
let requests: ConvergenceRequest[];
let deps: ConvergeBatchDeps;
beforeAll(async () => {
  queues = await startSqs('standard');
  twin = await startTwinOf(parseRegistry(registryText), registry);
});
afterAll(async () => {
  await twin.stop();
  await queues.stop();
});
beforeEach(() => {
  Object.assign(twin.behaviour, ordinary);
  requests = [];
  const send = sendTo(twin);
  deps = {
    registry,
    ledger: memoryLedger(),
    hubspot: createHubSpot(send, systemClock, registry),
    request: async (more) => void requests.push(...more),
    failures: queues.failures,
    telemetry: queues.telemetry,
    now: systemClock,
    salt: () => 'salt',
    addressKey: 'key',
  };
});

let merges = 0;
/** Two records that became a third one, of which no event tells. */
function mergedUnheard() {
  const email = `merged-${merges++}@example.at`;
  const { id: old } = twin.people.createContact({ email });
  const { id: other } = twin.people.createContact({ email: `other-${email}` });
  return { old, email, survivor: twin.people.mergeContacts({ primary: old, other }).id };
}
const decided = async (signal: Signal) => void requests.push(...(await decideFor(signal, deps)));
/** Carries out what was asked for, until nobody asks for more. */
async function settle(): Promise<void> {
  for (let request = requests.shift(); request !== undefined; request = requests.shift()) {
    const { batchItemFailures } = await convergeBatch(batchOf(record(request)), deps);
    expect(batchItemFailures).toEqual([]);
  }
}
const outcomes = async (contact: string) =>
  (await deps.ledger.read({ portal: 1, contact })).flatMap(({ body }) =>
    body.kind === 'decision' ? [`${body.rule} ${body.outcome}`] : [],
  );

describe.each([true, false])('a record that was merged away; what came out names its parts: %s', (mergedNamesParts) => {
  beforeEach(() => {
    twin.behaviour.mergedNamesParts = mergedNamesParts;
  });

  test('its opt-out closes what came out of the merge, and the ledgers are linked', async () => {
    const { old, email, survivor } = mergedUnheard();
    await decided({ ...changed('subscription:501', 'closed', Date.now()), contact: old });
    await settle();
    for (const type of [501, 511, 512, 521]) expect(twin.portal.status(email, type).status).toBe('UNSUBSCRIBED');
    expect(await outcomes(survivor)).toContain('R8 merged');
    expect(replay(await deps.ledger.read({ portal: 1, contact: old }), registry).mergedInto).toBe(survivor);
  });

  test('its forms are those of what came out, and the merge that they tell of again undoes no return', async () => {
    const { old, email, survivor } = mergedUnheard();
    await decided({ ...changed('subscription:501', 'closed', Date.now() - 60_000), contact: old });
    await settle();
    const form = () => ({ ...submitted(forms.ofCompany, Date.now()), contact: old, address: email }) as Signal;
    for (let time = 0; time < 2; time++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      twin.people.submitForm({ contact: old, form: forms.ofCompany });
      await decided({ ...form(), receivedAt: systemClock() });
      await settle();
      expect(twin.portal.status(email, 501).status).toBe('SUBSCRIBED');
    }
    const told = await outcomes(survivor);
    expect(told.filter((outcome) => outcome === 'R8 merged')).toHaveLength(1);
    expect(told).toContain('R4 returned');
  });
});
